/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LF to CR LF and back, and every option of telnet refused; RFC 854. */
#include "relay/translation.h"

#include "base/memory.h"

#include <arpa/telnet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WRITE_SIZE 4096U  /* bytes that are widened at once */
#define REPLY_MAXIMUM 1024U /* bytes of refusals that wait; more are not given */
#define TRY_AGAIN (10 * NANOSECONDS_PER_MILLISECOND)

enum telnet_state { DATA, COMMAND, OPTION, SUBOPTION, SUBOPTION_COMMAND };

struct translation {
	struct endpoint inner; /* its descriptors are those of the outer one */
	bool sends_crlf, takes_crlf, telnet;
	/* reading */
	enum telnet_state state;
	unsigned char verb; /* WILL, WONT, DO or DONT, before its option */
	bool holds_cr;	    /* one came, and what comes next tells what it was */
	bool has_spare;	    /* a byte of data came with that CR, and there was room for one */
	unsigned char spare;
	/* of each verb, WILL and DO: which options were refused already, so that nobody goes on about them */
	unsigned char refused[2][32];
	unsigned char replies[REPLY_MAXIMUM];
	size_t reply_length;
	/* writing */
	unsigned char last; /* byte that was sent */
	bool is_half;	    /* of the next byte that is sent as two, the first is out */
};

static bool is_wide(const struct translation *translation, unsigned char before, unsigned char byte)
{
	if (byte == IAC)
		return translation->telnet;
	return byte == '\n' && before != '\r' && translation->sends_crlf;
}

/* How many bytes of what was typed are out once put bytes of what they became are. */
static size_t count_out(struct translation *translation, const unsigned char *bytes, size_t put)
{
	size_t count = 0;

	while (put > 0) {
		size_t width = is_wide(translation, translation->last, bytes[count]) ? 2 : 1;

		width -= translation->is_half;
		translation->is_half = put < width;
		if (put < width)
			break;
		put -= width;
		translation->last = bytes[count++];
	}
	return count;
}

static size_t widen(const struct translation *translation, const unsigned char *bytes, size_t length,
		    unsigned char *out)
{
	unsigned char before = translation->last;
	size_t made = 0;

	for (size_t i = 0; i < length; before = bytes[i++]) {
		if (is_wide(translation, before, bytes[i]) && !(i == 0 && translation->is_half))
			out[made++] = bytes[i] == IAC ? IAC : '\r';
		out[made++] = bytes[i];
	}
	return made;
}

/* Refusals go out between two bytes, as far as there is room. */
static void send_replies(struct endpoint *endpoint)
{
	struct translation *translation = endpoint->state;
	ssize_t put;

	if (translation->reply_length == 0 || translation->is_half || endpoint->out < 0)
		return;
	put = endpoint_write(&translation->inner, translation->replies, translation->reply_length);
	if (put > 0) {
		translation->reply_length -= (size_t)put;
		memmove(translation->replies, translation->replies + put, translation->reply_length);
	}
	if (translation->reply_length > 0 && (put >= 0 || errno == EAGAIN))
		endpoint->try_at = deadline_now() + TRY_AGAIN;
	else
		translation->reply_length = 0;
}

static ssize_t translation_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct translation *translation = endpoint->state;
	unsigned char out[2 * WRITE_SIZE];
	size_t part = length < WRITE_SIZE ? length : WRITE_SIZE, done;
	ssize_t put;

	send_replies(endpoint);
	put = endpoint_write(&translation->inner, out, widen(translation, bytes, part, out));
	if (put < 0)
		return -1;
	done = count_out(translation, bytes, (size_t)put);
	errno = EAGAIN;
	return done > 0 ? (ssize_t)done : -1;
}

/* Each option is refused once: WONT to DO, DONT to WILL; what is refused to us needs no answer. */
static void refuse(struct translation *translation, unsigned char option)
{
	bool is_do = translation->verb == DO;
	unsigned char *refused = &translation->refused[is_do][option / 8];
	unsigned char bit = (unsigned char)(1U << (option % 8));

	if ((!is_do && translation->verb != WILL) || (*refused & bit) != 0 ||
	    translation->reply_length + 3 > REPLY_MAXIMUM)
		return;
	*refused |= bit;
	translation->replies[translation->reply_length++] = IAC;
	translation->replies[translation->reply_length++] = is_do ? WONT : DONT;
	translation->replies[translation->reply_length++] = option;
}

