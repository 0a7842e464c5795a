/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as JSON lines, version 1 of the schema in anysock-events(5). */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "core/observer.h"

#include <stdio.h>

void json_event_print(FILE *stream, const struct event *event);

#endif
