/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending many datagrams at once, those of one length as one; sendmmsg(2), UDP_SEGMENT of udp(7). */
#include "base/uapi.h"
#include "core/batch.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define TOGETHER_MAXIMUM 65000U /* bytes; with its headers it must be less than 64 KiB */
#define PIECES_MAXIMUM 128U	/* datagrams that Linux cuts of one, since 6.9 */
#define PIECES_BEFORE 64U	/* and before */
#define CONTROL_MAXIMUM 128U	/* bytes of ancillary data with which datagrams are still gathered */

/* Messages that leave as one, or one message. */
struct train {
	struct mmsghdr *header;
	struct iovec *iovs;
	size_t count;
	size_t pieces; /* datagrams that it is cut into */
	_Alignas(struct cmsghdr) char control[CONTROL_MAXIMUM + CMSG_SPACE(sizeof(uint16_t))];
};

/* A socket that is told already how to cut what it sends is left alone. */
static void learn(struct batch_segments *segments, int fd)
{
	int size = 0;
	socklen_t length = sizeof(size);

	if (segments == NULL || segments->is_known)
		return;
	segments->is_known = true;
	segments->pieces = PIECES_MAXIMUM;
	if (getsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, &length) == 0 && size == 0)
		segments->maximum = TOGETHER_MAXIMUM;
}

static bool has_same_way(const struct message *a, const struct message *b)
{
	return address_equal(&a->peer, &b->peer) && a->control == b->control &&
	       a->control_length == b->control_length;
}

static bool takes_segment(const struct batch_segments *segments, const struct message *message,
			  size_t segment)
{
	return segments != NULL && segment <= segments->maximum &&
	       message->control_length <= CONTROL_MAXIMUM;
}

/* Whether it came as several and cannot leave as one. */
static bool is_to_be_cut(const struct batch_segments *segments, const struct message *message)
{
	return message->segment > 0 && (message->length > TOGETHER_MAXIMUM ||
					!takes_segment(segments, message, message->segment) ||
					message_count(message) > segments->pieces);
}

/* How long each of its datagrams is, but for the last. */
static size_t segment_of(const struct message *message)
{
	return message->segment > 0 ? message->segment : message->length;
}

/* Whether it continues one whose datagrams all have that length; its last may be shorter. */
static bool continues(const struct message *message, size_t segment)
{
	return message->segment > 0 ? message->segment == segment :
				      message->length > 0 && message->length <= segment;
}

/* How many messages from the first on leave as one: what they are cut into is of one length but the last. */
static void couple(struct train *train, const struct batch_segments *segments,
		   const struct message *messages, size_t count)
{
	size_t segment = segment_of(messages), together = messages->length;

	train->count = 1;
	train->pieces = message_count(messages);
	if (segment == 0 || !takes_segment(segments, messages, segment))
		return;
	while (train->count < count && together % segment == 0) {
		const struct message *next = &messages[train->count];
		size_t pieces = train->pieces + message_count(next);

		together += next->length;
		if (!continues(next, segment) || together > TOGETHER_MAXIMUM || pieces > segments->pieces ||
		    !has_same_way(messages, next))
			break;
		train->pieces = pieces;
		train->count++;
	}
}

static void add_segment_size(struct train *train, const struct message *message)
{
	struct msghdr *header = &train->header->msg_hdr;
	uint16_t segment = (uint16_t)segment_of(message);
	struct cmsghdr cmsg = { .cmsg_len = CMSG_LEN(sizeof(segment)),
				.cmsg_level = SOL_UDP,
				.cmsg_type = UDP_SEGMENT };
	size_t before = CMSG_ALIGN(message->control_length);

	memset(train->control, 0, sizeof(train->control));
	if (message->control_length > 0)
		memcpy(train->control, message->control, message->control_length);
	memcpy(train->control + before, &cmsg, sizeof(cmsg));
	memcpy(train->control + before + CMSG_LEN(0), &segment, sizeof(segment));
	header->msg_control = train->control;
	header->msg_controllen = before + CMSG_SPACE(sizeof(segment));
}

static void load(struct train *train, const struct message *messages)
{
	struct msghdr *header = &train->header->msg_hdr;

	*header = (struct msghdr){ .msg_iov = train->iovs, .msg_iovlen = train->count };
	for (size_t i = 0; i < train->count; i++)
		train->iovs[i] = (struct iovec){ .iov_base = (void *)(uintptr_t)messages[i].data,
						 .iov_len = messages[i].length };
	if (messages->peer.length > 0) {
		header->msg_name = (void *)(uintptr_t)&messages->peer.storage;
		header->msg_namelen = messages->peer.length;
	}
	if (train->pieces > 1) {
		add_segment_size(train, messages);
	} else if (messages->control_length > 0) {
		header->msg_control = (void *)(uintptr_t)messages->control;
		header->msg_controllen = messages->control_length;
	}
}

/* Messages that went with the first so many trains; -1 with errno. */
static int send_trains(int fd, struct mmsghdr *headers, const struct train *trains, unsigned int count)
{
	int sent, messages = 0;

	do
		sent = sendmmsg(fd, headers, count, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	for (int i = 0; i < sent && i < (int)count; i++)
		messages += (int)trains[i].count;
	return sent < 0 ? -1 : messages;
}

/* The way may take fewer at once, packets that are shorter only, or not have the kernel cut them at all. */
static bool can_do_without(struct batch_segments *segments, const struct train *first,
			   const struct message *message)
{
	if (first->pieces < 2 || errno == EAGAIN || errno == ECONNREFUSED)
		return false;
	if (errno != EINVAL && errno != EMSGSIZE)
		segments->maximum = 0;
	else if (first->pieces > PIECES_BEFORE)
		segments->pieces = PIECES_BEFORE;
	else
		segments->maximum = segment_of(message) - 1;
	return true;
}

/* Datagrams that came as one, each for itself. */
static int send_cut(int fd, struct batch_segments *segments, struct message *message, struct error *err)
{
	struct message pieces[BATCH_MAXIMUM], left = *message;
	size_t count = 0;
	int sent;

	do
		pieces[count++] = message_first(&left);
	while (message_drop_first(&left) && count < BATCH_MAXIMUM);
	sent = batch_send(fd, segments, pieces, count, err);
	for (int i = 0; i < sent; i++)
		if (!message_drop_first(message))
			return 1;
	return sent > 0 ? send_cut(fd, segments, message, err) : sent;
}

int batch_send(int fd, struct batch_segments *segments, struct message *messages, size_t count,
	       struct error *err)
{
	struct mmsghdr headers[BATCH_MAXIMUM];
	struct train trains[BATCH_MAXIMUM];
	struct iovec iovs[BATCH_MAXIMUM];
	int sent;

	if (count == 0)
		return 0;
	learn(segments, fd);
	if (count > BATCH_MAXIMUM)
		count = BATCH_MAXIMUM;
	do {
		unsigned int made = 0;
		size_t at = 0;

		if (is_to_be_cut(segments, messages))
			return send_cut(fd, segments, messages, err);
		do {
			trains[made].header = &headers[made];
			trains[made].iovs = &iovs[at];
			couple(&trains[made], segments, &messages[at], count - at);
			load(&trains[made], &messages[at]);
			at += trains[made++].count;
		} while (at < count && !is_to_be_cut(segments, &messages[at]));
		sent = send_trains(fd, headers, trains, made);
	} while (sent < 0 && can_do_without(segments, &trains[0], messages));
	if (sent < 0)
		return errno == EAGAIN ? 0 : error_system(err, "send");
	return sent;
}
