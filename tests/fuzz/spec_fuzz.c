/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is a spec or an error with its place, and what is printed of a spec is read back. */
#include "../unit/describe.h"
#include "../unit/shapes.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "spec/spec.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

static void check_error(const struct error *err, const char *text)
{
	require(err->kind == ERROR_USAGE && err->text[0] != '\0', "not a usage error", text);
	require(err->place.text == text, "an error that points elsewhere", text);
	require(err->place.column + err->place.length <= strlen(text), "points behind the text",
		text);
}

static void check_part(const struct spec *spec, const struct spec_text *part)
{
	require(part->column + part->source_length <= strlen(spec->source), "a part outside",
		spec->source);
}

static void check_spec(const struct spec *spec)
{
	cleanup_buf struct buf printed = { 0 }, again = { 0 };
	struct error err = { 0 };
	struct spec copy;

	for (size_t i = 0; i < spec->field_count; i++)
		check_part(spec, &spec->fields[i]);
	spec_print(spec, NULL, NULL, &printed);
	require(spec_parse(&copy, buf_text(&printed), shapes_vocabulary(), &err) == 0,
		"cannot be read back", buf_text(&printed));
	require(specs_are_equal(spec, &copy), "is read back otherwise", buf_text(&printed));
	spec_print(&copy, NULL, NULL, &again);
	require(strcmp(buf_text(&printed), buf_text(&again)) == 0, "is printed otherwise",
		buf_text(&again));
	spec_release(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = memory_copy(data, size);
	struct error err = { 0 };
	struct spec spec;

	if (spec_parse(&spec, text, shapes_vocabulary(), &err) == 0) {
		check_spec(&spec);
		spec_release(&spec);
	} else {
		check_error(&err, text);
	}
	if (spec_parse_as(&spec, text, shapes_vocabulary(), ROLE_LISTEN, &err) == 0) {
		check_spec(&spec);
		spec_imply_role(&spec, ROLE_BIND, &err);
		spec_release(&spec);
	}
	return 0;
}
