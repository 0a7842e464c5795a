/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joining multicast groups, of any source or of one; RFC 3678, ip(7), ipv6(7). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "family/ip.h"
#include "family/ip_options.h"
#include "option/interface.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A group as someone typed it. */
struct group {
	struct address group;
	struct address source; /* length 0: any */
	char *interface;       /* owned; "" is for the kernel to choose */
};

static void group_release(struct group *group)
{
	free(group->interface);
	*group = (struct group){ 0 };
}

static int read_address(const char *text, struct address *address, struct error *err)
{
	struct ip_query query = { .host = text, .quoted = true, .domain = AF_UNSPEC };
	struct address_list list = { 0 };
	int found = text[0] != '\0' ? ip_addresses(&query, &list, NULL) : 1;

	if (found == 0)
		*address = list.items[0];
	address_list_release(&list);
	return found == 0 ? 0 : error_usage(err, "\"%s\" is no address", text);
}

/* Cuts one part off the front; brackets protect the colons of IPv6. */
static char *cut(char **rest)
{
	char *part = *rest, *end;

	if (part == NULL || part[0] != '[')
		return part != NULL ? strsep(rest, ":") : NULL;
	end = strchr(part, ']');
	if (end == NULL)
		return strsep(rest, ":");
	*rest = end[1] == ':' ? end + 2 : NULL;
	*end = '\0';
	return part + 1;
}

static int read_parts(char *text, struct group *group, struct error *err)
{
	char *rest = text, *host = cut(&rest), *interface = cut(&rest), *source = cut(&rest);
	char *zone = strchr(host, '%');

	if (rest != NULL)
		return error_usage(err, "GROUP, GROUP:INTERFACE or GROUP:INTERFACE:SOURCE expected");
	if (zone != NULL)
		*zone++ = '\0';
	if (interface == NULL || interface[0] == '\0')
		interface = zone;
	group->interface = memory_string(interface != NULL ? interface : "");
	if (read_address(host, &group->group, err) < 0)
		return -1;
	return source != NULL ? read_address(source, &group->source, err) : 0;
}

static bool is_multicast(const struct address *address)
{
	const struct sockaddr_in *in = (const void *)&address->storage;
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;

	return address->any.sa_family == AF_INET ? IN_MULTICAST(ntohl(in->sin_addr.s_addr)) :
						   IN6_IS_ADDR_MULTICAST(&in6->sin6_addr);
}

static int group_read(const char *text, struct group *group, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	bool is_bare = text[0] != '[' && strchr(text, ':') != strrchr(text, ':') && strchr(text, '.') == NULL;

	*group = (struct group){ 0 };
	if (is_bare) {
		error_usage(err, "an IPv6 group stands in brackets");
		return error_hint(err, "[%s]", text);
	}
	if (read_parts(copy, group, err) == 0) {
		if (group->source.length > 0 && group->source.any.sa_family != group->group.any.sa_family)
			error_usage(err, "group and source are not of the same version of IP");
		else if (!is_multicast(&group->group))
			error_usage(err, "that is no multicast group: 224.0.0.0 to 239.255.255.255, or ff00::/8");
		else
			return 0;
	}
	group_release(group);
	return -1;
}

int ip_join_check(const struct target *target, struct error *err)
{
	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];
		struct group group;

		if (strcmp(setting->parameter->name, "join") != 0)
			continue;
		if (group_read(setting->value.bytes, &group, err) < 0) {
			error_context(err, "join");
			return target_error_setting(target, setting, err);
		}
		group_release(&group);
	}
	return 0;
}

/* An index or a name; what interface= says is meant where nothing is. */
static int read_interface(const struct target *target, const char *name, uint32_t *index,
			   struct error *err)
{
	uint64_t number = 0;

	if (name[0] == '\0' && target->common.interface != NULL)
		name = target->common.interface;
	*index = 0;
	if (name[0] == '\0')
		return 0;
	*index = interface_index(name);
	if (*index == 0 && number_unsigned(name, 1, UINT32_MAX, &number, NULL) == 0)
		*index = (uint32_t)number;
	return *index == 0 ? error_system(err, "join: interface %s", name) : 0;
}

static int list_join(const struct target *target, const struct group *group,
		     struct sockopt_list *list, struct error *err)
{
	int level = group->group.any.sa_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
	struct group_source_req sourced = { .gsr_group = group->group.storage,
					    .gsr_source = group->source.storage };
	struct group_req any = { .gr_group = group->group.storage };
	struct sockopt_item *item;

	if (read_interface(target, group->interface, &sourced.gsr_interface, err) < 0)
		return -1;
	any.gr_interface = sourced.gsr_interface;
	if (group->source.length > 0)
		item = sockopt_list_add(list, level, MCAST_JOIN_SOURCE_GROUP, &sourced, sizeof(sourced));
	else
		item = sockopt_list_add(list, level, MCAST_JOIN_GROUP, &any, sizeof(any));
	item->name = "join";
	item->hint = "the group needs an interface where no route leads to it: join=GROUP:INTERFACE; "
		     "IPv6 groups need a socket of IPv6";
	return 0;
}

static int list_text(const struct target *target, const char *text, struct sockopt_list *list,
		     struct error *err)
{
	struct group group;
	int listed;

	if (group_read(text, &group, err) < 0)
		return -1;
	listed = list_join(target, &group, list, err);
	group_release(&group);
	return listed;
}

/* The host of a passive spec that is a group is joined: nothing else could be meant. */
static int list_host(const struct target *target, struct sockopt_list *list, struct error *err)
{
	const char *host = target->fields[IP_HOST].text;
	cleanup_free char *text = memory_print("[%s]", host);
	struct group group;
	int listed;

	if (target->role == ROLE_CONNECT || group_read(text, &group, NULL) < 0)
		return 0;
	listed = list_join(target, &group, list, err);
	group_release(&group);
	return listed;
}

int ip_join_list(const struct target *target, struct sockopt_list *list, struct error *err)
{
	bool is_given = false;

	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (strcmp(setting->parameter->name, "join") != 0)
			continue;
		is_given = true;
		if (list_text(target, setting->value.bytes, list, err) < 0)
			return -1;
	}
	return is_given ? 0 : list_host(target, list, err);
}
