/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a host and a port to addresses; getaddrinfo(3), services(5), RFC 6724, RFC 8305. */
#include "family/ip.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"
#include "option/interface.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static int cut_brackets(const char *text, struct ip_text *parts, struct error *err)
{
	const char *end = strchr(text, ']');

	if (end == NULL || (end[1] != '\0' && end[1] != ':'))
		return error_usage(err, "[HOST] or [HOST]:PORT expected");
	parts->host = memory_copy(text + 1, (size_t)(end - text) - 1);
	if (end[1] == ':')
		parts->port = memory_string(end + 2);
	return 0;
}

/* Whether several colons are those of an IPv6 address, with or without a scope. */
static bool is_ipv6(const char *text)
{
	char *address cleanup_free = memory_copy(text, strcspn(text, "%"));
	struct in6_addr ignored;

	return inet_pton(AF_INET6, address, &ignored) == 1;
}

int ip_text_read(const char *text, struct ip_text *parts, struct error *err)
{
	const char *colon = strchr(text, ':');

	*parts = (struct ip_text){ 0 };
	if (text[0] == '[')
		return cut_brackets(text, parts, err);
	if (text[0] == '\0' || strcmp(text, ":") == 0)
		return error_usage(err, "HOST, HOST:PORT or :PORT expected");
	if (colon == NULL && text[strspn(text, "0123456789")] == '\0') {
		error_usage(err, "HOST, HOST:PORT or :PORT expected");
		return error_hint(err, "a port alone is written :%s", text);
	}
	if (colon != NULL && strchr(colon + 1, ':') != NULL && !is_ipv6(text))
		return error_usage(err, "HOST, HOST:PORT or :PORT expected");
	if (colon == NULL || strchr(colon + 1, ':') != NULL) {
		parts->host = memory_string(text);
		return 0;
	}
	parts->host = memory_copy(text, (size_t)(colon - text));
	parts->port = memory_string(colon + 1);
	return 0;
}

void ip_text_release(struct ip_text *parts)
{
	free(parts->host);
	free(parts->port);
	*parts = (struct ip_text){ 0 };
}

static int unknown_service(const char *text, const char *protocol, struct error *err)
{
	error_set(err, ERROR_RESOLVE, "\"%s\" is no %s service", text, protocol);
	return error_hint(err, "a port is a number from 0 to 65535, or a name that stands in "
			       "/etc/services");
}

int ip_port(const char *text, const char *protocol, bool may_look_up, uint16_t *port,
	    struct error *err)
{
	struct servent entry, *found = NULL;
	char room[1024];
	uint64_t number;
	int64_t constant;

	if (strncmp(text, "IPPORT_", 7) == 0 && flags_constant(text, &constant)) {
		*port = (uint16_t)constant;
		return 0;
	}
	if (isdigit((unsigned char)text[0]) || !may_look_up) {
		if (number_unsigned(text, 0, UINT16_MAX, &number, err) < 0)
			return -1;
		*port = (uint16_t)number;
		return 0;
	}
	getservbyname_r(text, protocol, &entry, room, sizeof(room), &found);
	if (found == NULL) /* protocols without entries of their own share those of tcp */
		getservbyname_r(text, NULL, &entry, room, sizeof(room), &found);
	if (found == NULL)
		return unknown_service(text, protocol, err);
	*port = ntohs((uint16_t)found->s_port);
	return 0;
}

static void add_in(const struct ip_query *query, struct in_addr host, struct address_list *list)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(query->port),
				  .sin_addr = host };

	address_list_add(list, &in, sizeof(in));
}

static void add_in6(const struct ip_query *query, struct in6_addr host, uint32_t zone,
		    struct address_list *list)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(query->port),
				    .sin6_flowinfo = htonl(query->flowinfo),
				    .sin6_addr = host,
				    .sin6_scope_id = query->scope != 0 ? query->scope : zone };

	address_list_add(list, &in6, sizeof(in6));
}

static bool kernel_has_ipv6(void)
{
	cleanup_close int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0;
}

/* One socket serves both versions where there is IPv6. */
static void add_any(const struct ip_query *query, struct address_list *list)
{
	if (query->domain == AF_INET6 || (query->domain == AF_UNSPEC && kernel_has_ipv6()))
		add_in6(query, in6addr_any, 0, list);
	else
		add_in(query, (struct in_addr){ htonl(INADDR_ANY) }, list);
}

/*
 * To connect, both in the order of RFC 6724. To listen, IPv4 first, since that is what most
 * have in mind, and alone where the kernel chooses the port: there would be two.
 */
