/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting a command into its arguments as sh(1) would, without expanding anything. */
#ifndef FAMILY_WORDS_H
#define FAMILY_WORDS_H

#include "base/error.h"

/*
 * Arguments ending with NULL, owned: words_free(). '...' is literal, "..." too
 * but for \" \\ \$ \`, a backslash elsewhere protects one character. NULL and a
 * usage error where a quote is not closed or there is no word.
 */
char **words_split(const char *text, struct error *err);
void words_free(char **words);

#endif
