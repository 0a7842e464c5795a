/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A named and typed parameter of a spec or a command, and reading its value. */
#ifndef OPTION_PARAMETER_H
#define OPTION_PARAMETER_H

#include "base/buf.h"
#include "base/error.h"
#include "base/name.h"

#include <stdint.h>

enum value_type {
	VALUE_FLAG,	/* no value, or 1 0 yes no on off true false */
	VALUE_NUMBER,	/* signed, between minimum and maximum, or one of names */
	VALUE_HEX,	/* hex digits, 0x optional */
	VALUE_MODE,	/* octal, as chmod(1) */
	VALUE_SIZE,	/* bytes with k, M, G */
	VALUE_DURATION, /* nanoseconds in number */
	VALUE_FACTOR,	/* how many times: 2, 0.5; billionths in number */
	VALUE_CHOICE,	/* one of names */
	VALUE_SET,	/* names and numbers joined by "+", ORed */
	VALUE_TEXT,	/* as typed */
	VALUE_BYTES,	/* @FILE, env:NAME, hex:, base64:, or the text itself */
	VALUE_SECRET,	/* the same, never shown again and wiped after use */
	VALUE_FILE,	/* a path */
	VALUE_SPEC,	/* an address spec or a part of one */
};

enum parameter_flags {
	PARAMETER_REPEATS = 1,	/* may be given more than once */
	PARAMETER_OPTIONAL = 2, /* the value may be left out; then it is fallback */
	PARAMETER_COMMON = 4,	/* stands in the short help */
	PARAMETER_NEGATABLE = 8,
};

/* Tables end with a NULL name. */
struct parameter {
	const char *name;
	const char *aliases; /* separated by blanks, NULL for none */
	char letter;	     /* of a command's option, 0 for none */
	enum value_type type;
	unsigned int flags;
	const struct name *names;
	int64_t minimum, maximum; /* both 0: as far as the type goes */
	int64_t fallback;	  /* with PARAMETER_OPTIONAL */
	const char *argument;	  /* how help calls the value: "SECONDS"; NULL: by its type */
	const char *help;
};

struct value {
	int64_t number;
	char *bytes; /* of text, bytes, files and specs; owned */
	size_t length;
	bool secret;
};

/* A parameter that was given. */
struct setting {
	const struct parameter *parameter;
	struct value value;
	size_t column; /* where the value stands in the spec */
	size_t source_length;
};

/* The row with that name or alias, NULL where none. */
const struct parameter *parameter_find(const struct parameter *table, const char *name);
/* Offers every name of the table to a guess. */
void parameter_guess(const struct parameter *table, struct name_guess *guess);
/*
 * Reads text (NULL: no value was typed) as the parameter's type. Files and
 * environment variables are read only by value_load(), so that nothing is
 * opened before the whole command line is checked.
 */
int value_read(const struct parameter *parameter, const char *text, size_t length,
	       struct value *value, struct error *err);
/* Replaces @FILE, env:NAME, hex:, base64: of VALUE_BYTES and VALUE_SECRET by what they name. */
int value_load(const struct parameter *parameter, struct value *value, struct error *err);
/* Frees; wipes a secret first. */
void value_release(struct value *value);
/* "SECONDS", "on|off": how help calls the value; "" for a flag. */
const char *parameter_argument(const struct parameter *parameter);

#endif
