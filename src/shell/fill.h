/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filling a verb's slots from the line: what each kind of slot reads. Only the parser uses it. */
#ifndef SHELL_FILL_H
#define SHELL_FILL_H

#include "shell/parse.h"

struct parser {
	struct cursor cursor;
	const struct parse_world *world;
	char **names; /* endpoints and variables that the lines so far bring; owned */
	size_t name_count;
	unsigned int depth;
	bool has_included; /* another file may have brought any name */
};

void parser_declare(struct parser *parser, const char *name);
void parser_release(struct parser *parser);
/* All slots of the step's verb; one of them, as its kind is read. */
int fill_slots(struct parser *parser, struct step *step, struct error *err);
int fill_slot(struct parser *parser, struct step *step, const struct slot *slot,
	      struct filling *filling, struct error *err);
/* Whether a word comes next that one of the verb's slots has in front of it. */
bool slots_lead_begins(const struct verb *verb, const struct cursor *cursor);
int fill_duration(struct cursor *cursor, nanoseconds *duration, struct error *err);

/* One line; lines up to the end, or "}"; a line or "{" lines "}". */
int parse_step(struct parser *parser, struct step *step, struct error *err);
int parse_lines(struct parser *parser, bool braced, struct block *block, struct error *err);
int parse_block(struct parser *parser, struct block *block, struct error *err);

#endif
