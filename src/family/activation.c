/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that a service manager handed over: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES; sd_listen_fds(3). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/endpoint.h"
#include "core/socket.h"
#include "family/adopt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_DESCRIPTOR 3
#define DESCRIPTORS_MAXIMUM 65536

enum { ACTIVATION_NAME };

static const struct shape_field fields[] = {
	{ .name = "name",
	  .help = "name of the descriptor, or its number from 0; empty: all",
	  .optional = true,
	  .has_default = true },
	{ .name = NULL },
};

/* Of the variable, checked that it was meant for this process: how many there are. */
static int count_descriptors(size_t *count, struct error *err)
{
	const char *process = getenv("LISTEN_PID"), *number = getenv("LISTEN_FDS");
	uint64_t meant_for, given;

	if (process == NULL || number == NULL) {
		error_set(err, ERROR_UNAVAILABLE, "no descriptors were handed over: LISTEN_FDS is not set");
		return error_hint(err, "systemd sets it for the service of a .socket unit, and for a test: "
				       "systemd-socket-activate -l 8080 anysock listen activation:");
	}
	if (number_unsigned(process, 1, INT32_MAX, &meant_for, err) < 0)
		return error_context(err, "LISTEN_PID");
	if (number_unsigned(number, 1, DESCRIPTORS_MAXIMUM, &given, err) < 0)
		return error_context(err, "LISTEN_FDS");
	if ((pid_t)meant_for != getpid()) {
		error_set(err, ERROR_UNAVAILABLE,
			  "the descriptors were handed to process %d, and this is %d",
			  (int)meant_for, (int)getpid());
		return error_hint(err, "a shell in between starts it with exec");
	}
	*count = (size_t)given;
	return 0;
}

/* The name at index among those that colons part; sd_listen_fds_with_names(3) says "unknown" as well. */
static size_t name_at(size_t index, const char **name)
{
	const char *names = getenv("LISTEN_FDNAMES");

	*name = "unknown";
	while (names != NULL && index-- > 0) {
		names = strchr(names, ':');
		names = names != NULL ? names + 1 : NULL;
	}
	if (names == NULL)
		return strlen(*name);
	*name = names;
	return strcspn(names, ":");
}

static bool is_meant(const struct target *target, size_t index)
{
	const struct target_field *field = &target->fields[ACTIVATION_NAME];
	const char *name;
	size_t length;
	uint64_t number;

	if (!field->given)
		return true;
	if (!field->quoted && number_unsigned(field->text, 0, DESCRIPTORS_MAXIMUM, &number, NULL) == 0)
		return number == index;
	length = name_at(index, &name);
	return length == field->length && memcmp(name, field->text, length) == 0;
}

/* The next one that the spec means, from index on: its descriptor, and *index behind it; -1 for none. */
static int next_descriptor(const struct target *target, size_t count, size_t *index)
{
	while (*index < count)
		if (is_meant(target, (*index)++))
			return FIRST_DESCRIPTOR + (int)*index - 1;
	return -1;
}

static int refuse_name(const struct target *target, size_t count, struct error *err)
{
	struct buf names = { 0 };
	const char *name;

	for (size_t i = 0; i < count; i++) {
		size_t length = name_at(i, &name);

		buf_print(&names, "%s%zu %.*s", i > 0 ? ", " : "", i, (int)length, name);
	}
	error_set(err, ERROR_FAILED, "none of the descriptors that were handed over is called \"%s\"",
		  target->fields[ACTIVATION_NAME].text);
	error_hint(err, "there are: %s", buf_text(&names));
	buf_release(&names);
	return -1;
}

static int find_first(const struct target *target, size_t *count, size_t *index, struct error *err)
{
	int fd;

	*index = 0;
	if (count_descriptors(count, err) < 0)
		return -1;
	fd = next_descriptor(target, *count, index);
	return fd < 0 ? refuse_name(target, *count, err) : fd;
}

static int activation_check(struct target *target, struct error *err)
{
	size_t count, index;
	int fd = find_first(target, &count, &index, err);

	for (size_t i = 0; fd >= 0 && i < count; i++)
		adopt_keep(target, FIRST_DESCRIPTOR + (int)i);
	if (fd < 0 || adopt_check(target, fd, "activation", err) < 0)
		return target_error_field(target, ACTIVATION_NAME, err);
	if (target->role == ROLE_LISTEN || next_descriptor(target, count, &index) < 0)
		return 0;
	error_set(err, ERROR_FAILED, "several descriptors were handed over");
	error_hint(err, "activation:0 is the first of %zu", count);
	return target_error_field(target, ACTIVATION_NAME, err);
}

static int activation_open(const struct target *target, const struct endpoint *client,
			   struct endpoint *endpoint, struct error *err)
{
	size_t count, index;
	int fd = find_first(target, &count, &index, err);

	(void)client;
	return fd < 0 ? -1 : adopt_open(target, fd, "activation", endpoint, err);
}

static int activation_listen(const struct target *target, struct listener *listener,
			     struct error *err)
{
	size_t count, index;
	int fd = find_first(target, &count, &index, err);

	if (fd < 0)
		return -1;
	listener->endpoints = memory_array(count, sizeof(*listener->endpoints));
	for (; fd >= 0; fd = next_descriptor(target, count, &index)) {
		struct endpoint *endpoint = &listener->endpoints[listener->count];

		if (adopt_open(target, fd, "activation", endpoint, err) < 0) {
			listener_close(listener);
			return -1;
		}
		listener->count++;
	}
	return 0;
}

static void activation_add_open_calls(const struct target *target, struct buf *out)
{
	size_t count, index;
	int fd = find_first(target, &count, &index, NULL);

	for (size_t i = 0; fd >= 0 && i < count; i++)
		adopt_add_keep_calls(target, FIRST_DESCRIPTOR + (int)i, out);
	for (; fd >= 0; fd = next_descriptor(target, count, &index)) {
		cleanup_free char *number = memory_print("%d", fd);

		adopt_add_calls(target, fd, number, out);
	}
}

static int activation_descriptor(const struct target *target, struct error *err)
{
	size_t count, index;
	int fd = find_first(target, &count, &index, err);

	if (fd < 0)
		return -1;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR);
	return fd < 0 ? error_system(err, "activation") : fd;
}

const struct family activation_family = {
	.shape = { .name = "activation", .known_as = NAMES("systemd", "socket-activation"), .roles = ROLES_STREAM, .fields = fields },
	.summary = "descriptors handed over by systemd and the like",
	.domain = -1,
	.types = adopt_types,
	.levels = adopt_levels,
	.step = STEP_NONE,
	.check = activation_check,
	.open = activation_open,
	.add_open_calls = activation_add_open_calls,
	.listen = activation_listen,
	.descriptor = activation_descriptor,
};
