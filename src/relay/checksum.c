/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A digest for each session and direction, in a hash table by the session's number. */
#include "relay/checksum.h"

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/memory.h"

#include <stdlib.h>

#define SLOTS 1024 /* a power of two: sessions are numbered one after the other */

struct sums {
	struct sums *next; /* of its slot */
	uint64_t session;
	struct digest *digests[2]; /* NULL: not wanted */
};

struct checksums {
	struct observer observer;
	const char *algorithm;
	bool wanted[2];
	struct sums *slots[SLOTS];
};

/* The place that points to a session's sums, or to NULL where it has none. */
static struct sums **find(struct checksums *checksums, uint64_t session)
{
	struct sums **place = &checksums->slots[session & (SLOTS - 1)];

	while (*place != NULL && (*place)->session != session)
		place = &(*place)->next;
	return place;
}

static struct sums *add(struct checksums *checksums, struct sums **place, uint64_t session)
{
	struct sums *sums = memory_new(sizeof(*sums));
	struct error err = { 0 };

	sums->session = session;
	for (int i = 0; i < 2; i++)
		if (checksums->wanted[i])
			sums->digests[i] = digest_new(checksums->algorithm, &err);
	*place = sums;
	return sums;
}

static struct sums *sums_of(struct checksums *checksums, uint64_t session)
{
	struct sums **place = find(checksums, session);

	return *place != NULL ? *place : add(checksums, place, session);
}

static void take_out(struct sums **place)
{
	struct sums *sums = *place;

	if (sums == NULL)
		return;
	*place = sums->next;
	for (int i = 0; i < 2; i++)
		digest_free(sums->digests[i]);
	free(sums);
}

static void on_data(struct observer *observer, uint64_t session, enum direction direction,
		    const struct message *message)
{
	struct checksums *checksums = container_of(observer, struct checksums, observer);
	const struct sums *sums = sums_of(checksums, session);

	if (sums->digests[direction] != NULL)
		digest_add(sums->digests[direction], message->data, message->length);
}

static void tell(const struct checksums *checksums, const struct sums *sums,
		 enum direction direction, const struct event *closed)
{
	cleanup_buf struct buf hex = { 0 };
	struct event event = { .kind = EVENT_CHECKSUM,
			       .session = sums->session,
			       .direction = direction,
			       .transfers = closed->transfers,
			       .algorithm = checksums->algorithm };

	if (sums->digests[direction] == NULL)
		return;
	digest_finish(sums->digests[direction], &hex);
	event.digest = buf_text(&hex);
	observer_tell(checksums->observer.next, &event);
}

static void on_event(struct observer *observer, const struct event *event)
{
	struct checksums *checksums = container_of(observer, struct checksums, observer);
	const struct sums *sums;

	if (event->kind != EVENT_CLOSED)
		return;
	sums = sums_of(checksums, event->session);
	tell(checksums, sums, DIRECTION_FORWARD, event);
	tell(checksums, sums, DIRECTION_BACKWARD, event);
	take_out(find(checksums, event->session));
}

struct checksums *checksums_new(const char *algorithm, const bool wanted[2], struct error *err)
{
	struct checksums *checksums;
	struct digest *digest = digest_new(algorithm, err);

	/* What does not work is told before anything passes. */
	if (digest == NULL)
		return NULL;
	digest_free(digest);
	checksums = memory_new(sizeof(*checksums));
	*checksums = (struct checksums){ .observer = { .event = on_event, .data = on_data },
					 .algorithm = algorithm,
					 .wanted = { wanted[0], wanted[1] } };
	return checksums;
}

struct observer *checksums_observer(struct checksums *checksums, struct observer *next)
{
	checksums->observer.next = next;
	return &checksums->observer;
}

void checksums_free(struct checksums *checksums)
{
	for (size_t i = 0; checksums != NULL && i < SLOTS; i++)
		while (checksums->slots[i] != NULL)
			take_out(&checksums->slots[i]);
	free(checksums);
}
