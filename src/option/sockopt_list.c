/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of options with their values; setsockopt(2). */
#include "option/sockopt_list.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static struct sockopt_item *append(struct sockopt_list *list)
{
	struct sockopt_item *item;

	if (list->count == list->room) {
		list->room = 2 * list->room + 4;
		list->items = memory_resize(list->items, list->room, sizeof(*list->items));
	}
	item = &list->items[list->count++];
	*item = (struct sockopt_item){ .need = SOCKOPT_NEEDED };
	return item;
}

int sockopt_list_read(struct sockopt_list *list, const char *name, const char *value, size_t length,
		      enum sockopt_need need, struct error *err)
{
	struct sockopt_setting setting = { 0 };
	struct sockopt_item *item;
	bool is_needed = need == SOCKOPT_NEEDED;

	if (sockopt_read(sockopt_find(name, NULL, false), value, length, &setting, is_needed ? err : NULL) < 0)
		return is_needed ? -1 : 0;
	item = append(list);
	item->setting = setting;
	item->need = need;
	return 0;
}

struct sockopt_item *sockopt_list_add(struct sockopt_list *list, int level, int number,
				      const void *bytes, size_t length)
{
	struct sockopt_item *item = append(list);

	item->setting.level = level;
	item->setting.number = number;
	buf_add(&item->setting.bytes, bytes, length);
	return item;
}

struct sockopt_item *sockopt_list_add_number(struct sockopt_list *list, int level, int number,
					     int value)
{
	return sockopt_list_add(list, level, number, &value, sizeof(value));
}

/* In the words of whoever added it, where there are such. */
static int refuse(const struct sockopt_item *item, const struct error *refusal, struct error *err)
{
	if (item->name == NULL && err != NULL)
		*err = *refusal;
	else
		error_code(err, refusal->code, "%s", item->name);
	return item->hint != NULL ? error_hint(err, "%s", item->hint) : -1;
}

int sockopt_list_apply(const struct sockopt_list *list, int fd, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct sockopt_item *item = &list->items[i];
		struct error refusal = { 0 };
		bool is_refused = sockopt_apply(&item->setting, fd, &refusal) < 0;

		if (is_refused && item->need == SOCKOPT_NEEDED)
			return refuse(item, &refusal, err);
		if (!is_refused && item->need == SOCKOPT_OR_NEXT)
			i++;
	}
	return 0;
}

void sockopt_list_release(struct sockopt_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		sockopt_setting_release(&list->items[i].setting);
	free(list->items);
	*list = (struct sockopt_list){ 0 };
}
