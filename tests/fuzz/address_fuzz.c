/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is a target or an error with its place; its own spelling is the same target, and that of its address the same address. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/target.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

static bool bind_text(struct target *target, const char *text, struct error *err)
{
	struct spec spec;

	if (spec_parse(&spec, text, family_vocabulary(), err) == 0 &&
	    target_bind(target, &spec, err) == 0)
		return true;
	require(err->text[0] != '\0', "an error without words", text);
	require(err->place.text == NULL || err->place.text == text,
		"an error that points elsewhere", text);
	require(err->place.text == NULL || err->place.column + err->place.length <= strlen(text),
		"points behind the text", text);
	return false;
}

/* All that it says: its spelling, and its parts by name. */
static void say(const struct target *target, const struct address *address, struct buf *out)
{
	struct json json = { .out = out };

	target_print_address(target, address, out);
	json_open_object(&json, NULL);
	if (target->family->describe_address != NULL)
		target->family->describe_address(address, &json);
	json_close_object(&json);
}

/* Reads what is printed of it, and says of it what there is to say. */
static void read_again(const struct target *target, const struct address *address,
		       struct address *again, struct buf *said)
{
	cleanup_buf struct buf printed = { 0 };
	struct error err = { 0 };

	target_print_address(target, address, &printed);
	if (target_read_address(buf_text(&printed), again, &err) < 0)
		require(false, err.text, buf_text(&printed));
	say(target, again, said);
}

/* A path that begins with "@" is one that begins with "./" by then. */
static void check_same(const struct target *target, const struct address *address)
{
	cleanup_buf struct buf once = { 0 }, twice = { 0 };
	struct address again = { 0 }, last = { 0 };

	read_again(target, address, &again, &once);
	read_again(target, &again, &last, &twice);
	require(strcmp(once.data, twice.data) == 0, once.data, twice.data);
}

/* The address that it connects to, where that is known without asking anybody. */
static void check_address(const struct target *target)
{
	const struct family *family = target->family;
	struct address_list list = { 0 };

	if (target->role == ROLE_CONNECT && family->resolve != NULL &&
	    family->print_address != NULL &&
	    family->resolve(target, ADDRESS_PEER, false, &list, NULL) == 0 && list.count > 0)
		check_same(target, &list.items[0]);
	address_list_release(&list);
}

static void check_target(const struct target *target)
{
	cleanup_buf struct buf printed = { 0 }, twice = { 0 };
	struct error err = { 0 };
	struct target again;

	check_address(target);
	target_print(target, &printed);
	/* A secret is not shown. */
	if (strstr(buf_text(&printed), "…") != NULL)
		return;
	if (!bind_text(&again, buf_text(&printed), &err))
		require(false, err.text, buf_text(&printed));
	target_print(&again, &twice);
	require(strcmp(buf_text(&printed), buf_text(&twice)) == 0, "is printed otherwise",
		buf_text(&twice));
	target_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = memory_copy(data, size);
	struct error err = { 0 };
	struct target target;

	/* Files that a value names are read: those of this machine are no part of this. */
	if (strstr(text, "=@") != NULL || !bind_text(&target, text, &err))
		return 0;
	check_target(&target);
	target_release(&target);
	return 0;
}
