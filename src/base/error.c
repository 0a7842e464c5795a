/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building errors: errno and EAI_ codes to kinds and words; strerror(3), gai_strerror(3). */
#include "base/error.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int code;
	enum error_kind kind;
} kind_of_errno[] = {
	{ ECONNREFUSED, ERROR_REFUSED },
	{ ECONNRESET, ERROR_RESET },
	{ ECONNABORTED, ERROR_RESET },
	{ EPIPE, ERROR_RESET },
	{ ETIMEDOUT, ERROR_TIMEOUT },
	{ EHOSTUNREACH, ERROR_UNREACHABLE },
	{ ENETUNREACH, ERROR_UNREACHABLE },
	{ EHOSTDOWN, ERROR_UNREACHABLE },
	{ ENETDOWN, ERROR_UNREACHABLE },
	{ EAFNOSUPPORT, ERROR_UNAVAILABLE },
	{ EPROTONOSUPPORT, ERROR_UNAVAILABLE },
	{ ESOCKTNOSUPPORT, ERROR_UNAVAILABLE },
	{ EPFNOSUPPORT, ERROR_UNAVAILABLE },
	{ ENOPROTOOPT, ERROR_UNAVAILABLE },
	{ EPERM, ERROR_UNAVAILABLE },
};

static const struct {
	const char *name;
	int status;
} kinds[] = {
	[ERROR_NONE] = { "none", 0 },
	[ERROR_FAILED] = { "failed", 1 },
	[ERROR_RESOLVE] = { "resolve", 1 },
	[ERROR_REFUSED] = { "refused", 1 },
	[ERROR_RESET] = { "reset", 1 },
	[ERROR_UNREACHABLE] = { "unreachable", 1 },
	[ERROR_INCOMPLETE] = { "incomplete", 1 },
	[ERROR_USAGE] = { "usage", 2 },
	[ERROR_UNAVAILABLE] = { "unavailable", 3 },
	[ERROR_TIMEOUT] = { "timeout", 4 },
};

enum error_kind error_kind_of(int code)
{
	for (size_t i = 0; i < sizeof(kind_of_errno) / sizeof(kind_of_errno[0]); i++)
		if (kind_of_errno[i].code == code)
			return kind_of_errno[i].kind;
	return ERROR_FAILED;
}

const char *error_kind_name(enum error_kind kind)
{
	return kinds[kind].name;
}

int error_status(const struct error *err)
{
	return kinds[err->kind].status;
}

const char *error_words(int code)
{
	return strerror(code);
}

static void start(struct error *err, enum error_kind kind, int code)
{
	err->kind = kind;
	err->code = code;
	err->text[0] = err->hint[0] = '\0';
	err->place = (struct error_place){ 0 };
}

/* Adds ": words" behind the text, as far as there is room. */
static void append(struct error *err, const char *words)
{
	size_t used = strlen(err->text);

	snprintf(err->text + used, sizeof(err->text) - used, "%s%s", used > 0 ? ": " : "", words);
}

int (error_set)(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	start(err, kind, 0);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int (error_usage)(struct error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	start(err, ERROR_USAGE, 0);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int (error_system)(struct error *err, const char *format, ...)
{
	int code = errno;
	va_list args;

	if (err == NULL)
		return -1;
	start(err, error_kind_of(code), code);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, error_words(code));
	return -1;
}

int (error_code)(struct error *err, int code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	start(err, error_kind_of(code), code);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, error_words(code));
	return -1;
}

int (error_gai)(struct error *err, int code, const char *format, ...)
{
	int saved = errno;
	va_list args;

	if (err == NULL)
		return -1;
	start(err, ERROR_RESOLVE, code == EAI_SYSTEM ? saved : code);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, code == EAI_SYSTEM ? error_words(saved) : gai_strerror(code));
	return -1;
}

int (error_context)(struct error *err, const char *format, ...)
{
	char words[sizeof(err->text)];
	char text[sizeof(err->text)];
	va_list args;

	if (err == NULL)
		return -1;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	memcpy(text, err->text, sizeof(text));
	err->text[0] = '\0';
	append(err, words);
	append(err, text);
	return -1;
}

int (error_hint)(struct error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return -1;
}

int error_place(struct error *err, const char *text, size_t column, size_t length)
{
	if (err != NULL)
		err->place = (struct error_place){ .text = text, .column = column, .length = length };
	return -1;
}
