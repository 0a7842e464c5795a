/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel answers: the families of generic netlink, each to be found by its number and its name; a link's CAN controller. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/interface_can.h"
#include "core/generic_netlink.h"
#include "require.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_families(const struct generic_families *families)
{
	for (size_t i = 0; i < families->count; i++) {
		const struct generic_family *family = &families->items[i];

		require(strnlen(family->name, sizeof(family->name)) < sizeof(family->name), "a name without an end");
		require(generic_family_find(families, family->name, strlen(family->name)) != NULL, "not found by its name");
		require(generic_family_of(families, family->number) != NULL, "not found by its number");
		for (size_t k = 0; k < family->group_count; k++)
			require(memchr(family->groups[k].name, 0, GENL_NAMSIZ) != NULL, "a group's name without an end");
	}
}

static void check_can(struct netlink_bytes bytes)
{
	cleanup_buf struct buf text = { 0 }, as_json = { 0 };
	struct json json = { .out = &as_json };
	struct interface_can can;

	interface_can_take(bytes, &can);
	interface_can_print(&can, 16, &text);
	json_open_object(&json, NULL);
	interface_can_json(&can, 16, &json);
	json_close_object(&json);
	require(bytes_are_text(text.data, text.length) && bytes_are_text(as_json.data, as_json.length), "no text");
}

/* Two datagrams, as long as the first byte says; each a copy of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct generic_families families = { 0 };
	size_t lengths[2] = { size > 0 && 4U * data[0] < size - 1 ? 4U * data[0] : 0, 0 };
	int done = 0;

	lengths[1] = size > 0 ? size - 1 - lengths[0] : 0;
	for (size_t i = 0, at = 1; i < 2 && done == 0; at += lengths[i++]) {
		char *copy = memory_resize(NULL, lengths[i] > 0 ? lengths[i] : 1, 1);
		struct error err = { 0 };

		if (lengths[i] > 0)
			memcpy(copy, data + at, lengths[i]);
		done = generic_families_read(&families, (struct netlink_bytes){ copy, lengths[i] }, &err);
		check_can((struct netlink_bytes){ copy, lengths[i] });
		require(done >= 0 || err.text[0] != '\0', "an error without words");
		free(copy);
	}
	check_families(&families);
	generic_families_release(&families);
	return 0;
}
