/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values: bytes with named parts, and how terms and conditions are worked out. */
#ifndef SHELL_VALUE_H
#define SHELL_VALUE_H

#include "shell/term.h"

struct channel;
struct shell;

/* $x.1, $x.name: a group of a pattern. */
struct member {
	char *name;
	struct buf bytes;
};

/* A zeroed one is empty. */
struct content {
	struct buf bytes;
	struct member *members;
	size_t member_count;
	char *json; /* of a message: its fields; NULL */
};

struct variable {
	char *name;
	struct content value;
};

void content_release(struct content *content);
void content_add_member(struct content *content, const char *name, const void *bytes, size_t length);
/* Takes the value over. */
void variable_set(struct shell *shell, const char *name, struct content *value);
void variable_set_text(struct shell *shell, const char *name, const char *text);
/* Harmless where there is none of that name. */
void variable_forget(struct shell *shell, const char *name);
struct content *variable_find(const struct shell *shell, const char *name);

/* What a term stands for now, added to out; errors point into the source. */
int term_work_out(struct shell *shell, const struct term *term, struct buf *out, struct error *err);
/* The same as a string of its own, NULL on error. */
char *term_text(struct shell *shell, const struct term *term, struct error *err);
/*
 * Whether all clauses hold: 1, 0 (and *failed is the first that does not), -1.
 * fields is the JSON of a message that the left sides name fields of; NULL: they are terms.
 */
int condition_holds(struct shell *shell, const struct condition *condition, const char *fields,
		    const struct clause **failed, struct error *err);
/* As numbers where both are, as durations where both can be read so, else byte by byte. */
bool bytes_compare(const struct buf *a, enum comparison how, const struct buf *b);
/* The field of a message in JSON, as text; data as bytes: 1, 0 it has none, -1. */
int field_find(struct shell *shell, const char *json, const char *path, struct buf *out,
	       struct error *err);
/* port and the like: the name of the i-th that any may have, NULL behind the last. */
const char *attribute_at(size_t i);
/* $c.port and the like: 1, 0 no such, -1. */
int channel_attribute(struct shell *shell, struct channel *channel, const char *name,
		      struct buf *out, struct error *err);
/* $p.ready, $p.status: the same for a program's channel. */
int process_attribute(struct shell *shell, struct channel *channel, const char *name,
		      struct buf *out, struct error *err);

#endif
