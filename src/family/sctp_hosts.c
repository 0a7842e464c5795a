/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends of several addresses: sctp_bindx(3), sctp_connectx(3) by their socket options, RFC 6458 section 9. */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/sctp.h"

#include <errno.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static bool is_several(const char *host)
{
	return host != NULL && strchr(host, '+') != NULL;
}

/* Adds the addresses of one host of a list; its bind= is a host with the port of all. */
static int resolve_one(const struct target *target, enum address_end end, const char *host,
		       const char *port, bool may_block, struct address_list *list,
		       struct error *err)
{
	cleanup_free char *bind = port != NULL ? memory_print("[%s]:%s", host, port) :
						 memory_print("[%s]", host);
	struct target one = *target;

	if (is_several(target->fields[IP_HOST].text)) {
		one.fields[IP_HOST].text = host;
		one.fields[IP_HOST].length = strlen(host);
	}
	if (is_several(target->common.bind))
		one.common.bind = bind;
	return ip_resolve(&one, end, may_block, list, err);
}

static int resolve_all(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	bool from_bind = target->common.bind != NULL &&
			 (end == ADDRESS_LOCAL || target->role != ROLE_CONNECT);
	struct ip_text bind = { 0 };
	cleanup_free char *hosts = NULL;
	char *rest, *host;
	int result = 0;

	if (from_bind && ip_text_read(target->common.bind, &bind, err) < 0)
		return -1;
	hosts = memory_string(from_bind ? bind.host : target->fields[IP_HOST].text);
	if (!is_several(hosts))
		result = ip_resolve(target, end, may_block, list, err);
	else
		for (rest = hosts; result == 0 && (host = strsep(&rest, "+")) != NULL;)
			result = resolve_one(target, end, host, bind.port, may_block, list, err);
	ip_text_release(&bind);
	if (result > 0)
		address_list_release(list);
	return result;
}

/* Whether the hosts of an end are a list. */
static bool has_several(const struct target *target, enum address_end end)
{
	if (target->role == ROLE_CONNECT && end == ADDRESS_PEER)
		return is_several(target->fields[IP_HOST].text);
	return is_several(target->common.bind) ||
	       (target->role != ROLE_CONNECT && is_several(target->fields[IP_HOST].text));
}

int sctp_resolve(const struct target *target, enum address_end end, bool may_block,
		 struct address_list *list, struct error *err)
{
	bool is_local = end == ADDRESS_LOCAL || target->role != ROLE_CONNECT;
	int result = resolve_all(target, end, may_block, list, err);

	if (result == 0 && is_local && has_several(target, end) && list->count > 1)
		list->count = 1;
	return result;
}

/* Packs addresses one behind the other, as the socket options want them. */
static void pack(const struct address_list *list, size_t first, int domain, struct buf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct address *address = &list->items[(first + i) % list->count];

		if (address->any.sa_family == domain || domain == AF_INET6)
			buf_add(out, &address->storage, address->length);
	}
}

static void set_port(struct address *address, in_port_t port)
{
	/* Both versions have it in the same place. */
	((struct sockaddr_in *)(void *)&address->storage)->sin_port = port;
}

int sctp_bound_settings(const struct target *target, const struct address *local, bool may_block,
			struct sockopt_list *list, struct error *err)
{
	enum address_end end = target->role == ROLE_CONNECT ? ADDRESS_LOCAL : ADDRESS_PEER;
	struct address_list all = { 0 };
	int result;

	if (!has_several(target, end))
		return 0;
	result = resolve_all(target, end, may_block, &all, err);
	for (size_t i = 1; i < all.count; i++) {
		struct address *further = &all.items[i];

		set_port(further, htons(ip_port_of(local)));
		sockopt_list_add(list, IPPROTO_SCTP, SCTP_SOCKOPT_BINDX_ADD, &further->storage,
				 further->length)->name = "bind to a further address";
	}
	address_list_release(&all);
	return result;
}

void sctp_connect_setting(const struct target *target, const struct address_list *addresses,
			  size_t place, struct sockopt_list *list)
{
	cleanup_buf struct buf packed = { 0 };

	if (!has_several(target, ADDRESS_PEER))
		return;
	pack(addresses, place, addresses->items[place].any.sa_family, &packed);
	sockopt_list_add(list, IPPROTO_SCTP, SCTP_SOCKOPT_CONNECTX, packed.data, packed.length);
}
