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
	__typeof__(&pcre2_match_data_free_8) pcre2_match_data_free_8;
	__typeof__(&pcre2_get_ovector_pointer_8) pcre2_get_ovector_pointer_8;
	__typeof__(&pcre2_get_error_message_8) pcre2_get_error_message_8;
	__typeof__(&pcre2_pattern_info_8) pcre2_pattern_info_8;
	__typeof__(&pcre2_match_data_create_from_pattern_8) pcre2_match_data_create_from_pattern_8;
	__typeof__(&pcre2_jit_compile_8) pcre2_jit_compile_8;
};

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct pcre2, pcre2_compile_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_code_free_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_match_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_match_data_create_from_pattern_8),
	LIBRARY_SYMBOL(struct pcre2, pcre2_jit_compile_8),
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
	uint32_t lookbehind; /* characters in front of a match that it may look at */
	bool is_utf;	     /* they are those of UTF-8, of up to four bytes */
};

static int compile(struct pattern *pattern, const char *text, uint32_t options, struct error *err)
{
	const struct pcre2 *pcre2 = &pattern->library;
	PCRE2_UCHAR8 words[160];
	PCRE2_SIZE offset;
	int code;

	pattern->code = pcre2->pcre2_compile_8((PCRE2_SPTR8)text, strlen(text), options,
					       &code, &offset, NULL);
	if (pattern->code == NULL) {
		if (pcre2->pcre2_get_error_message_8(code, words, sizeof(words)) < 0)
			words[0] = '\0';
		return error_usage(err, "\"%.*s\" and then: %s", (int)offset, text, (const char *)words);
	}
	pattern->is_utf = (options & PCRE2_UTF) != 0;
	pcre2->pcre2_pattern_info_8(pattern->code, PCRE2_INFO_MAXLOOKBEHIND, &pattern->lookbehind);
	pattern->match = pcre2->pcre2_match_data_create_from_pattern_8(pattern->code, NULL);
	/* Where this machine cannot, it is interpreted. */
	pcre2->pcre2_jit_compile_8(pattern->code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD);
	return 0;
}

static struct pattern *new_pattern(const char *text, uint32_t options, struct error *err)
{
	struct pattern *pattern = memory_new(sizeof(*pattern));

	if (library_load(&library, &pattern->library, err) == 0 &&
	    compile(pattern, text, options, err) == 0)
		return pattern;
	pattern_free(pattern);
	return NULL;
}

struct pattern *pattern_new(const char *text, struct error *err)
{
	return new_pattern(text, PCRE2_MULTILINE, err);
}

struct pattern *pattern_new_flagged(const char *text, const char *flags, struct error *err)
{
	static const struct {
		char letter;
		uint32_t option;
	} letters[] = {
		{ 'i', PCRE2_CASELESS }, { 'm', PCRE2_MULTILINE }, { 's', PCRE2_DOTALL },
		{ 'x', PCRE2_EXTENDED }, { 'u', PCRE2_UTF | PCRE2_MATCH_INVALID_UTF },
	};
	uint32_t options = 0;

