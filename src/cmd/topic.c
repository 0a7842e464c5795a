/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of topics. */
#include "cmd/topic.h"

#include "base/name.h"

const struct topic topics[] = {
#define TOPIC(name, summary, text) { name, summary, text },
#include "cmd/topics.def"
#undef TOPIC
};

const size_t topic_count = sizeof(topics) / sizeof(topics[0]);

const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < topic_count; i++)
		if (name_equal(topics[i].name, name))
			return &topics[i];
	return NULL;
}
