/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vocabulary for tests of the grammar, with a shape of every kind. */
#ifndef UNIT_SHAPES_H
#define UNIT_SHAPES_H

#include "spec/shape.h"

const struct vocabulary *shapes_vocabulary(void);

#endif
