/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a control message cut into level, type and fields; cmsg(3). */
#include "shell/cmsg.h"

#include "base/memory.h"
#include "core/control.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_MAXIMUM 12

/* "NAME=VALUE", cut in place; a word without "=" is the value itself. */
static struct control_value read_field(char *word)
{
	char *equals = strchr(word, '=');
	struct control_value value = { .name = "value", .text = word };

	if (equals != NULL) {
		*equals = '\0';
		value.name = word;
		value.text = equals + 1;
	}
	value.length = strlen(value.text);
	return value;
}

/* The type, and the value that may stand behind it at once. */
static char *cut_type(char *word, struct control_value *values, size_t *count)
{
	char *equals = strchr(word, '=');

	if (equals != NULL) {
		*equals = '\0';
		values[(*count)++] = read_field(equals + 1);
	}
	return word;
}

int cmsg_read(const char *text, int domain, struct buf *out, struct error *err)
{
	struct control_value values[FIELDS_MAXIMUM];
	char *copy cleanup_free = memory_string(text);
	char *rest = copy, *level = strsep(&rest, ":"), *type, *word;
	size_t count = 0;

	if (rest == NULL || *level == '\0' || *rest == '\0') {
		error_usage(err, "\"%s\": LEVEL:TYPE=VALUE was expected", text);
		return error_hint(err, "as in cmsg=ip:ttl=5, cmsg=ipv6:pktinfo,interface=lo, "
				       "cmsg=alg:op=encrypt");
	}
	type = cut_type(strsep(&rest, ","), values, &count);
	while (rest != NULL && (word = strsep(&rest, ",")) != NULL) {
		if (count == FIELDS_MAXIMUM)
			return error_usage(err, "\"%s\": too many fields", text);
		values[count++] = read_field(word);
	}
	return control_add(out, domain, level, type, values, count, err);
}
