/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CONNECT and OK of hypervisors' vsock sockets; recv(2) with MSG_PEEK. */
#include "family/vm_mux.h"

#include "base/bytes.h"
#include "core/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_MAXIMUM 64 /* bytes of a line; what is longer is no answer */

int vm_mux_check(const struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "vsock-mux");

	if (setting == NULL)
		return 0;
	if (target->role == ROLE_CONNECT && target->type->type == SOCK_STREAM)
		return 0;
	error_usage(err, "vsock-mux: only a stream that connects can ask for a port");
	if (target->role == ROLE_LISTEN)
		error_hint(err, "what a guest connects to is the socket's path, \"_\" and the port: "
				"unix-listen:PATH_PORT");
	return target_error_setting(target, setting, err);
}

int vm_mux_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "CONNECT %u\n",
			      (unsigned int)target_number(target, "vsock-mux", 0));

	if (target_setting(target, "vsock-mux") == NULL)
		return 0;
	/* A socket that was connected just now has room for a line. */
	if (send(endpoint->out, line, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL) != length)
		return error_system(err, "CONNECT");
	return 0;
}

static int refuse(const struct target *target, struct error *err)
{
	error_set(err, ERROR_REFUSED, "the hypervisor closed the connection instead of opening port %u",
		  (unsigned int)target_number(target, "vsock-mux", 0));
	return error_hint(err, "nobody listens on that port in the guest, or the guest has no vsock");
}

static int misunderstood(const char *answer, size_t length, struct error *err)
{
	cleanup_buf struct buf text = { 0 };

	bytes_print_safe(&text, answer, length);
	error_set(err, ERROR_FAILED, "\"OK PORT\" expected, the answer is \"%s\"", buf_text(&text));
	return error_hint(err, "is it a hypervisor's vsock socket?");
}

/* Takes the answer's line off the stream: 0 it is OK, 1 there is none yet, 2 it is not complete. */
static int take_answer(const struct target *target, int fd, struct error *err)
{
	char answer[ANSWER_MAXIMUM];
	ssize_t got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT | MSG_PEEK);
	const char *end;

	if (got < 0)
		return errno == EAGAIN ? 1 : error_system(err, "CONNECT");
	if (got == 0)
		return refuse(target, err);
	end = memchr(answer, '\n', (size_t)got);
	if (strncmp(answer, "OK ", got < 3 ? (size_t)got : 3) != 0)
		return misunderstood(answer, end != NULL ? (size_t)(end - answer) : (size_t)got, err);
	if (end == NULL)
		return got < ANSWER_MAXIMUM ? 2 : misunderstood(answer, (size_t)got, err);
	if (recv(fd, answer, (size_t)(end - answer) + 1, MSG_DONTWAIT) < 0)
		return error_system(err, "CONNECT");
	return 0;
}

int vm_mux_greet(const struct target *target, struct endpoint *endpoint, bool is_late,
		 struct error *err)
{
	(void)is_late;
	if (target_setting(target, "vsock-mux") == NULL)
		return 0;
	return take_answer(target, endpoint->in, err);
}
