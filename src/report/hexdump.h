/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What passes, for the eye. */
#ifndef REPORT_HEXDUMP_H
#define REPORT_HEXDUMP_H

#include "core/message.h"
#include "core/observer.h"

#include <stdio.h>

/* A head line and rows of sixteen bytes. */
void hexdump_print(FILE *stream, enum direction direction, const struct message *message);

#endif
