/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options behind an address: cutting them into names and values. */
#ifndef SPEC_OPTIONS_H
#define SPEC_OPTIONS_H

#include "spec/cut.h"

/* Cuts ",name=value" up to the end of the text and adds what it finds to the spec. */
int options_cut(struct spec *spec, struct cursor *cursor);
/*
 * Puts the options that an alias stands for ("type=dgram") in front of those
 * that were typed; one that was typed too is left out. They are placed at the
 * first length bytes of the source.
 */
int options_imply(struct spec *spec, const char *implies, size_t length, struct error *err);
/* The option of that name, NULL where it was not given. */
const struct spec_option *options_find(const struct spec *spec, const char *name);

#endif
