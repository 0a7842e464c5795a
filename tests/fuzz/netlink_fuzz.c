/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages and attributes of netlink as lines and as JSON, whatever they hold; and lines as messages. */
#include "codec_check.h"
#include "core/target.h"

#include <linux/netlink.h>

/* Printing must hold for any bytes. */
static void print_as(const char *name, const struct target *target, const struct message *message,
		     struct buf *out)
{
	const struct codec *codec = codec_find(name);
	struct codec_context context = { .target = target };
	struct error err = { 0 };

	require(codec->encode(&context, message, out, &err) == 0, "a message that is not printed");
	codec_context_release(codec, &context);
}

/* What is printed of a whole message is a line that can be read; it may give names to interfaces that are not here. */
static void read_line(const struct target *target, const struct buf *line)
{
	const struct codec *codec = codec_find("netlink");
	struct codec_context context = { .target = target };
	struct message message;
	struct error err = { 0 };
	bool found;

	if (line->length > 0 && codec_decode(codec, &context, line->data, line->length, true,
					     &message, &found, &err) < 0 &&
	    strstr(err.text, "there is no interface") == NULL) {
		fprintf(stderr, "%.*s%s\n", (int)line->length, line->data, err.text);
		require(false, "what was printed is not read back");
	}
	codec_context_release(codec, &context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int protocols[] = { NETLINK_ROUTE, NETLINK_SOCK_DIAG, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC };
	struct target target = { .family = family_find("netlink"), .format = "netlink" };
	struct nlmsghdr header = { 0 };
	struct message message = { .data = (const char *)data, .length = size };
	cleanup_buf struct buf bytes = { 0 }, line = { 0 }, json = { 0 };

	if (size < 4)
		return 0;
	target.protocol = protocols[data[0] % 4];
	check_reader(codec_find("netlink"), &target, data + 4, size - 4, data[1] % 16, NULL, NULL);
	print_as("json", &target, &message, &json);
	/* With a header that is whole, of a type that there is. */
	header.nlmsg_len = (uint32_t)(sizeof(header) + size - 4);
	header.nlmsg_type = target.protocol == NETLINK_GENERIC ? 16 : (uint16_t)(target.protocol == NETLINK_ROUTE ? data[1] : 20);
	header.nlmsg_flags = (uint16_t)(data[2] << 8 | NLM_F_MULTI | (data[3] & NLM_F_REQUEST));
	buf_add(&bytes, &header, sizeof(header));
	buf_add(&bytes, data + 4, size - 4);
	message = (struct message){ .data = bytes.data, .length = bytes.length };
	print_as("netlink", &target, &message, &line);
	print_as("json", &target, &message, &json);
	if (target.protocol == NETLINK_ROUTE || target.protocol == NETLINK_SOCK_DIAG)
		read_line(&target, &line);
	return 0;
}
