/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Look-ups that go on after whoever asked has released all that they were asked with. */
#include "core/lookup.h"

#include "unit.h"

#include <poll.h>
#include <unistd.h>

#define FIELD_LENGTH 20

/* What passes between the thread that looks up and the test: a byte is a step. */
static struct {
	int begin[2], seen[2];
} steps;

static void step(int fd)
{
	if (write(fd, "", 1) < 0)
		abort();
}

static void await_step(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		abort();
}

static const char *field_of(const struct target *target)
{
	return target->fields[0].text;
}

/* Waits until it is told to look, then tells what the target's field begins with. */
static int slow_resolve(const struct target *target, enum address_end end, bool may_block,
			struct address_list *list, struct error *err)
{
	struct sockaddr any = { .sa_family = AF_UNSPEC };
	char first;

	(void)end;
	(void)may_block;
	await_step(steps.begin[0]);
	first = field_of(target)[FIELD_LENGTH - 1];
	address_list_add(list, &any, sizeof(any));
	if (write(steps.seen[1], &first, 1) < 0)
		return error_system(err, "write");
	return 0;
}

static const struct shape_field fields[] = {
	{ .name = "text", .type = FIELD_TEXT },
	{ .name = NULL },
};

static const struct family slow_family = {
	.shape = { .name = "slow", .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.domain = -1,
	.resolve = slow_resolve,
};

static const struct shape *const shapes[] = { &slow_family.shape };
static const struct vocabulary vocabulary = { shapes, 1 };

static void bind_target(struct unit *unit, struct target *target)
{
	struct error err = { 0 };
	struct spec spec;

	unit_check_int(unit, spec_parse(&spec, "slow:abcdefghijklmnopqrst", &vocabulary, &err), 0);
	unit_check_int(unit, target_bind(target, &spec, &err), 0);
	unit_check_int(unit, target->fields[0].length, FIELD_LENGTH);
}

static char seen(void)
{
	char byte = 0;

	return read(steps.seen[0], &byte, 1) == 1 ? byte : '?';
}

static void outlives_its_target(struct unit *unit)
{
	struct target target;
	struct error err = { 0 };
	struct lookup *lookup;

	bind_target(unit, &target);
	lookup = lookup_start(&target, &err);
	if (!unit_check(unit, lookup != NULL))
		return;
	lookup_free(lookup);
	target_release(&target);
	step(steps.begin[1]);
	unit_check_int(unit, seen(), 't');
}

static void gives_its_answer(struct unit *unit)
{
	struct address_list list = { 0 };
	struct pollfd poll_fd = { .events = POLLIN };
	struct target target;
	struct error err = { 0 };
	struct lookup *lookup;

	bind_target(unit, &target);
	lookup = lookup_start(&target, &err);
	if (!unit_check(unit, lookup != NULL))
		return;
	poll_fd.fd = lookup_fd(lookup);
	unit_check_int(unit, lookup_result(lookup, &list, &err), 1);
	target_release(&target);
	step(steps.begin[1]);
	unit_check_int(unit, seen(), 't');
	unit_check_int(unit, poll(&poll_fd, 1, 10000), 1);
	unit_check_int(unit, lookup_result(lookup, &list, &err), 0);
	unit_check_int(unit, list.count, 1);
	address_list_release(&list);
	lookup_free(lookup);
}

int main(void)
{
	struct unit unit = { 0 };

	if (pipe(steps.begin) < 0 || pipe(steps.seen) < 0)
		return 1;
	unit_run(&unit, "lookup: one that was left behind still has its target", outlives_its_target);
	unit_run(&unit, "lookup: the target may go before the answer comes", gives_its_answer);
	return unit_end(&unit);
}
