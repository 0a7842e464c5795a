/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening what sockopt and ioctl ask, without moving any data; socket(2). */
#include "cmd/subject.h"

#include "cmd/open.h"
#include "core/opening.h"
#include "option/flags.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the kernel says of a socket; false where it is none. */
static bool look_at_socket(struct subject *subject)
{
	static const int names[] = { SO_DOMAIN, SO_TYPE, SO_PROTOCOL };
	int *const values[] = { &subject->domain, &subject->type, &subject->protocol };

	for (size_t i = 0; i < 3; i++) {
		socklen_t length = sizeof(int);

		if (getsockopt(subject->fd, SOL_SOCKET, names[i], values[i], &length) < 0)
			return false;
	}
	return true;
}

static int find_type(const struct family *family, const char *name, int *type, struct error *err)
{
	int64_t value;

	*type = family->types->type;
	if (name == NULL)
		return 0;
	if (flags_read(FLAGS_type, name, &value, err) < 0)
		return error_context(err, "--type");
	*type = (int)value;
	return 0;
}

static int open_fresh(struct subject *subject, const struct family *family,
		      const struct arguments *arguments, struct error *err)
{
	int domain = family->domain, type;

	if (find_type(family, arguments_text(arguments, "type", NULL), &type, err) < 0)
		return -1;
	/* A family of both IP versions has neither as its domain. */
	if (domain == AF_UNSPEC)
		domain = arguments_flag(arguments, "ipv6") ? AF_INET6 : AF_INET;
	subject->family = family;
	subject->fresh = socket(domain, type | SOCK_CLOEXEC, family->protocol);
	if (subject->fresh >= 0) {
		subject->fd = subject->fresh;
		return 0;
	}
	error_system(err, "%s: socket", family->shape.name);
	if (error_kind_of(errno) == ERROR_UNAVAILABLE && family->capability != NULL)
		error_hint(err, "it needs %s", family->capability);
	return -1;
}

/* Every option of the spec, whatever phase it is for: nothing more will happen to the descriptor. */
static int apply_all(const struct subject *subject, struct error *err)
{
	for (unsigned int phase = 0; phase < PHASE_COUNT; phase++)
		if (target_apply(&subject->target, phase, subject->fd, err) < 0)
			return -1;
	return 0;
}

static int take_inherited(struct subject *subject, struct error *err)
{
	subject->fd = (int)subject->target.fields[0].number;
	return apply_all(subject, err);
}

static int open_endpoint(struct subject *subject, const struct arguments *arguments,
			 struct error *err)
{
	const struct target *target = &subject->target;
	const struct endpoint *endpoint = &subject->endpoint;

	if (strcmp(target->family->shape.name, "fd") == 0)
		return take_inherited(subject, err);
	if (target->family->descriptor != NULL) {
		subject->fd = subject->fresh = target->family->descriptor(target, err);
		return subject->fd < 0 ? -1 : apply_all(subject, err);
	}
	if (target->role == ROLE_LISTEN && target->type != NULL) {
		if (listener_open(&subject->listener, target, err) < 0)
			return -1;
		endpoint = subject->listener.endpoints;
	} else if (endpoint_open(&subject->endpoint, target, NULL,
				 deadline_after(arguments_number(arguments, "timeout", 0)), -1,
				 err) < 0) {
		return -1;
	}
	subject->fd = endpoint->in >= 0 ? endpoint->in : endpoint->out;
	return 0;
}

static int open_spec(struct subject *subject, const char *word, const struct arguments *arguments,
		     struct error *err)
{
	static const struct wish anything = { 0 };

	if (open_target(&subject->target, word, &anything, arguments, err) < 0)
		return -1;
	subject->has_target = true;
	subject->family = subject->target.family;
	if (open_endpoint(subject, arguments, err) < 0)
		return target_error(&subject->target, err);
	return 0;
}

int subject_open(struct subject *subject, const char *word, const struct arguments *arguments,
		 struct error *err)
{
	const struct family *family = strpbrk(word, ":,/") == NULL ? family_find(word) : NULL;
	int status;

	*subject = (struct subject){ .fd = -1, .fresh = -1, .endpoint = ENDPOINT_CLOSED };
	if (family != NULL && family->types != NULL && family->domain >= 0)
		status = open_fresh(subject, family, arguments, err);
	else
		status = open_spec(subject, word, arguments, err);
	if (status < 0) {
		subject_close(subject);
		return -1;
	}
	subject->is_socket = look_at_socket(subject);
	return 0;
}

void subject_close(struct subject *subject)
{
	endpoint_close(&subject->endpoint);
	if (subject->listener.count > 0)
		listener_close(&subject->listener);
	if (subject->fresh >= 0)
		close(subject->fresh);
	if (subject->has_target)
		target_release(&subject->target);
	*subject = (struct subject){ .fd = -1, .fresh = -1, .endpoint = ENDPOINT_CLOSED };
}
