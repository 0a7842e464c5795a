/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading --send, whose escapes are those of printf(1), and --until. */
#include "cmd/request.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <string.h>

static const struct {
	char letter, byte;
} escapes[] = { { 'r', '\r' }, { 'n', '\n' }, { 't', '\t' }, { '0', '\0' }, { '\\', '\\' } };

/* What stands behind a backslash; the bytes of text that it takes, 0 where it is none. */
static size_t read_escape(const char *text, struct buf *out)
{
	for (size_t i = 0; i < array_length(escapes); i++)
		if (text[0] == escapes[i].letter) {
			buf_add_char(out, escapes[i].byte);
			return 1;
		}
	if (text[0] == 'x' && text[1] != '\0' && bytes_read_hex(text + 1, 2, out, NULL) == 0)
		return 3;
	return 0;
}

static int read_escapes(const char *text, struct buf *out, struct error *err)
{
	for (size_t i = 0; text[i] != '\0'; i++) {
		size_t taken = 0;

		if (text[i] != '\\') {
			buf_add_char(out, text[i]);
			continue;
		}
		taken = read_escape(text + i + 1, out);
		if (taken == 0) {
			error_usage(err, "\"%.2s\" is no escape", text + i);
			return error_hint(err, "there are \\r \\n \\t \\0 \\xHH and \\\\");
		}
		i += taken;
	}
	return 0;
}

static int read_message(const struct setting *setting, struct buf *out, struct error *err)
{
	struct value value = { .bytes = memory_copy(setting->value.bytes, setting->value.length),
			       .length = setting->value.length };
	bool is_loaded;
	int status = value_load(setting->parameter, &value, err);

	/* The bytes of a file are those of the file. */
	is_loaded = status == 0 && (value.length != setting->value.length ||
				    memcmp(value.bytes, setting->value.bytes, value.length) != 0);
	if (is_loaded)
		buf_add(out, value.bytes, value.length);
	else if (status == 0)
		status = read_escapes(setting->value.bytes, out, err);
	value_release(&value);
	return status;
}

int request_read(struct request *request, const struct arguments *arguments, struct error *err)
{
	const char *until = arguments_text(arguments, "until", NULL);

	*request = (struct request){ 0 };
	request->messages = memory_array(arguments->setting_count + 1, sizeof(struct buf));
	for (size_t i = 0; i < arguments->setting_count; i++) {
		const struct setting *setting = &arguments->settings[i];

		if (strcmp(setting->parameter->name, "send") == 0 &&
		    read_message(setting, &request->messages[request->count++], err) < 0)
			return error_context(err, "--send");
	}
	if (until == NULL)
		return 0;
	request->until = pattern_new(until, err);
	return request->until != NULL ? 0 : error_context(err, "--until");
}

void request_release(struct request *request)
{
	for (size_t i = 0; i < request->count; i++)
		buf_release(&request->messages[i]);
	free(request->messages);
	pattern_free(request->until);
	*request = (struct request){ 0 };
}
