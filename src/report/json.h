/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as JSON lines, as schema/events-1.json has them. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "core/observer.h"

#include <stdio.h>

struct json;

/* "time" and "mono": now, as each line has them. */
void json_time_print(struct json *json);
void json_event_print(FILE *stream, const struct event *event);
/* The counts of everything so far. */
void json_statistics_print(FILE *stream, uint64_t sessions, uint64_t errors,
			   const struct transfer totals[2]);
/* A message, or a piece of a stream, as it was delivered. */
void json_message_print(FILE *stream, uint64_t session, enum direction direction,
			const struct message *message);

#endif
