/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a family tells the cutter of address specs: its names, roles and fields. */
#ifndef SPEC_SHAPE_H
#define SPEC_SHAPE_H

#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAPE_FIELDS_MAX 8

enum role {
	ROLE_CONNECT, /* active, the default */
	ROLE_LISTEN,  /* passive */
	ROLE_BIND,    /* bound, unconnected: the spec itself is the local end */
};
#define ROLE_BIT(role) (1U << (role))
#define ROLES_STREAM (ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_LISTEN))
#define ROLES_ALL (ROLES_STREAM | ROLE_BIT(ROLE_BIND))

/* How far a field reaches; see the table of kinds in anysock-spec(7). */
enum field_kind {
	FIELD_WORD,
	FIELD_HOST,
	FIELD_BDADDR,
	FIELD_ALGORITHM,
	FIELD_REST,
	FIELD_COMMAND,
};

/* How a field's text is read once it is cut out; done without system calls. */
enum field_type {
	FIELD_TEXT,   /* taken as it is; the family reads it */
	FIELD_NUMBER, /* decimal or 0x, or one of names */
	FIELD_HEX,    /* hex digits, 0x optional, or one of names */
	FIELD_SET,    /* names and numbers joined by "+", ORed together */
};

/* Tables of fields end with a NULL name. */
struct shape_field {
	const char *name;
	const char *help;
	enum field_kind kind;
	enum field_type type;
	bool hex;		  /* a text of hex digits: lists of numbers in it are hex too */
	bool optional;		  /* may be left out, with all behind it */
	bool has_default;	  /* an empty one means fallback, or the family's own default */
	const char *instead;	  /* an option that may stand in its place, NULL for none */
	const struct name *names; /* named values; a quoted field is never one */
	uint64_t maximum;	  /* of numbers; 0: no limit but 64 bits */
	uint64_t fallback;	  /* number of a field that is absent or empty */
};

/* One tuple of a family that has several, told by the first word, which is field 0. */
struct shape_variant {
	const char *word;
	const char *aliases; /* separated by blanks, NULL for none */
	const struct shape_field *fields;
};

/* Another name for a family, with an option that it stands for ("type=dgram"), or NULL. */
struct shape_alias {
	const char *name;
	const char *implies;
};

struct shape {
	const char *name;		      /* canonical, lower case */
	const struct shape_alias *aliases;    /* ends with a NULL name; NULL for none */
	unsigned int roles;		      /* ROLE_BIT()s that it can take */
	const struct shape_field *fields;     /* NULL where there are variants */
	const struct shape_variant *variants; /* ends with a NULL word; NULL for none */
	const char *const *known_as;	      /* what else people call it, for hints and help; ends with NULL, NULL for none */
};

/* For known_as. */
#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The shapes that are known. */
struct vocabulary {
	const struct shape *const *shapes;
	size_t count;
};

#endif
