/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is a script or a usage error that points into one of its lines. */
#include "require.h"

#include "shell/parse.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(const struct source *source, const struct error *err)
{
	require(err->kind == ERROR_USAGE || err->kind == ERROR_UNAVAILABLE, "not a usage error");
	require(err->text[0] != '\0', "an error without words");
	require(err->place.text != NULL, "an error without a place");
	for (size_t i = 0; i < source->line_count; i++)
		if (err->place.text == source->lines[i]) {
			require(err->place.column <= strlen(source->lines[i]), "points behind the line");
			return;
		}
	require(false, "points elsewhere");
}

static void check_steps(const struct source *source, const struct block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct step *step = &block->steps[i];

		require(step->verb != NULL, "a line without a verb");
		require(step->place.at + step->place.length <= source->length, "a line outside");
		for (size_t slot = 0; slot < SLOTS_MAXIMUM; slot++)
			check_steps(source, &step->fillings[slot].block);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct parse_world world;
	struct source *source = source_new("fuzz", (const char *)data, size);
	struct error err = { 0 };
	struct block block;

	script_is_open(source, &world);
	if (script_parse(source, &world, &block, &err) == 0) {
		check_steps(source, &block);
		block_release(&block);
	} else {
		check_place(source, &err);
	}
	source_free(source);
	return 0;
}
