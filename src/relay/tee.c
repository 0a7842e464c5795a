/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two files, one for each direction; write(2). */
#include "relay/tee.h"

#include "base/memory.h"
#include "base/room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct tee {
	struct observer observer;
	const char *paths[2];
	int fds[2]; /* -1: nothing is written, or no more */
	struct error err;
};

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, bytes, length);

		if (put < 0 && errno != EINTR && (errno != EAGAIN || !room_wait(fd)))
			return -1;
		bytes += put > 0 ? put : 0;
		length -= put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static void on_data(struct observer *observer, uint64_t session, enum direction direction,
		    const struct message *message)
{
	struct tee *tee = container_of(observer, struct tee, observer);
	int fd = tee->fds[direction];

	(void)session;
	if (fd < 0 || write_all(fd, message->data, message->length) == 0)
		return;
	error_system(&tee->err, "--tee %s", tee->paths[direction]);
	close(fd);
	tee->fds[direction] = -1;
}

struct tee *tee_new(const char *const paths[2], struct error *err)
{
	struct tee *tee = memory_new(sizeof(*tee));

	tee->observer.data = on_data;
	tee->fds[0] = tee->fds[1] = -1;
	for (int i = 0; i < 2; i++) {
		tee->paths[i] = paths[i];
		if (paths[i] == NULL)
			continue;
		tee->fds[i] = open(paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		/* Who does not read from a pipe may hold us up, but not keep us. */
		if (tee->fds[i] >= 0 && fcntl(tee->fds[i], F_SETFL, O_NONBLOCK) == 0)
			continue;
		error_system(err, "--tee %s", paths[i]);
		tee_close(tee, err);
		return NULL;
	}
	return tee;
}

struct observer *tee_observer(struct tee *tee, struct observer *next)
{
	tee->observer.next = next;
	return &tee->observer;
}

int tee_close(struct tee *tee, struct error *err)
{
	bool has_failed = error_is_set(&tee->err);

	for (int i = 0; i < 2; i++)
		/* Some file systems only now say that there was no room. */
		if (tee->fds[i] >= 0 && close(tee->fds[i]) < 0 && !has_failed) {
			error_system(&tee->err, "--tee %s", tee->paths[i]);
			has_failed = true;
		}
	if (has_failed)
		*err = tee->err;
	free(tee);
	return has_failed ? -1 : 0;
}
