/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every codec for sockets of many families: what was read is printed, and its lines are the same once they are read again. */
#include "codec_check.h"

#include "base/bytes.h"
#include "core/control.h"
#include "core/target.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#define FRONT 6 /* bytes that choose */
#define LOGS  "bt-hci:none:logging"

/* Whose messages they are; "": nobody knows. */
static const char *const specs[] = {
	"",
	"udp:127.0.0.1:9",
	"unix:/tmp/x,type=dgram",
	"can:vcan0",
	"can-bcm:vcan0",
	"packet:lo",
	"netlink:route",
	"netlink:generic",
	"netlink:kobject-uevent",
	"bt:",
	"bt-hci:hci0",
	"bt-hci:none:monitor",
	"bt-hci:none:control",
	LOGS,
	"qrtr:1:control",
	"qrtr:1:7",
	"tipc:topology",
	"tipc:group:1000:2",
	"sctp:127.0.0.1:9",
	"icmp:127.0.0.1",
	"netlink:sock-diag",
	"tun:tun0",
	"vsock:3:9",
};

static void bind_target(struct target *target, const char *text)
{
	struct error err = { 0 };
	struct spec spec;

	require(spec_parse(&spec, text, family_vocabulary(), &err) == 0, err.text);
	require(target_bind(target, &spec, &err) == 0, err.text);
}

/* A codec and what its contexts begin with. */
struct manner {
	const struct codec *codec;
	struct codec_context like;
};

static bool print(const struct manner *manner, const struct message *message, struct buf *out)
{
	const struct codec *codec = manner->codec;
	struct codec_context context = manner->like;
	struct error err = { 0 };
	bool done = (codec->begin == NULL || codec->begin(&context, out, &err) == 0) &&
		    codec->encode(&context, message, out, &err) == 0 &&
		    (codec->end == NULL || codec->end(&context, out, &err) == 0);

	require(done || err.text[0] != '\0', "a refusal without words");
	require(!done || !codec->text || bytes_are_text(out->data, out->length),
		"what is printed is no text");
	codec_context_release(codec, &context);
	return done;
}

/* The first message in it; the context, to be released, is what it borrows from. */
static bool read_first(const struct manner *manner, const struct buf *text,
		       struct codec_context *context, struct message *message)
{
	const struct codec *codec = manner->codec;
	struct error err = { 0 };
	bool found = false;
	size_t at = 0;
	ssize_t used = 1;

	*context = manner->like;
	while (!found && used > 0 && at < text->length) {
		used = codec_decode(codec, context, text->data + at, text->length - at, true, message,
				     &found, &err);
		at += used > 0 ? (size_t)used : 0;
	}
	if (!found)
		fprintf(stderr, "%s: %.*s%s\n", codec->name, (int)text->length, text->data,
			err.text);
	return found;
}

/* Summaries are for the eye; the logs of Bluetooth give lines otherwise than they take them. */
static bool is_one_way(const struct manner *manner, const char *spec)
{
	const char *name = manner->codec->name;

	return !manner->codec->text || strcmp(name, "summary") == 0 || strcmp(name, "mgmt") == 0 ||
	       strcmp(spec, LOGS) == 0;
}

/* What the kernel answers is told, and nothing to send: a line that says it is passed over where lines are read. */
static bool is_answer(const struct manner *manner, const struct message *message)
{
	struct nlmsghdr header;

	if (strcmp(manner->codec->name, "netlink") != 0 || message->length < sizeof(header))
		return false;
	memcpy(&header, message->data, sizeof(header));
	return header.nlmsg_type < NLMSG_MIN_TYPE;
}

/* What was read has a spelling of its own, which stays the same. */
static void check_spelling(void *manner_of, const struct message *message)
{
	const struct manner *manner = manner_of;
	cleanup_buf struct buf once = { 0 }, twice = { 0 };
	struct codec_context context;
	struct message again;

	if (is_answer(manner, message) || !print(manner, message, &once))
		return;
	require(read_first(manner, &once, &context, &again), "what was printed is not read back");
	require(print(manner, &again, &twice), "what was printed once is refused");
	if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0)
		fprintf(stderr, "%s: %s%s", manner->codec->name, once.data, twice.data);
	require(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0,
		"it is printed otherwise");
	codec_context_release(manner->codec, &context);
}

/* A control message of any kind that has a name, with bytes of any kind. */
static void add_control(const uint8_t *front, const uint8_t *data, size_t size, struct buf *out)
{
	const struct control_row *row = control_rows;

	for (unsigned int skipped = front[4]; skipped > 0 && row[1].name != NULL; skipped--)
		row++;
	if (row->level != SOL_SOCKET || row->type != SCM_RIGHTS)
		control_add_bytes(out, row->level, row->type, data, size < 64 ? size : 64);
}

/* Any message that a socket of the family could give can be printed. */
static void check_message_of(const struct manner *manner, const uint8_t *front, const uint8_t *data,
			     size_t size)
{
	static const int flags[] = { 0,
				     MSG_OOB,
				     MSG_EOR,
				     MSG_OOB | MSG_EOR,
				     0x8000 /* MSG_NOTIFICATION */,
				     MSG_ERRQUEUE,
				     MSG_DONTROUTE,
				     MSG_CONFIRM };
	const struct target *target = manner->like.target;
	cleanup_buf struct buf control = { 0 }, out = { 0 };
	struct message message = { .data = (const char *)data,
				   .length = size,
				   .flags = flags[front[3] % 8],
				   .direction = front[3] & 8 ? MESSAGE_OUT : MESSAGE_IN };

	if (front[3] & 16)
		message.time =
			(struct timespec){ .tv_sec = 1700000000 + front[5], .tv_nsec = front[5] };
	if (target != NULL && target->family->domain > 0) {
		message.peer.length = sizeof(message.peer.storage);
		memcpy(&message.peer.storage, data, size < 64 ? size : 64);
		message.peer.any.sa_family = (sa_family_t)target->family->domain;
	}
	if (front[3] & 32)
		add_control(front, data, size, &control);
	message.control = control.data;
	message.control_length = control.length;
	print(manner, &message, &out);
}

static struct codec_context context_of(uint8_t byte, const struct target *target)
{
	return (struct codec_context){ .target = target,
				       .timestamps = byte & 1,
				       .nanoseconds = byte & 2,
				       .show_interface = byte & 4 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *spec = size > FRONT ? specs[data[1] % array_length(specs)] : "";
	struct manner manner = { .codec = codecs[size > 0 ? data[0] % codec_count : 0] };
	struct target target;

	if (size <= FRONT)
		return 0;
	if (spec[0] != '\0')
		bind_target(&target, spec);
	manner.like = context_of(data[2], spec[0] != '\0' ? &target : NULL);
	/* What one read brings is a message of raw. */
	check_reader_like(manner.codec, &manner.like, data + FRONT, size - FRONT,
			  strcmp(manner.codec->name, "raw") == 0 ? size : data[5] % 80,
			  is_one_way(&manner, spec) ? NULL : check_spelling, &manner);
	check_message_of(&manner, data, data + FRONT, size - FRONT);
	if (spec[0] != '\0')
		target_release(&target);
	return 0;
}
