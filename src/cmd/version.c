/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version, features and licence. */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "cmd/help.h"
#include "core/family.h"

#ifndef ANYSOCK_VERSION
#define ANYSOCK_VERSION "unknown"
#endif

static const struct {
	const char *name;
	bool is_built_in;
} features[] = {
	{ "edit", WITH_EDIT },
	{ "exec", WITH_EXEC },
	{ "jansson", WITH_JANSSON },
	{ "openssl", WITH_OPENSSL },
	{ "pcap", WITH_PCAP },
	{ "pcre2", WITH_PCRE2 },
};

static int print_json(FILE *out)
{
	cleanup_buf struct buf text = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_string(&json, "version", ANYSOCK_VERSION);
	json_string(&json, "licence", "GPL-2.0-or-later");
	json_open_object(&json, "features");
	for (size_t i = 0; i < array_length(features); i++)
		json_boolean(&json, features[i].name, features[i].is_built_in);
	json_close_object(&json);
	json_open_array(&json, "families");
	for (size_t i = 0; i < family_count; i++)
		json_string(&json, NULL, families[i]->shape.name);
	json_close_array(&json);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
	return 0;
}

int help_version(FILE *out, bool json)
{
	if (json)
		return print_json(out);
	fputs("anysock " ANYSOCK_VERSION "\nfeatures:", out);
	for (size_t i = 0; i < array_length(features); i++)
		fprintf(out, " %c%s", features[i].is_built_in ? '+' : '-', features[i].name);
	fputs("\nfamilies:", out);
	for (size_t i = 0; i < family_count; i++)
		fprintf(out, " %s", families[i]->shape.name);
	fputs("\nlicence: GPL-2.0-or-later; there is no warranty\n", out);
	return 0;
}
