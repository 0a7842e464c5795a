/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A spec as one line that shows all of its parts, and whether two specs have the same. */
#ifndef UNIT_DESCRIBE_H
#define UNIT_DESCRIBE_H

#include "spec/spec.h"

/* tcp-listen host="" port="80",v6only,bind="::1": options that a name implies are in (). */
void describe_spec(const struct spec *spec, struct buf *out);
/* error 8: tcp: field port missing | tcp:HOST:PORT[:FLOWINFO[:SCOPE]] */
void describe_error(const struct error *err, struct buf *out);
/* Whether both are the same but for where their parts stand in their sources. */
bool specs_are_equal(const struct spec *a, const struct spec *b);

#endif
