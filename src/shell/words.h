/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a slot: as an argument vector, as one of the few that it takes, as a number. */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include "shell/state.h"

/* NULL behind the last; NULL with the error. step_words_free() is due. */
char **step_words(struct shell *shell, const struct filling *filling, struct error *err);
/* NULL is fine. */
void step_words_free(char **words);

/* Which of "text|hex|none" it is, from 0; -1 with the error. For "on|off" what others call these is taken, too. */
int choice_read(const char *choices, const char *text, struct error *err);
/* The same of what fills a SLOT_CHOICE, whose name lists them. */
int step_choice(struct shell *shell, const struct step *step, size_t slot, struct error *err);
/* The size in a slot, "64k", at least minimum and at most most; *number stays as it was where nothing is given. */
int step_number(struct shell *shell, const struct step *step, size_t slot, uint64_t minimum, uint64_t most,
		uint64_t *number, struct error *err);
/* on|off */
int step_switch(struct shell *shell, const struct step *step, size_t slot, bool *on, struct error *err);
/* The number of a signal by its name or number; 0 with the error. */
int signal_read(const char *text, struct error *err);

#endif
