/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching by PCRE2; the only file that knows its header. */
#include "base/pattern.h"

#include "base/library.h"
#include "base/memory.h"

#include <stdint.h>
#include <string.h>

#if WITH_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct pcre2 {
	__typeof__(&pcre2_compile_8) pcre2_compile_8;
	__typeof__(&pcre2_code_free_8) pcre2_code_free_8;
	__typeof__(&pcre2_match_8) pcre2_match_8;
	__typeof__(&pcre2_match_data_create_8) pcre2_match_data_create_8;
	__typeof__(&pcre2_match_data_free_8) pcre2_match_data_free_8;
	__typeof__(&pcre2_get_ovector_pointer_8) pcre2_get_ovector_pointer_8;
	__typeof__(&pcre2_get_error_message_8) pcre2_get_error_message_8;
	__typeof__(&pcre2_pattern_info_8) pcre2_pattern_info_8;
};

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct pcre2, pcre2_compile_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_code_free_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_match_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_match_data_create_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_match_data_free_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_get_ovector_pointer_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_get_error_message_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_pattern_info_8),
	{ NULL, 0 },
};

static const struct library library = {
	.sonames = "libpcre2-8.so.0",
	.package = "libpcre2-8-0",
	.purpose = "matching patterns",
	.symbols = symbols,
};

struct pattern {
	struct pcre2 library;
	pcre2_code_8 *code;
	pcre2_match_data_8 *match;
	uint32_t lookbehind; /* bytes in front of a match that it may look at */
};

static int compile(struct pattern *pattern, const char *text, struct error *err)
{
	const struct pcre2 *pcre2 = &pattern->library;
	PCRE2_UCHAR8 words[160];
	PCRE2_SIZE offset;
	int code;

	pattern->code = pcre2->pcre2_compile_8((PCRE2_SPTR8)text, strlen(text), PCRE2_MULTILINE,
					       &code, &offset, NULL);
	if (pattern->code == NULL) {
		if (pcre2->pcre2_get_error_message_8(code, words, sizeof(words)) < 0)
			words[0] = '\0';
		return error_usage(err, "\"%.*s\" and then: %s", (int)offset, text, (const char *)words);
	}
	pcre2->pcre2_pattern_info_8(pattern->code, PCRE2_INFO_MAXLOOKBEHIND, &pattern->lookbehind);
	pattern->match = pcre2->pcre2_match_data_create_8(1, NULL);
	return 0;
}

struct pattern *pattern_new(const char *text, struct error *err)
{
	struct pattern *pattern = memory_new(sizeof(*pattern));

	if (library_load(&library, &pattern->library, err) == 0 && compile(pattern, text, err) == 0)
		return pattern;
	pattern_free(pattern);
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	if (pattern->code != NULL)
		pattern->library.pcre2_code_free_8(pattern->code);
	if (pattern->match != NULL)
		pattern->library.pcre2_match_data_free_8(pattern->match);
	free(pattern);
}

/* Drops what no match that begins at start or later can look at. */
static void shorten(const struct pattern *pattern, struct pattern_window *window, size_t start)
{
	/* "^" looks one byte back, which is not counted as looking behind. */
	size_t behind = pattern->lookbehind > 0 ? pattern->lookbehind : 1;

	if (window->bytes.length - start > PATTERN_WINDOW)
		start = window->bytes.length - PATTERN_WINDOW;
	window->from = start < behind ? start : behind;
	buf_consume(&window->bytes, start - window->from);
}

static int match(const struct pattern *pattern, const struct pattern_window *window,
		 uint32_t options)
{
	return pattern->library.pcre2_match_8(pattern->code,
					      (PCRE2_SPTR8)buf_text(&window->bytes),
					      window->bytes.length, window->from, options,
					      pattern->match, NULL);
}

int pattern_find(const struct pattern *pattern, struct pattern_window *window, const void *bytes,
		 size_t length, struct error *err)
{
	int found;

	buf_add(&window->bytes, bytes, length);
	found = match(pattern, window, 0);
	/* The earliest that more bytes could make one: asked apart, for a match must not wait for them. */
	if (found == PCRE2_ERROR_NOMATCH)
		found = match(pattern, window, PCRE2_PARTIAL_HARD);
	if (found >= 0)
		return 1;
	if (found == PCRE2_ERROR_PARTIAL)
		shorten(pattern, window,
			pattern->library.pcre2_get_ovector_pointer_8(pattern->match)[0]);
	else if (found == PCRE2_ERROR_NOMATCH)
		shorten(pattern, window, window->bytes.length);
	else
		return error_set(err, ERROR_FAILED, "the pattern is too hard to match: PCRE2 error %d",
				 found);
	return 0;
}
#endif

void pattern_restart(struct pattern_window *window)
{
	buf_clear(&window->bytes);
	window->from = 0;
}

void pattern_window_release(struct pattern_window *window)
{
	buf_release(&window->bytes);
}
