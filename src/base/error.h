/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What went wrong, by value on the caller's stack; errno(3). */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>

/* The kinds stand in JSON events by their names and decide the exit status. */
enum error_kind {
	ERROR_NONE,
	ERROR_FAILED,	   /* status 1: an operation failed */
	ERROR_RESOLVE,	   /* 1: a name has no address */
	ERROR_REFUSED,	   /* 1: nobody listens there */
	ERROR_RESET,	   /* 1: the peer broke the connection */
	ERROR_UNREACHABLE, /* 1: no way to the peer */
	ERROR_INCOMPLETE,  /* 1: data that was read could not be delivered */
	ERROR_USAGE,	   /* 2: what was typed is wrong */
	ERROR_UNAVAILABLE, /* 3: not here: family, module, privilege, feature of the build */
	ERROR_TIMEOUT,	   /* 4: a deadline passed */
};

/*
 * A place in a text that the user typed. The text is borrowed: it lives longer
 * than the error (argv, a line of a script). length 0 points at one column.
 */
struct error_place {
	const char *text;
	size_t column;
	size_t length;
};

struct error {
	enum error_kind kind;
	int code; /* errno, or EAI_, which is negative; 0 where none */
	char text[600];
	char hint[400];
	struct error_place place;
};

/* Nothing is wrong yet: what { 0 } says too, but where every message passes without a thousand bytes of texts being zeroed. */
static inline void error_clear(struct error *err)
{
	err->kind = ERROR_NONE;
	err->code = 0;
	err->text[0] = err->hint[0] = '\0';
	err->place = (struct error_place){ .text = NULL };
}

/*
 * Each sets *err and returns -1, so that a function can end
 * `return error_system(err, "connect")`. err may be NULL: nobody wants to know.
 * An error that is set already is replaced.
 */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int error_usage(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* errno's meaning behind the words; the kind follows from errno. */
int error_system(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for an errno that was saved. */
int error_code(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* getaddrinfo's EAI_ code; EAI_SYSTEM uses errno. */
int error_gai(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "words: " before the text; returns -1. */
int error_context(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The second line, which says what to do; replaces an earlier one. Returns -1. */
int error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Points at length bytes from column of text; returns -1. */
int error_place(struct error *err, const char *text, size_t column, size_t length);

#ifdef __clang_analyzer__
/* It reads one file at a time and does not see the -1 in error.c. */
#define error_set(...) ((error_set)(__VA_ARGS__), -1)
#define error_usage(...) ((error_usage)(__VA_ARGS__), -1)
#define error_system(...) ((error_system)(__VA_ARGS__), -1)
#define error_code(...) ((error_code)(__VA_ARGS__), -1)
#define error_gai(...) ((error_gai)(__VA_ARGS__), -1)
#define error_context(...) ((error_context)(__VA_ARGS__), -1)
#define error_hint(...) ((error_hint)(__VA_ARGS__), -1)
#endif

/* The error_kind that an errno amounts to. */
enum error_kind error_kind_of(int code);
/* "refused": the name that JSON events use. */
const char *error_kind_name(enum error_kind kind);
/* 0 to 4, the exit status of interface.md. */
int error_status(const struct error *err);
/* "Connection refused": what errno means, in the words of strerror(3). */
const char *error_words(int code);

static inline int error_is_set(const struct error *err)
{
	return err->kind != ERROR_NONE;
}

#endif
