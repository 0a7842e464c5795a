/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting what each version of IP calls otherwise; ip(7), ipv6(7). */
#include "family/ip_options.h"

#include "base/memory.h"
#include "option/sockopt.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static const struct pair {
	const char *name, *four, *six;
} pairs[] = {
	{ "freebind", "ip-freebind", "ipv6-freebind" },
	{ "minttl", "ip-minttl", "ipv6-minhopcount" },
	{ "mtu-discover", "ip-mtu-discover", "ipv6-mtu-discover" },
	{ "multicast-if", "ip-multicast-if", "ipv6-multicast-if" },
	{ "multicast-loop", "ip-multicast-loop", "ipv6-multicast-loop" },
	{ "multicast-ttl", "ip-multicast-ttl", "ipv6-multicast-hops" },
	{ "pktinfo", "ip-pktinfo", "ipv6-recvpktinfo" },
	{ "recvtos", "ip-recvtos", "ipv6-recvtclass" },
	{ "recvttl", "ip-recvttl", "ipv6-recvhoplimit" },
	{ "tos", "ip-tos", "ipv6-tclass" },
	{ "transparent", "ip-transparent", "ipv6-transparent" },
	{ "ttl", "ip-ttl", "ipv6-unicast-hops" },
	{ "unicast-if", "ip-unicast-if", "ipv6-unicast-if" },
};

/* Whether the value can be read by the row of a socket option. */
static int check(const struct setting *setting, const char *name, struct error *err)
{
	struct sockopt_setting read = { 0 };
	int result = sockopt_read(sockopt_find(name, NULL, false), setting->value.bytes,
				  setting->value.length, &read, err);

	sockopt_setting_release(&read);
	return result;
}

int ip_options_check(const struct target *target, struct error *err)
{
	for (size_t i = 0; i < array_length(pairs); i++) {
		const struct setting *setting = target_setting(target, pairs[i].name);

		if (setting != NULL && check(setting, pairs[i].six, NULL) < 0 &&
		    check(setting, pairs[i].four, err) < 0)
			return target_error_setting(target, setting, err);
	}
	return 0;
}

int ip_options_list(const struct target *target, int domain, struct sockopt_list *list,
		    struct error *err)
{
	for (size_t i = 0; i < array_length(pairs); i++) {
		const struct setting *setting = target_setting(target, pairs[i].name);
		bool is_six = domain == AF_INET6;

		if (setting == NULL)
			continue;
		/* For the IPv4 that an IPv6 socket may carry; some values make no sense there. */
		if (is_six)
			sockopt_list_read(list, pairs[i].four, setting->value.bytes,
					  setting->value.length, SOCKOPT_OPTIONAL, NULL);
		if (sockopt_list_read(list, is_six ? pairs[i].six : pairs[i].four,
				      setting->value.bytes, setting->value.length, SOCKOPT_NEEDED,
				      err) < 0)
			return -1;
	}
	return 0;
}
