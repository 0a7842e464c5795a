/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What help says of things that are no command, family or option; generated from man/topic. */
#ifndef CMD_TOPIC_H
#define CMD_TOPIC_H

#include <stddef.h>

struct topic {
	const char *name;
	const char *summary;
	/* Lines: as they are behind a blank, below an item behind a tab, else wrapped. */
	const char *text;
};

extern const struct topic topics[];
extern const size_t topic_count;

/* NULL: there is none of that name. */
const struct topic *topic_find(const char *name);

#endif
