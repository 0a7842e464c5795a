/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the controller of generic netlink for its families; nlctrl of linux/genetlink.h. */
#include "core/generic_netlink.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM (64U << 10) /* bytes: more than the kernel puts into one message of a dump */

static int open_socket(struct error *err)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	return fd >= 0 ? fd : error_system(err, "generic netlink");
}

static int ask(int fd, uint16_t flags, const char *name, size_t length, struct error *err)
{
	struct genlmsghdr header = { .cmd = CTRL_CMD_GETFAMILY, .version = 2 };
	cleanup_buf struct buf request = { 0 };
	size_t at = netlink_begin(&request, GENL_ID_CTRL, NLM_F_REQUEST | flags);
	cleanup_free char *text = name != NULL ? memory_copy(name, length) : NULL;

	buf_add(&request, &header, sizeof(header));
	if (text != NULL)
		netlink_add(&request, CTRL_ATTR_FAMILY_NAME, text, length + 1);
	netlink_end(&request, at);
	return send(fd, request.data, request.length, MSG_NOSIGNAL) < 0 ?
		       error_system(err, "generic netlink") : 0;
}

static void copy_name(struct netlink_bytes value, char name[GENL_NAMSIZ])
{
	size_t length = strnlen(value.data, value.length);

	if (length >= GENL_NAMSIZ)
		length = GENL_NAMSIZ - 1;
	memcpy(name, value.data, length);
	name[length] = '\0';
}

static void read_group(struct netlink_bytes value, struct generic_family *family)
{
	struct generic_group group = { 0 };
	struct netlink_attribute one;

	while (netlink_take_attribute(&value, &one)) {
		if (one.type == CTRL_ATTR_MCAST_GRP_NAME)
			copy_name(one.value, group.name);
		else if (one.type == CTRL_ATTR_MCAST_GRP_ID)
			netlink_take(&one.value, &group.number, sizeof(group.number));
	}
	family->groups = memory_resize(family->groups, family->group_count + 1, sizeof(group));
	family->groups[family->group_count++] = group;
}

static void read_version(struct netlink_bytes value, struct generic_family *family)
{
	uint32_t version = 0;

	if (netlink_take(&value, &version, sizeof(version)))
		family->version = (uint8_t)version;
}

static void read_family(struct netlink_bytes body, struct generic_families *families)
{
	struct generic_family family = { 0 };
	struct netlink_attribute one, group;
	struct genlmsghdr header;

	if (!netlink_take(&body, &header, sizeof(header)))
		return;
	while (netlink_take_attribute(&body, &one)) {
		if (one.type == CTRL_ATTR_FAMILY_ID)
			netlink_take(&one.value, &family.number, sizeof(family.number));
		else if (one.type == CTRL_ATTR_FAMILY_NAME)
			copy_name(one.value, family.name);
		else if (one.type == CTRL_ATTR_VERSION)
			read_version(one.value, &family);
		while (one.type == CTRL_ATTR_MCAST_GROUPS &&
		       netlink_take_attribute(&one.value, &group))
			read_group(group.value, &family);
	}
	families->items = memory_resize(families->items, families->count + 1, sizeof(family));
	families->items[families->count++] = family;
}

int generic_families_read(struct generic_families *families, struct netlink_bytes bytes,
			  struct error *err)
{
	struct netlink_message message;
	struct netlink_answer answer;

	while (netlink_take_message(&bytes, &message)) {
		if (!netlink_read_answer(&message, &answer))
			read_family(message.body, families);
		else if (answer.code != 0)
			return netlink_error(&answer, err);
		else
			return 1;
	}
	return 0;
}

int generic_families_load(struct generic_families *families, struct error *err)
{
	cleanup_close int fd = open_socket(err);
	cleanup_free char *room = memory_new(ROOM);
	int done = 0;

	generic_families_release(families);
	if (fd < 0 || ask(fd, NLM_F_DUMP, NULL, 0, err) < 0)
		return -1;
	while (done == 0) {
		ssize_t got = recv(fd, room, ROOM, 0);

		if (got <= 0)
			return error_system(err, "generic netlink");
		done = generic_families_read(families, (struct netlink_bytes){ room, (size_t)got }, err);
	}
	return done < 0 ? -1 : 0;
}

void generic_families_release(struct generic_families *families)
{
	for (size_t i = 0; i < families->count; i++)
		free(families->items[i].groups);
	free(families->items);
	*families = (struct generic_families){ 0 };
}

const struct generic_family *generic_family_of(const struct generic_families *families,
					       uint16_t number)
{
	for (size_t i = 0; i < families->count; i++)
		if (families->items[i].number == number)
			return &families->items[i];
	return NULL;
}

const struct generic_family *generic_family_find(const struct generic_families *families,
						 const char *name, size_t length)
{
	for (size_t i = 0; i < families->count; i++)
		if (name_equal_length(name, length, families->items[i].name))
			return &families->items[i];
	return NULL;
}

void generic_family_request(const char *name, size_t length)
{
	cleanup_close int fd = open_socket(NULL);
	char room[4096];

	/* Asking for one by name is what loads its module. */
	if (fd >= 0 && length < GENL_NAMSIZ && ask(fd, 0, name, length, NULL) == 0)
		recv(fd, room, sizeof(room), 0);
}
