/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups: while one endpoint is waited for, what comes for the others waits in the kernel. */
#include "shell/group.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct group {
	char *name;
	char **members; /* NULL behind the last */
};

static void release(struct group *group)
{
	for (size_t i = 0; group->members[i] != NULL; i++)
		free(group->members[i]);
	free(group->members);
	free(group->name);
}

static struct group *find(const struct shell *shell, const char *name)
{
	for (size_t i = 0; i < shell->group_count; i++)
		if (strcmp(shell->groups[i].name, name) == 0)
			return &shell->groups[i];
	return NULL;
}

const struct group *group_find(const struct shell *shell, const char *name)
{
	return find(shell, name);
}

void group_forget(struct shell *shell, const char *name)
{
	struct group *group = find(shell, name);

	if (group == NULL)
		return;
	release(group);
	*group = shell->groups[--shell->group_count];
}

void group_forget_all(struct shell *shell)
{
	while (shell->group_count > 0)
		release(&shell->groups[--shell->group_count]);
	free(shell->groups);
	shell->groups = NULL;
}

void group_set(struct shell *shell, const char *name, char *const *members)
{
	struct group *group;
	size_t count = 0;

	group_forget(shell, name);
	while (members[count] != NULL)
		count++;
	shell->groups = memory_resize(shell->groups, shell->group_count + 1, sizeof(*shell->groups));
	group = &shell->groups[shell->group_count++];
	*group = (struct group){ .name = memory_string(name), .members = memory_array(count + 1, sizeof(char *)) };
	for (size_t i = 0; i < count; i++)
		group->members[i] = memory_string(members[i]);
}

const struct group *group_of(const struct shell *shell, const struct step *step)
{
	const struct slot *first = step->verb->slots;

	return first != NULL && first->name != NULL && first->kind == SLOT_ENDPOINT ?
		       find(shell, step->fillings[0].name) :
		       NULL;
}

char *const *group_members(const struct group *group)
{
	return group->members;
}

const char *group_at(const struct shell *shell, size_t i, char *const **members)
{
	if (i >= shell->group_count)
		return NULL;
	*members = shell->groups[i].members;
	return shell->groups[i].name;
}

/* What one of them received is a part of what all received. */
static void gather(struct shell *shell, const char *member, struct content *all)
{
	const struct buf *got = &shell->got.bytes;

	if (!shell->has_got)
		return;
	content_add_member(all, member, buf_text(got), got->length);
	buf_add(&all->bytes, buf_text(got), got->length);
}

static int run_all(struct shell *shell, const struct group *group, const struct step *step,
		   struct content *all, struct error *err)
{
	struct step one = *step;
	int result = 0;

	for (size_t i = 0; result == 0 && group->members[i] != NULL; i++) {
		one.fillings[0].name = group->members[i];
		shell->has_got = false;
		result = step->verb->run(shell, &one, err);
		gather(shell, group->members[i], all);
	}
	return result;
}

int group_run(struct shell *shell, const struct group *group, const struct step *step, struct error *err)
{
	struct content all = { 0 };
	int result;

	if (step->verb->as_endpoint)
		return error_usage(err, "%s gives an endpoint: %s is several", step->verb->name, group->name);
	shell->group_until = shell_deadline(shell, step);
	result = run_all(shell, group, step, &all, err);
	shell->group_until = 0;
	if (all.member_count > 0) {
		content_release(&shell->got);
		shell->got = all;
		shell->has_got = true;
	}
	return result;
}
