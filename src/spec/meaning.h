/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the word in front of a spec means: a family, perhaps by another name, and a role. */
#ifndef SPEC_MEANING_H
#define SPEC_MEANING_H

#include "base/error.h"
#include "spec/shape.h"

struct meaning {
	const struct shape *shape;
	const struct shape_alias *alias; /* NULL where the family's own name was typed */
	enum role role;
	bool role_given;
};

/*
 * Looks the first length bytes of text up, whole first and then less a role.
 * On failure the place, and in the hint the nearest name or the spelling that
 * stands for socat's.
 */
int meaning_find(struct meaning *meaning, const char *text, size_t length,
		 const struct vocabulary *vocabulary, struct error *err);
/* The shape of that name or alias, NULL where none. *alias is left alone where it is the name. */
const struct shape *meaning_shape(const char *name, size_t length,
				  const struct vocabulary *vocabulary,
				  const struct shape_alias **alias);
/* Whether people call it so: its name, an alias, what it is known as, the kernel's name with AF_ or PF_ in front. */
bool meaning_is_known_as(const struct shape *shape, const char *word);
/* Where the part behind the last "-" of the word begins, which may be a role; 0 where there is none. */
size_t meaning_role_column(const char *text, size_t length);
/* The role of a spec that names none: connect, or the only one that the family has. */
enum role meaning_default_role(const struct shape *shape);
/* "listen": how a role is spelled behind a family's name. */
const char *meaning_role_name(enum role role);
/* Says that a family cannot take a role, and what to do; returns -1. The caller adds the place. */
int meaning_refuse_role(const struct shape *shape, enum role role, struct error *err);

#endif