	for (; *flags != '\0'; flags++) {
		size_t i = 0;

		while (i < array_length(letters) && letters[i].letter != *flags)
			i++;
		if (i == array_length(letters)) {
			error_usage(err, "there is no flag \"%c\" of a pattern: i, m, s, u and x are", *flags);
			return NULL;
		}
		options |= letters[i].option;
	}
	return new_pattern(text, options, err);
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

static void fill_match(const struct pattern *pattern, int groups, struct pattern_match *found)
{
	found->bounds = pattern->library.pcre2_get_ovector_pointer_8(pattern->match);
	found->group_count = groups > 0 ? (size_t)groups : 1;
	found->begin = found->bounds[0];
	found->end = found->bounds[1];
}

/* Behind bytes that are no UTF-8 the library begins anew, anchored or not. */
static int look(const struct pattern *pattern, const void *bytes, size_t length, size_t from,
		uint32_t options)
{
	const struct pcre2 *pcre2 = &pattern->library;
	int found = pcre2->pcre2_match_8(pattern->code, bytes, length, from, options, pattern->match, NULL);

	if ((found >= 0 || found == PCRE2_ERROR_PARTIAL) && (options & PCRE2_ANCHORED) != 0 &&
	    pcre2->pcre2_get_ovector_pointer_8(pattern->match)[0] != from)
		return PCRE2_ERROR_NOMATCH;
	return found;
}

/* A character whose last bytes are still to come is left for then. */
static size_t whole_characters(const unsigned char *bytes, size_t length)
{
	for (size_t i = 1; i <= 3 && i <= length; i++) {
		unsigned char byte = bytes[length - i];
		size_t needed = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;

		if ((byte & 0xc0) != 0x80)
			return needed > i ? length - i : length;
	}
	return length;
}

static int too_hard(int code, struct error *err)
{
	return error_set(err, ERROR_FAILED, "the pattern is too hard to match: PCRE2 error %d", code);
}

static uint32_t options_of(unsigned int how)
{
	return (how & PATTERN_ANCHORED ? PCRE2_ANCHORED : 0) | (how & PATTERN_WHOLE ? PCRE2_ENDANCHORED : 0);
}

/* Whether the bytes match as they are, although they may go on, or because they cannot. */
static int look_whole(const struct pattern *pattern, const void *bytes, size_t length, size_t from,
		      unsigned int how, struct pattern_match *found, struct error *err)
{
	uint32_t options = options_of(how);
	bool at_end = how & PATTERN_AT_END;
	/* Where the partial match begins, before it is overwritten. */
	size_t partial = at_end ? length : pattern->library.pcre2_get_ovector_pointer_8(pattern->match)[0];
	int count = look(pattern, bytes, length, from, options);

	if (count >= 0) {
		fill_match(pattern, count, found);
		return at_end ? PATTERN_FOUND : PATTERN_LONGER;
	}
	if (count != PCRE2_ERROR_NOMATCH)
		return too_hard(count, err);
	found->begin = partial;
	return at_end ? PATTERN_ABSENT : PATTERN_PARTIAL;
}

int pattern_look(const struct pattern *pattern, const void *bytes, size_t length, size_t from,
		 unsigned int how, struct pattern_match *found, struct error *err)
{
	uint32_t options = options_of(how);
	int count = PCRE2_ERROR_PARTIAL;

	if (pattern->is_utf && !(how & PATTERN_AT_END))
		length = whole_characters(bytes, length);
	if (!(how & PATTERN_AT_END))
		count = look(pattern, bytes, length, from, options | PCRE2_PARTIAL_HARD);
	*found = (struct pattern_match){ .begin = length };
	if (count >= 0) {
		fill_match(pattern, count, found);
		return PATTERN_FOUND;
	}
	if (count == PCRE2_ERROR_NOMATCH)
		return PATTERN_ABSENT;
	if (count != PCRE2_ERROR_PARTIAL)
		return too_hard(count, err);
	return look_whole(pattern, bytes, length, from, how, found, err);
}

size_t pattern_lookbehind(const struct pattern *pattern)
{
	size_t bytes = (size_t)pattern->lookbehind * (pattern->is_utf ? 4 : 1);

	/* "^" looks one byte back, which is not counted as looking behind. */
	return bytes > 0 ? bytes : 1;
}

const char *pattern_group_name(const struct pattern *pattern, size_t group)
{
	uint32_t count = 0, size = 0;
	const unsigned char *table = NULL;

	pattern->library.pcre2_pattern_info_8(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
	pattern->library.pcre2_pattern_info_8(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pattern->library.pcre2_pattern_info_8(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < count; i++)
		if ((size_t)(table[i * size] << 8 | table[i * size + 1]) == group)
			return (const char *)table + (size_t)i * size + 2;
	return NULL;
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
