/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address spec cut into its parts; text only, no meaning yet. See anysock-spec(7). */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include "base/buf.h"
#include "base/error.h"
#include "spec/shape.h"

/* A part of a spec. bytes are owned, unquoted, with a NUL behind length (and may hold others). */
struct spec_text {
	char *bytes;	      /* NULL where the part is absent */
	size_t length;
	size_t column;	      /* where it stands in the source, in bytes */
	size_t source_length; /* how long it is there */
	bool quoted;
};

struct spec_option {
	struct spec_text name; /* lower case, "_" as "-" */
	struct spec_text value; /* bytes NULL where there is no "=" */
	bool implied;		/* comes from an alias of the family's name */
};

struct spec {
	const char *source; /* borrowed: the text that was parsed; errors point into it */
	const struct shape *shape;
	const struct shape_variant *variant; /* NULL where the family has none */
	enum role role;
	bool role_given; /* it was typed, or implied by the name */
	bool bare_path;	 /* a path without a family's name, read as file: */
	struct spec_text fields[SHAPE_FIELDS_MAX];
	size_t field_count;
	struct spec_option *options;
	size_t option_count;
};

/*
 * Cuts text into *spec. text must live as long as *spec and as an error
 * about it. No system calls. On success spec_release() is due; on failure
 * (a usage error with its place and a hint) nothing is.
 */
int spec_parse(struct spec *spec, const char *text, const struct vocabulary *vocabulary,
	       struct error *err);
/*
 * The same where a command implies the role of a spec whose role is not typed:
 * `listen tcp:8080` is `tcp-listen:8080`, which spec_parse() would refuse for
 * want of a port. A contrary role, or one the family cannot take, is a usage
 * error. A bare path, which may be a socket's, is left to spec_imply_role().
 */
int spec_parse_as(struct spec *spec, const char *text, const struct vocabulary *vocabulary,
		  enum role role, struct error *err);
void spec_release(struct spec *spec);

/*
 * Decides the role of a spec that was parsed already and whose role was not
 * typed. A contrary role, or one the family cannot take, is a usage error.
 */
int spec_imply_role(struct spec *spec, enum role role, struct error *err);

/* The fields of the shape or of the variant that was chosen. */
const struct shape_field *spec_fields(const struct spec *spec);
/* "tcp-listen": the canonical name with its role, added to out. */
void spec_print_name(const struct spec *spec, struct buf *out);
/*
 * The canonical form. is_secret (NULL: nothing is) tells of an option whether
 * its value is hidden as "…"; context is handed to it.
 */
void spec_print(const struct spec *spec,
		bool (*is_secret)(const void *context, const struct spec_option *option),
		const void *context, struct buf *out);
/* A field or value quoted as the grammar wants it for its kind. */
void spec_print_text(const char *bytes, size_t length, enum field_kind kind, struct buf *out);
/* Points err at a part of the spec; returns -1. */
int spec_error_at(const struct spec *spec, const struct spec_text *part, struct error *err);

/* Whether a word of the command line is a spec rather than a command: has ":" "," "/" or is "-". */
bool spec_looks_like_one(const char *word);

#endif
