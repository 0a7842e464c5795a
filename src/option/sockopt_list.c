/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of options with their values; setsockopt(2). */
#include "option/sockopt_list.h"

#include <stdio.h>
#include <string.h>

int sockopt_list_add(struct sockopt_list *list, const char *name, const char *value, size_t length,
		     bool may_fail, struct error *err)
{
	struct sockopt_setting *setting = &list->items[list->count];

	if (list->count == SOCKOPT_LIST_MAXIMUM)
		return error_set(err, ERROR_FAILED, "%s: there are too many options", name);
	*setting = (struct sockopt_setting){ .row = NULL };
	if (sockopt_read(sockopt_find(name, NULL, false), value, length, setting, may_fail ? NULL : err) < 0) {
		sockopt_setting_release(setting);
		return may_fail ? 0 : -1;
	}
	list->may_fail[list->count++] = may_fail;
	return 0;
}

int sockopt_list_add_number(struct sockopt_list *list, const char *name, int number, bool may_fail)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return sockopt_list_add(list, name, text, strlen(text), may_fail, NULL);
}

int sockopt_list_apply(const struct sockopt_list *list, size_t first, int fd, struct error *err)
{
	for (size_t i = first; i < list->count; i++) {
		bool may_fail = list->may_fail[i];

		if (sockopt_apply(&list->items[i], fd, may_fail ? NULL : err) < 0 && !may_fail)
			return -1;
	}
	return 0;
}

void sockopt_list_release(struct sockopt_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		sockopt_setting_release(&list->items[i]);
	list->count = 0;
}
