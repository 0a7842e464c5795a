/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table of those that have a session. */
#include "relay/sources.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 1024 /* a power of two */

struct source {
	struct source *next; /* of its slot */
	uint64_t count;
	size_t slot, length;
	char bytes[];
};

struct sources {
	uint64_t maximum;
	struct source *slots[SLOTS];
};

struct sources *sources_new(uint64_t maximum)
{
	struct sources *sources = memory_new(sizeof(*sources));

	sources->maximum = maximum;
	return sources;
}

void sources_free(struct sources *sources)
{
	for (size_t i = 0; sources != NULL && i < SLOTS; i++)
		while (sources->slots[i] != NULL) {
			struct source *source = sources->slots[i];

			sources->slots[i] = source->next;
			free(source);
		}
	free(sources);
}

/* FNV-1a: what tells sources apart is short. */
static size_t slot_of(const unsigned char *bytes, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3U;
	return (hash ^ (hash >> 29)) & (SLOTS - 1);
}

static struct source *add(struct sources *sources, size_t slot, const void *bytes, size_t length)
{
	struct source *source = memory_new(sizeof(*source) + length);

	source->slot = slot;
	source->length = length;
	memcpy(source->bytes, bytes, length);
	source->next = sources->slots[slot];
	sources->slots[slot] = source;
	return source;
}

struct source *sources_enter(struct sources *sources, const void *bytes, size_t length)
{
	size_t slot = slot_of(bytes, length);
	struct source *source = sources->slots[slot];

	while (source != NULL &&
	       (source->length != length || memcmp(source->bytes, bytes, length) != 0))
		source = source->next;
	if (source == NULL)
		source = add(sources, slot, bytes, length);
	if (source->count >= sources->maximum)
		return NULL;
	source->count++;
	return source;
}

void sources_leave(struct sources *sources, struct source *source)
{
	struct source **place;

	if (source == NULL || --source->count > 0)
		return;
	place = &sources->slots[source->slot];
	while (*place != source)
		place = &(*place)->next;
	*place = source->next;
	free(source);
}
