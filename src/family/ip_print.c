/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of the families over IP as text and as JSON; inet_ntop(3), RFC 4291, RFC 6874. */
#include "family/ip.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

static bool is_mapped(const struct address *address)
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;

	return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
}

static void print_zone(uint32_t scope, struct buf *out)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(scope, name) != NULL)
		buf_print(out, "%%%s", name);
	else
		buf_print(out, "%%%u", scope);
}

void ip_print_host(const struct address *address, struct buf *out)
{
	const struct sockaddr_in *in = (const void *)&address->storage;
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	char text[INET6_ADDRSTRLEN] = "?";

	if (address->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
		buf_add_string(out, text);
	} else if (is_mapped(address)) {
		inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], text, sizeof(text));
		buf_add_string(out, text);
	} else if (address->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		buf_add_string(out, text);
		if (in6->sin6_scope_id != 0)
			print_zone(in6->sin6_scope_id, out);
	}
}

uint16_t ip_port_of(const struct address *address)
{
	const struct sockaddr_in *in = (const void *)&address->storage;
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;

	if (address->any.sa_family == AF_INET)
		return ntohs(in->sin_port);
	return address->any.sa_family == AF_INET6 ? ntohs(in6->sin6_port) : 0;
}

static bool needs_brackets(const struct address *address)
{
	return address->any.sa_family == AF_INET6 && !is_mapped(address);
}

void ip_print_host_field(const struct target *target, const struct address *address, struct buf *out)
{
	/* A family of IPv6 alone takes none that is spelled as IPv4's. */
	bool stays_mapped = target->family->domain == AF_INET6 && is_mapped(address);
	bool brackets = stays_mapped || needs_brackets(address);

	buf_add_string(out, brackets ? "[" : "");
	buf_add_string(out, stays_mapped ? "::ffff:" : "");
	ip_print_host(address, out);
	buf_add_string(out, brackets ? "]" : "");
}

void ip_print_address(const struct target *target, const struct address *address, struct buf *out)
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;

	ip_print_host_field(target, address, out);
	buf_print(out, ":%u", ip_port_of(address));
	if (needs_brackets(address) && in6->sin6_flowinfo != 0)
		buf_print(out, ":0x%x", ntohl(in6->sin6_flowinfo));
}

void ip_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	cleanup_buf struct buf host = { 0 };

	ip_print_host(address, &host);
	json_string(json, "host", buf_text(&host));
	json_unsigned(json, "port", ip_port_of(address));
	if (address->any.sa_family != AF_INET6)
		return;
	json_unsigned(json, "flowinfo", ntohl(in6->sin6_flowinfo));
	json_unsigned(json, "scope", in6->sin6_scope_id);
}
