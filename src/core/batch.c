/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving many datagrams at once, cut where the kernel had joined them; recvmmsg(2), udp(7). */
#include "core/batch.h"

#include "base/memory.h"
#include "base/uapi.h"
#include "core/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ROOMS 64
#define FEWER 8 /* times, where there is no memory for so many */
#define ROOM_STAGGER 64U /* bytes: the beginnings of all rooms share no line of a cache */
#define ROOM_CONTROL (2048U + ROOM_STAGGER) /* as many descriptors as come with a message, and who sent it */

struct batch_rooms {
	char *data; /* of which the kernel only gives the pages that are written */
	size_t size; /* of each */
	size_t total; /* how many there are */
	struct mmsghdr headers[ROOMS];
	struct iovec iovs[ROOMS];
	struct sockaddr_storage peers[ROOMS];
	_Alignas(struct cmsghdr) char controls[ROOMS][ROOM_CONTROL];
	size_t at, count; /* the room whose bytes are shown next, and how many were filled */
	size_t offset;	  /* in it */
	bool has_all;
};

struct batch *batch_new(void)
{
	return memory_new(sizeof(struct batch));
}

/* What was received and is not shown yet may have descriptors that nobody knows of. */
static void close_unseen(const struct batch_rooms *rooms)
{
	for (size_t i = rooms->at; i < rooms->count; i++) {
		const struct msghdr *header = &rooms->headers[i].msg_hdr;

		control_close_descriptors(header->msg_control, header->msg_controllen);
	}
}

static void rooms_free(struct batch_rooms *rooms)
{
	if (rooms == NULL)
		return;
	close_unseen(rooms);
	free(rooms->data);
	free(rooms);
}

void batch_free(struct batch *batch)
{
	if (batch != NULL)
		rooms_free(batch->rooms);
	free(batch);
}

bool batch_is_drained(const struct batch *batch)
{
	return batch_is_empty(batch) && (batch->rooms == NULL || batch->rooms->at == batch->rooms->count);
}

/* A limit of the address space may refuse what is hardly used: the last one has to be had. */
static void map_rooms(struct batch_rooms *rooms, size_t size)
{
	rooms->size = size;
	for (rooms->total = ROOMS; rooms->total > 1; rooms->total /= FEWER) {
		rooms->data = memory_try(rooms->total, size + ROOM_STAGGER);
		if (rooms->data != NULL)
			return;
	}
	rooms->data = memory_array(rooms->total, size + ROOM_STAGGER);
}

static struct batch_rooms *rooms_new(size_t size)
{
	struct batch_rooms *rooms = memory_new(sizeof(*rooms));

	map_rooms(rooms, size);
	for (size_t i = 0; i < rooms->total; i++) {
		struct msghdr *header = &rooms->headers[i].msg_hdr;

		rooms->iovs[i] = (struct iovec){ rooms->data + i * (size + ROOM_STAGGER), size };
		header->msg_iov = &rooms->iovs[i];
		header->msg_iovlen = 1;
		header->msg_name = &rooms->peers[i];
		header->msg_control = rooms->controls[i];
	}
	return rooms;
}

/* Those that were filled before have the lengths of what came. */
static int fill(struct batch_rooms *rooms, int fd)
{
	int got;

	for (size_t i = 0; i < rooms->total; i++) {
		struct msghdr *header = &rooms->headers[i].msg_hdr;

		if (i >= rooms->count && header->msg_namelen != 0)
			break;
		header->msg_namelen = sizeof(rooms->peers[i]);
		header->msg_controllen = ROOM_CONTROL;
	}
	rooms->at = rooms->count = rooms->offset = 0;
	do
		got = recvmmsg(fd, rooms->headers, (unsigned int)rooms->total, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, NULL);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		rooms->count = (size_t)got;
	rooms->has_all = rooms->count < rooms->total;
	return got;
}

/* How long each of the datagrams that were joined is; the last may be shorter. */
static size_t segment_of(const struct message *message)
{
	const void *found = control_find(message->control, message->control_length, SOL_UDP, UDP_GRO,
					 sizeof(int));
	int size = 0;

	if (found != NULL)
		memcpy(&size, found, sizeof(size));
	return size > 0 ? (size_t)size : message->length;
}

/* Shows what one room holds, as far as there is place. */
static void show_room(struct batch *batch, const struct message *whole)
{
	struct batch_rooms *rooms = batch->rooms;
	size_t segment = segment_of(whole);

	if (batch->may_join && segment < whole->length) {
		batch->messages[batch->count] = *whole;
		batch->messages[batch->count++].segment = (uint16_t)segment;
		rooms->at++;
		return;
	}
	do {
		struct message *message = &batch->messages[batch->count++];
		size_t left = whole->length - rooms->offset;

		*message = *whole;
		message->data += rooms->offset;
		message->length = left < segment ? left : segment;
		rooms->offset += message->length;
	} while (rooms->offset < whole->length && batch->count < BATCH_MAXIMUM);
	if (rooms->offset < whole->length)
		return;
	rooms->offset = 0;
	rooms->at++;
}

/* One that was cut is an error of its own, told when it is the first; its descriptors are closed when it is first seen. */
static int show(struct batch *batch, struct error *err)
{
	struct batch_rooms *rooms = batch->rooms;
	struct message message = { 0 };
	struct error cut;

	error_clear(&cut);
	while (rooms->at < rooms->count && batch->count < BATCH_MAXIMUM) {
		struct mmsghdr *header = &rooms->headers[rooms->at];

		if (message_of_header(&header->msg_hdr, header->msg_len, &message, &cut) == 0) {
			show_room(batch, &message);
			continue;
		}
		header->msg_hdr.msg_controllen = 0;
		if (batch->count > 0)
			return 1;
		rooms->at++;
		*err = cut;
		return -1;
	}
	return 1;
}

int batch_receive(struct batch *batch, int fd, size_t maximum, struct error *err)
{
	int shown;

	batch->first = batch->count = 0;
	batch->has_all = false;
	if (batch->rooms != NULL && batch->rooms->size < maximum) {
		rooms_free(batch->rooms);
		batch->rooms = NULL;
	}
	if (batch->rooms == NULL)
		batch->rooms = rooms_new(maximum);
	if (batch->rooms->at == batch->rooms->count && fill(batch->rooms, fd) < 0)
		return errno == EAGAIN ? 0 : error_system(err, "receive");
	shown = show(batch, err);
	batch->has_all = batch->rooms->has_all && batch->rooms->at == batch->rooms->count;
	return shown;
}

void batch_join(int fd)
{
	static const int on = 1;

	setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on));
}
