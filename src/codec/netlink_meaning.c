/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tables a message of netlink goes by: by protocol and type, of generic netlink by family, of sock_diag by domain. */
#include "base/memory.h"
#include "base/number.h"
#include "codec/netlink_print.h"

#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>

/* Types below 16 are the same everywhere. */
static const struct netlink_operation common[] = {
	{ .type = NLMSG_NOOP, .name = "noop" },
	{ .type = NLMSG_ERROR, .name = "error" },
	{ .type = NLMSG_DONE, .name = "done" },
	{ .type = NLMSG_OVERRUN, .name = "overrun" },
	{ .name = NULL },
};

static const struct netlink_operation *operations_of(int protocol)
{
	static const struct netlink_operation none[] = { { .name = NULL } };

	if (protocol == NETLINK_ROUTE)
		return netlink_route_operations;
	return protocol == NETLINK_SOCK_DIAG ? netlink_diag_operations : none;
}

static bool is_meant(const struct netlink_operation *row, const struct netlink_message *message)
{
	if (row->type != message->header.nlmsg_type)
		return false;
	if (row->family == 0)
		return true;
	return message->body.length > 0 && (uint8_t)message->body.data[0] == row->family &&
	       row->asks == ((message->header.nlmsg_flags & NLM_F_REQUEST) != 0);
}

static const struct generic_family *family_of(struct netlink_memory *memory, uint16_t number)
{
	const struct generic_family *family = generic_family_of(&memory->families, number);

	if (family == NULL && generic_families_load(&memory->families, NULL) == 0)
		family = generic_family_of(&memory->families, number);
	return family;
}

static struct netlink_meaning generic_meaning(struct netlink_memory *memory, uint16_t type)
{
	const struct generic_family *family;

	if (type == GENL_ID_CTRL)
		return (struct netlink_meaning){ "nlctrl", &netlink_control_body };
	family = family_of(memory, type);
	return (struct netlink_meaning){ family != NULL ? family->name : NULL, &netlink_generic_body };
}

struct netlink_meaning netlink_meaning_of(struct netlink_memory *memory, int protocol,
					  const struct netlink_message *message)
{
	uint16_t type = message->header.nlmsg_type;
	const struct netlink_operation *row = type < NLMSG_MIN_TYPE ? common : operations_of(protocol);

	if (protocol == NETLINK_GENERIC && type >= NLMSG_MIN_TYPE)
		return generic_meaning(memory, type);
	for (; row->name != NULL; row++)
		if (is_meant(row, message))
			return (struct netlink_meaning){ row->name, row->body };
	return (struct netlink_meaning){ NULL, NULL };
}

static void add_header(const struct netlink_body *body, uint8_t first, uint8_t second, struct buf *header)
{
	size_t size = body != NULL ? ((size_t)body->size + 3) & ~(size_t)3 : 0;

	for (size_t i = 0; i < size; i++)
		buf_add_char(header, (char)(i == 0 ? first : i == 1 ? second : 0));
}

static int generic_find(struct netlink_memory *memory, const char *word, struct netlink_meaning *meaning,
			uint16_t *type, struct buf *header, struct error *err)
{
	const struct generic_family *family;
	struct name_guess guess = { .wanted = word };

	if (generic_families_load(&memory->families, err) < 0)
		return -1;
	family = generic_family_find(&memory->families, word, strlen(word));
	if (family != NULL) {
		*type = family->number;
		*meaning = (struct netlink_meaning){ family->name, *type == GENL_ID_CTRL ? &netlink_control_body
											  : &netlink_generic_body };
		add_header(meaning->body, 0, family->version, header);
		return 0;
	}
	error_usage(err, "generic netlink has no family \"%s\" here", word);
	for (size_t i = 0; i < memory->families.count; i++)
		name_guess_offer(&guess, memory->families.items[i].name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return -1;
}

/* The version that a name would give: 0 where nobody says. */
static uint8_t version_of(struct netlink_memory *memory, int protocol, uint16_t type)
{
	const struct generic_family *family = NULL;

	if (protocol == NETLINK_GENERIC && type >= NLMSG_MIN_TYPE)
		family = family_of(memory, type);
	return family != NULL ? family->version : 0;
}

static int number_find(struct netlink_memory *memory, int protocol, const char *word,
		       struct netlink_meaning *meaning, uint16_t *type, struct buf *header,
		       struct error *err)
{
	struct netlink_message message = { 0 };
	uint64_t number;

	if (number_unsigned(word, 0, UINT16_MAX, &number, err) < 0)
		return -1;
	*type = message.header.nlmsg_type = (uint16_t)number;
	/* Of sock_diag the words do not tell the domain. */
	*meaning = netlink_meaning_of(memory, protocol, &message);
	add_header(meaning->body, 0, version_of(memory, protocol, *type), header);
	return 0;
}

static int unknown_operation(int protocol, const char *word, struct error *err)
{
	struct name_guess guess = { .wanted = word };

	for (const struct netlink_operation *row = operations_of(protocol); row->name != NULL; row++)
		name_guess_offer(&guess, row->name);
	error_usage(err, "\"%s\" is no message of this protocol", word);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return error_hint(err, "a message is its name and words (getlink dump), its number and bytes (18 "
			       "body=0a0b), or all of it in hex");
}

int netlink_operation_find(struct netlink_memory *memory, int protocol, const char *word,
			   struct netlink_meaning *meaning, uint16_t *type, struct buf *header,
			   struct error *err)
{
	if (word[0] >= '0' && word[0] <= '9')
		return number_find(memory, protocol, word, meaning, type, header, err);
	for (const struct netlink_operation *row = operations_of(protocol); row->name != NULL; row++) {
		if (!name_equal(word, row->name))
			continue;
		*type = row->type;
		*meaning = (struct netlink_meaning){ row->name, row->body };
		add_header(row->body, row->family, 0, header);
		return 0;
	}
	if (protocol == NETLINK_GENERIC)
		return generic_find(memory, word, meaning, type, header, err);
	return unknown_operation(protocol, word, err);
}
