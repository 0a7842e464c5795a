/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a slot as an argument vector. */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include "shell/state.h"

/* NULL behind the last; NULL with the error. step_words_free() is due. */
char **step_words(struct shell *shell, const struct filling *filling, struct error *err);
/* NULL is fine. */
void step_words_free(char **words);

#endif
