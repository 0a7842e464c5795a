/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several endpoints under one name: a line for it is a line for each of them. */
#ifndef SHELL_GROUP_H
#define SHELL_GROUP_H

#include "shell/state.h"

struct group;

/* Names are copied; one of the same name is replaced. */
void group_set(struct shell *shell, const char *name, char *const *members);
/* Harmless where there is none. */
void group_forget(struct shell *shell, const char *name);
void group_forget_all(struct shell *shell);
/* That a line is for, by its first slot; NULL: for an endpoint, or for none. */
const struct group *group_of(const struct shell *shell, const struct step *step);
/* NULL: there is none of that name. */
const struct group *group_find(const struct shell *shell, const char *name);
/* NULL behind the last. */
char *const *group_members(const struct group *group);
/* The i-th group's name and members, for ls and completion; NULL behind the last. */
const char *group_at(const struct shell *shell, size_t i, char *const **members);
/* Runs the verb for one after the other, all of them in the time of one line; "as NAME" has a part for each. */
int group_run(struct shell *shell, const struct group *group, const struct step *step, struct error *err);

#endif