static void add_loopback(const struct ip_query *query, struct address_list *list)
{
	const struct in_addr in = { htonl(INADDR_LOOPBACK) };
	bool has_ipv6 = query->domain != AF_INET && kernel_has_ipv6();

	if (query->domain == AF_INET6 || (has_ipv6 && !query->passive))
		add_in6(query, in6addr_loopback, 0, list);
	if (query->domain != AF_INET6)
		add_in(query, in, list);
	if (query->domain == AF_UNSPEC && has_ipv6 && query->passive && query->port != 0)
		add_in6(query, in6addr_loopback, 0, list);
}

static void add_found(const struct ip_query *query, const struct addrinfo *found,
		      struct address_list *list)
{
	const struct sockaddr_in6 *in6 = (const void *)found->ai_addr;
	const struct sockaddr_in *in = (const void *)found->ai_addr;

	if (found->ai_family == AF_INET6)
		add_in6(query, in6->sin6_addr, in6->sin6_scope_id, list);
	else if (found->ai_family == AF_INET)
		add_in(query, in->sin_addr, list);
}

static const struct addrinfo *skip_to(const struct addrinfo *found, int domain, bool same)
{
	while (found != NULL && (found->ai_family == domain) != same)
		found = found->ai_next;
	return found;
}

/* RFC 8305, section 4: the first address leads, then the families take turns. */
static void add_alternating(const struct ip_query *query, const struct addrinfo *first,
			    struct address_list *list)
{
	int leader = first->ai_family;
	const struct addrinfo *same = first, *other = skip_to(first, leader, false);

	while (same != NULL || other != NULL) {
		if (same != NULL) {
			add_found(query, same, list);
			same = skip_to(same->ai_next, leader, true);
		}
		if (other != NULL) {
			add_found(query, other, list);
			other = skip_to(other->ai_next, leader, false);
		}
	}
}

static int no_address(const struct ip_query *query, int code, struct error *err)
{
	error_gai(err, code, "%s", query->host);
	if (query->domain != AF_UNSPEC &&
	    (code == EAI_ADDRFAMILY || code == EAI_NONAME || code == EAI_NODATA))
		error_hint(err, "only IPv%d addresses are looked for here",
			   query->domain == AF_INET ? 4 : 6);
	else if (code == EAI_AGAIN)
		error_hint(err, "the name server does not answer; see /etc/resolv.conf");
	return -1;
}

/* The resolver knows interfaces by no name of more than 15 bytes. */
static char *host_with_index(const char *host)
{
	const char *scope = strchr(host, '%');
	unsigned int index = 0;

	if (scope != NULL && strlen(scope + 1) >= IF_NAMESIZE)
		index = interface_index(scope + 1);
	return index == 0 ? memory_string(host) : memory_print("%.*s%%%u", (int)(scope - host), host, index);
}

