/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking netlink's messages and attributes apart within their bounds, and making them; linux/netlink.h. */
#include "core/netlink.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define ATTRIBUTE_MISSING 5 /* NLMSGERR_ATTR_MISS_TYPE, since Linux 6.1 */

/* Both headers' lengths count the header, and what follows begins at a multiple of 4. */
static size_t aligned(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

static void drop(struct netlink_bytes *bytes, size_t length)
{
	length = length < bytes->length ? length : bytes->length;
	bytes->data += length;
	bytes->length -= length;
}

bool netlink_take(struct netlink_bytes *bytes, void *to, size_t length)
{
	if (bytes->length < length)
		return false;
	memcpy(to, bytes->data, length);
	drop(bytes, length);
	return true;
}

bool netlink_take_message(struct netlink_bytes *bytes, struct netlink_message *message)
{
	struct netlink_bytes whole = *bytes;
	size_t size = sizeof(message->header);

	if (!netlink_take(&whole, &message->header, size) || message->header.nlmsg_len < size ||
	    message->header.nlmsg_len > bytes->length)
		return false;
	message->body = (struct netlink_bytes){ whole.data, message->header.nlmsg_len - size };
	drop(bytes, aligned(message->header.nlmsg_len));
	return true;
}

bool netlink_take_attribute(struct netlink_bytes *bytes, struct netlink_attribute *attribute)
{
	struct netlink_bytes whole = *bytes;
	struct nlattr header;

	if (!netlink_take(&whole, &header, sizeof(header)) || header.nla_len < sizeof(header) ||
	    header.nla_len > bytes->length)
		return false;
	attribute->type = header.nla_type & NETLINK_TYPE_MAXIMUM;
	attribute->flags = header.nla_type & (uint16_t)~NETLINK_TYPE_MAXIMUM;
	attribute->value = (struct netlink_bytes){ whole.data, header.nla_len - sizeof(header) };
	drop(bytes, aligned(header.nla_len));
	return true;
}

static void read_explanation(struct netlink_bytes attributes, struct netlink_answer *answer)
{
	struct netlink_attribute one;
	uint32_t number;

	while (netlink_take_attribute(&attributes, &one)) {
		if (one.type == NLMSGERR_ATTR_MSG) {
			answer->words = one.value;
			answer->words.length = strnlen(one.value.data, one.value.length);
		} else if (!netlink_take(&one.value, &number, sizeof(number))) {
			continue;
		} else if (one.type == NLMSGERR_ATTR_OFFS) {
			answer->offset = number;
		} else if (one.type == ATTRIBUTE_MISSING) {
			answer->missing = number;
		}
	}
}

/* The request stands in the answer, but for its body where that was asked for or it was done. */
static void read_request(const struct netlink_message *message, struct netlink_bytes *rest,
			 struct netlink_answer *answer)
{
	size_t length;

	if (!netlink_take(rest, &answer->request, sizeof(answer->request)) ||
	    (message->header.nlmsg_flags & NLM_F_CAPPED) != 0 ||
	    answer->request.nlmsg_len < sizeof(answer->request))
		return;
	length = answer->request.nlmsg_len - sizeof(answer->request);
	if (length > rest->length)
		length = rest->length;
	answer->asked = (struct netlink_bytes){ rest->data, length };
	drop(rest, aligned(length));
}

bool netlink_read_answer(const struct netlink_message *message, struct netlink_answer *answer)
{
	struct netlink_bytes rest = message->body;
	int code = 0;

	*answer = (struct netlink_answer){ 0 };
	if (message->header.nlmsg_type != NLMSG_ERROR && message->header.nlmsg_type != NLMSG_DONE)
		return false;
	/* Some families end a dump without a word. */
	if (!netlink_take(&rest, &code, sizeof(code)))
		return message->header.nlmsg_type == NLMSG_DONE;
	/* What is not a negative errno is no failure: some families return a count. */
	answer->code = code < 0 && code >= -4095 ? -code : 0;
	if (message->header.nlmsg_type == NLMSG_ERROR)
		read_request(message, &rest, answer);
	if ((message->header.nlmsg_flags & NLM_F_ACK_TLVS) != 0)
		read_explanation(rest, answer);
	return true;
}

int netlink_error(const struct netlink_answer *answer, struct error *err)
{
	cleanup_free char *words = memory_copy(answer->words.data, answer->words.length);

	error_set(err, error_kind_of(answer->code), "%s%s%s", error_words(answer->code),
		  answer->words.length > 0 ? ": " : "", words);
	if (err != NULL)
		err->code = answer->code;
	return -1;
}

static void pad(struct buf *out)
{
	static const char zeroes[4] = "";

	buf_add(out, zeroes, aligned(out->length) - out->length);
}

size_t netlink_begin(struct buf *out, uint16_t type, uint16_t flags)
{
	struct nlmsghdr header = { .nlmsg_type = type, .nlmsg_flags = flags };
	size_t at = out->length;

	buf_add(out, &header, sizeof(header));
	return at;
}

size_t netlink_open(struct buf *out, uint16_t type)
{
	struct nlattr header = { .nla_type = type };
	size_t at = out->length;

	buf_add(out, &header, sizeof(header));
	return at;
}

int netlink_close(struct buf *out, size_t at)
{
	size_t length = out->length - at;
	uint16_t stored = (uint16_t)length;

	if (length > UINT16_MAX)
		return -1;
	memcpy(out->data + at, &stored, sizeof(stored));
	pad(out);
	return 0;
}

void netlink_add(struct buf *out, uint16_t type, const void *bytes, size_t length)
{
	size_t at = netlink_open(out, type);

	buf_add(out, bytes, length);
	netlink_close(out, at);
}

void netlink_end(struct buf *out, size_t at)
{
	uint32_t length = (uint32_t)(out->length - at);

	memcpy(out->data + at, &length, sizeof(length));
}
