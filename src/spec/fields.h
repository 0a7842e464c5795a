/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an address: cutting them by the family's shape, and seeing that none is missing. */
#ifndef SPEC_FIELDS_H
#define SPEC_FIELDS_H

#include "spec/cut.h"

/* What the cutting of the fields leaves for fields_settle(). */
struct fields_cut {
	size_t end;   /* column where the address ends */
	bool literal; /* the first field cannot be anything else: [::1], a Bluetooth address */
};

/* Cuts ":field:field" into the spec, choosing its variant. */
int fields_cut(struct spec *spec, struct cursor *cursor, struct fields_cut *cut);
/*
 * Once the options are known: moves the only field of a passive spec to where
 * it belongs and refuses mandatory fields that are missing or empty.
 */
int fields_settle(struct spec *spec, const struct fields_cut *cut, struct error *err);

#endif