static int look_up(const struct ip_query *query, struct address_list *list, struct error *err)
{
	struct addrinfo hints = { .ai_family = query->domain,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found = NULL;
	cleanup_free char *host = host_with_index(query->host);
	size_t before = list->count;
	int code = getaddrinfo(host, NULL, &hints, &found);

	if (code == EAI_NONAME && !query->may_block)
		return 1;
	if (code == EAI_NONAME) {
		hints.ai_flags = 0;
		code = getaddrinfo(host, NULL, &hints, &found);
	}
	if (code != 0)
		return no_address(query, code, err);
	add_alternating(query, found, list);
	freeaddrinfo(found);
	/* Two sockets would get two ports. */
	if (query->passive && query->port == 0)
		list->count = before + 1;
	return 0;
}

/* "broadcast", or what C calls an address: "INADDR_LOOPBACK". */
static bool is_constant(const char *host, int64_t *address)
{
	*address = INADDR_BROADCAST;
	return name_equal(host, "broadcast") ||
	       (strncmp(host, "INADDR_", 7) == 0 && flags_constant(host, address));
}

int ip_addresses(const struct ip_query *query, struct address_list *list, struct error *err)
{
	const char *host = query->host != NULL ? query->host : "";
	bool is_any = host[0] == '\0';
	int64_t constant;

	if (!query->quoted && is_constant(host, &constant)) {
		if (query->domain == AF_INET6)
			return error_usage(err, "%s is an address of IPv4; [ff02::1] is all hosts of the link", host);
		add_in(query, (struct in_addr){ htonl((uint32_t)constant) }, list);
		return 0;
	}
	if (!query->quoted && (name_equal(host, "any") || strcmp(host, "*") == 0)) {
		is_any = true;
		if (query->passive) {
			add_any(query, list);
			return 0;
		}
	}
	if (!is_any)
		return look_up(query, list, err);
	if (query->passive && !query->only_local)
		add_any(query, list);
	else
		add_loopback(query, list);
	return 0;
}

int ip_domain(const struct target *target)
{
	return target->family->domain != AF_UNSPEC ? target->family->domain :
						     (int)target->preferred_domain;
}

static int read_scope(const char *text, uint32_t *scope, struct error *err)
{
	uint64_t number;

	*scope = 0;
	if (text[0] == '\0')
		return 0;
	if (number_unsigned(text, 0, UINT32_MAX, &number, NULL) == 0)
		*scope = (uint32_t)number;
	else
		*scope = interface_index(text);
	if (*scope == 0 && strcmp(text, "0") != 0)
		return error_system(err, "scope: interface %s", text);
	return 0;
}

static const char *protocol_name(const struct target *target)
{
	return target->type != NULL && target->type->type == SOCK_DGRAM ? "udp" : "tcp";
}

/* What the fields of the spec ask for; a passive one's bind= says more. */
static int query_of_fields(const struct target *target, const struct ip_text *bind,
			   struct ip_query *query, struct error *err)
{
	const struct target_field *fields = target->fields;
	const char *port = fields[IP_PORT].text;

	query->host = fields[IP_HOST].text;
	query->quoted = fields[IP_HOST].quoted;
	query->passive = target->role != ROLE_CONNECT;
	query->only_local = target->serves_program;
	query->flowinfo = (uint32_t)target_number(target, "flowinfo", (int64_t)fields[IP_FLOWINFO].number);
	if (query->passive && bind->host != NULL && bind->host[0] != '\0')
		query->host = bind->host;
	if (query->passive && bind->port != NULL)
		port = bind->port;
	if (read_scope(target_text(target, "scope", fields[IP_SCOPE].text), &query->scope, err) < 0)
		return -1;
	if (ip_port(port, protocol_name(target), true, &query->port, err) < 0)
		return -1;
	return 0;
}

/* Of a bind= that may say LOW-HIGH; a port alone is both. */
static int read_ports(const char *text, const char *protocol, uint16_t *low, uint16_t *high,
		      struct error *err)
{
	cleanup_free char *first = memory_string(text);
	char *second = strchr(first, '-');

	if (!isdigit((unsigned char)text[0]) || second == NULL) {
		if (ip_port(text, protocol, true, low, err) < 0)
			return -1;
		*high = *low;
		return 0;
	}
	*second++ = '\0';
	if (ip_port(first, "", false, low, err) < 0 || ip_port(second, "", false, high, err) < 0)
		return -1;
	return *high < *low ? error_usage(err, "the last port is less than the first") : 0;
}

int ip_check_ports(const char *text, struct error *err)
{
	uint16_t low, high;

	return isdigit((unsigned char)text[0]) ? read_ports(text, "", &low, &high, err) : 0;
}

/* With an empty host the local end must fit either version of the peer's. */
static void add_both_any(const struct ip_query *query, struct address_list *list)
{
	if (query->domain != AF_INET)
		add_in6(query, in6addr_any, 0, list);
	if (query->domain != AF_INET6)
		add_in(query, (struct in_addr){ htonl(INADDR_ANY) }, list);
}

/* With a range of ports an address for each, in this order. */
static int resolve_bind(const struct target *target, const struct ip_text *bind,
			struct ip_query *query, struct address_list *list, struct error *err)
{
	uint16_t low = 0, high = 0;
	int result = 0;

	query->host = bind->host;
	query->passive = true;
	if (bind->port != NULL && read_ports(bind->port, protocol_name(target), &low, &high, err) < 0)
		return -1;
	for (unsigned int port = low; result == 0 && port <= high; port++) {
		query->port = (uint16_t)port;
		if (bind->host[0] == '\0')
			add_both_any(query, list);
		else
			result = ip_addresses(query, list, err);
	}
	return result;
}

int ip_resolve(const struct target *target, enum address_end end, bool may_block,
	       struct address_list *list, struct error *err)
{
	struct ip_query query = { .may_block = may_block, .domain = ip_domain(target) };
	struct ip_text bind = { 0 };
	int result;

	if (target->common.bind != NULL && ip_text_read(target->common.bind, &bind, err) < 0)
		return -1;
	if (end == ADDRESS_LOCAL && (target->role != ROLE_CONNECT || bind.host == NULL)) {
		result = 0;
	} else if (end == ADDRESS_LOCAL) {
		result = resolve_bind(target, &bind, &query, list, err);
	} else {
		result = query_of_fields(target, &bind, &query, err);
		if (result == 0)
			result = ip_addresses(&query, list, err);
	}
	ip_text_release(&bind);
	return result;
}

int ip_resolve_host(const struct target *target, enum address_end end, bool may_block,
		    struct address_list *list, struct error *err)
{
	struct target with_port = *target;

	with_port.fields[IP_PORT] = (struct target_field){ .text = "0", .length = 1, .given = true };
	if (with_port.fields[IP_SCOPE].text == NULL)
		with_port.fields[IP_SCOPE].text = "";
	return ip_resolve(&with_port, end, may_block, list, err);
}
