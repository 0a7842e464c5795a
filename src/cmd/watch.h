/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All who watch a transfer of a command: what is told, recorded, copied and summed up. */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "cmd/join.h"
#include "report/notify.h"
#include "report/report.h"

/* Filled in by watch_begin(); zeroed: nobody watches. */
struct watch {
	struct report *report;
	struct notify *notify;
	struct recorder *recorder;   /* --record; NULL */
	struct tee *tee;	     /* --tee, --tee-back; NULL */
	struct checksums *checksums; /* --checksum; NULL */
	struct observer *chain;	     /* for the engine */
};

/* Reads the options that say who watches. watch_end() is due in any case. */
int watch_begin(struct watch *watch, const struct join *join, const struct context *context,
		const struct arguments *arguments, struct error *err);
/* Nothing passes any more: ends what writes files. The chain then only tells. -1 where they lack something. */
int watch_close(struct watch *watch, struct error *err);
/* Ends the rest, with the counts where arguments, NULL: none, want them. */
void watch_end(struct watch *watch, const struct arguments *arguments);

#endif
