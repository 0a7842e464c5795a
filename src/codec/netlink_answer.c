/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of a request, with its own words and the attribute at fault; nlmsgerr of linux/netlink.h. */
#include "codec/netlink_answer.h"

#include "base/cleanup.h"
#include "base/code.h"

#include <string.h>

static void print_request(struct netlink_memory *memory, int protocol, const struct netlink_answer *answer,
			  struct netlink_meaning *meaning, struct netlink_sink *sink)
{
	struct netlink_message request = { .header = answer->request, .body = answer->asked };

	if (answer->request.nlmsg_len == 0)
		return;
	*meaning = netlink_meaning_of(memory, protocol, &request);
	if (meaning->name != NULL)
		netlink_sink_string(sink, "request", meaning->name, strlen(meaning->name));
	else
		netlink_sink_number(sink, "request", answer->request.nlmsg_type);
}

/* The attribute at an offset of the request, which counts from its header. */
static void print_fault(const struct netlink_meaning *meaning, const struct netlink_answer *answer,
			struct netlink_sink *sink)
{
	cleanup_buf struct buf path = { 0 };
	const struct netlink_field *field;

	if (meaning->body == NULL)
		return;
	if (answer->offset >= sizeof(struct nlmsghdr))
		netlink_path_print(meaning->body, answer->asked, answer->offset - sizeof(struct nlmsghdr), &path);
	if (path.length > 0)
		netlink_sink_string(sink, "attribute", buf_text(&path), path.length);
	field = answer->missing > 0 && answer->missing <= NETLINK_TYPE_MAXIMUM ?
			netlink_field_of(meaning->body->attributes, (uint16_t)answer->missing) : NULL;
	if (field != NULL)
		netlink_sink_string(sink, "missing", field->name, strlen(field->name));
	else if (answer->missing > 0)
		netlink_sink_number(sink, "missing", answer->missing);
}

void netlink_answer_print(struct netlink_memory *memory, int protocol, const struct netlink_answer *answer,
			  struct netlink_sink *sink)
{
	struct netlink_meaning meaning = { NULL, NULL };
	const char *name = code_name(answer->code);

	if (name != NULL)
		netlink_sink_string(sink, "code", name, strlen(name));
	else if (answer->code != 0 || sink->json != NULL)
		netlink_sink_number(sink, "code", (uint64_t)answer->code);
	if (answer->words.length > 0)
		netlink_sink_string(sink, "words", answer->words.data, answer->words.length);
	print_request(memory, protocol, answer, &meaning, sink);
	print_fault(&meaning, answer, sink);
}