/* Takes in a byte of a command; true where it is one of data. */
static bool is_data(struct translation *translation, unsigned char byte)
{
	switch (translation->state) {
	case DATA:
		if (!translation->telnet || byte != IAC)
			return true;
		translation->state = COMMAND;
		return false;
	case COMMAND:
		translation->verb = byte;
		translation->state = byte == SB ? SUBOPTION : byte >= WILL && byte <= DONT ? OPTION : DATA;
		return byte == IAC;
	case OPTION:
		refuse(translation, byte);
		translation->state = DATA;
		return false;
	case SUBOPTION:
		if (byte == IAC)
			translation->state = SUBOPTION_COMMAND;
		return false;
	case SUBOPTION_COMMAND:
		translation->state = byte == SE ? DATA : SUBOPTION;
		return false;
	}
	return false;
}

/* Adds a byte of data behind count others; how many there are then. A CR waits for what follows. */
static size_t add(struct translation *translation, unsigned char *bytes, size_t count,
		  unsigned char byte)
{
	bool held = translation->holds_cr;

	translation->holds_cr = byte == '\r' && (translation->takes_crlf || translation->telnet);
	if (held && !(byte == '\n' && translation->takes_crlf))
		bytes[count++] = '\r';
	if (translation->holds_cr || (held && byte == '\0' && translation->telnet))
		return count;
	bytes[count++] = byte;
	return count;
}

static size_t narrow(struct translation *translation, unsigned char *bytes, const unsigned char *came,
		     size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		if (is_data(translation, came[i]))
			count = add(translation, bytes, count, came[i]);
	return count;
}

/* The last CR of all was one. */
static ssize_t end(struct translation *translation, unsigned char *bytes)
{
	if (!translation->holds_cr)
		return 0;
	translation->holds_cr = false;
	bytes[0] = '\r';
	return 1;
}

/* Reads until there is a byte of data; a place is left free for a CR that was held. As read(2). */
static ssize_t read_data(struct endpoint *endpoint, unsigned char *bytes, size_t size)
{
	struct translation *translation = endpoint->state;
	size_t count;

	do {
		ssize_t got = endpoint_read(&translation->inner, bytes + 1, size - 1);

		endpoint->try_at = translation->inner.try_at;
		if (got <= 0) {
			int code = errno;

			send_replies(endpoint);
			errno = code;
			return got == 0 ? end(translation, bytes) : -1;
		}
		count = narrow(translation, bytes, bytes + 1, (size_t)got);
	} while (count == 0);
	send_replies(endpoint);
	return (ssize_t)count;
}

static ssize_t translation_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct translation *translation = endpoint->state;
	unsigned char pair[2] = { translation->spare };
	ssize_t got = 1;

	if (size > 1 && !translation->has_spare)
		return read_data(endpoint, bytes, size);
	if (!translation->has_spare)
		got = read_data(endpoint, pair, sizeof(pair));
	if (got > 0)
		*(unsigned char *)bytes = pair[0];
	translation->has_spare = got > 1;
	translation->spare = pair[1];
	return got > 0 ? 1 : got;
}

static int translation_finish(struct endpoint *endpoint)
{
	struct translation *translation = endpoint->state;
	int done = endpoint_finish(&translation->inner);

	endpoint->out = translation->inner.out;
	return done;
}

static int64_t translation_pending(struct endpoint *endpoint, struct error *err)
{
	struct translation *translation = endpoint->state;

	return endpoint_pending(&translation->inner, err);
}

static void translation_addresses(const struct endpoint *endpoint, struct address *local,
				  struct address *peer)
{
	const struct translation *translation = endpoint->state;

	endpoint_addresses(&translation->inner, local, peer);
}

static void translation_signal(const struct endpoint *endpoint, int number)
{
	const struct endpoint *inner = &((const struct translation *)endpoint->state)->inner;

	if (inner->ops != NULL && inner->ops->signal != NULL)
		inner->ops->signal(inner, number);
}

static void translation_release(struct endpoint *endpoint)
{
	struct translation *translation = endpoint->state;
	struct endpoint *inner = &translation->inner;

	/* What it makes of its end depends on whether it has had one. */
	inner->finished = endpoint->finished;
	if (inner->ops != NULL && inner->ops->release != NULL)
		inner->ops->release(inner);
	free(translation);
}

static const struct endpoint_ops translation_ops = {
	.read = translation_read,
	.write = translation_write,
	.finish = translation_finish,
	.pending = translation_pending,
	.addresses = translation_addresses,
	.signal = translation_signal,
	.release = translation_release,
};

void translation_wrap(struct endpoint *endpoint)
{
	const struct target_common *common = &endpoint->target->common;
	struct translation *translation;

	if ((common->crlf == TARGET_CRLF_NONE && !common->telnet) || endpoint->messages)
		return;
	translation = memory_new(sizeof(*translation));
	translation->inner = *endpoint;
	translation->sends_crlf = common->crlf != TARGET_CRLF_NONE;
	translation->takes_crlf = common->crlf == TARGET_CRLF_BOTH;
	translation->telnet = common->telnet;
	endpoint->ops = &translation_ops;
	endpoint->state = translation;
}
