/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields, checks and socket preparation of the families over IP; ip(7), ipv6(7). */
#include "family/ip.h"

#include "base/number.h"
#include "base/uapi.h"
#include "family/ip_options.h"
#include "family/ip_peer.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#define FLOWINFO_MAXIMUM 0x0fffffff
#define FLOWINFO_CLASS_SHIFT 20

const struct name ip_hosts[] = {
	{ "any", 0, "every address of this host, IPv6 and IPv4" },
	{ "broadcast", 1, "255.255.255.255: every host of the local network" },
	{ NULL, 0, NULL },
};

const struct shape_field ip_fields[] = {
	{ .name = "host",
	  .help = "name or address; empty: this host",
	  .kind = FIELD_HOST,
	  .has_default = true,
	  .names = ip_hosts },
	{ .name = "port", .help = "number or service name; 0: the kernel chooses" },
	{ .name = "flowinfo",
	  .help = "IPv6 traffic class and flow label",
	  .type = FIELD_NUMBER,
	  .optional = true,
	  .has_default = true,
	  .maximum = FLOWINFO_MAXIMUM },
	{ .name = "scope",
	  .help = "interface of a link-local address, by name or index",
	  .optional = true,
	  .has_default = true },
	{ .name = NULL },
};

const struct parameter ip_parameters[] = { IP_PARAMETERS, { .name = NULL } };

static bool has_only(const char *text, const char *allowed)
{
	for (; *text != '\0'; text++)
		if (!isdigit((unsigned char)*text) && strchr(allowed, *text) == NULL)
			return false;
	return true;
}

static int check_port(const char *text, struct error *err)
{
	uint16_t port;

	if (text[0] != '\0' && strchr("+-", text[0]) != NULL && has_only(text + 1, ""))
		return error_usage(err, "\"%s\" is not a number from 0 to 65535", text);
	if (!isdigit((unsigned char)text[0]))
		return 0;
	if (strpbrk(text, "+-") != NULL && has_only(text, "+-")) {
		error_usage(err, "one port expected");
		return error_hint(err, "several ports are for: anysock scan");
	}
	return ip_port(text, "", false, &port, err);
}

static int check_bind(struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "bind");
	struct ip_text parts;
	int checked;

	if (setting == NULL)
		return 0;
	if (ip_text_read(setting->value.bytes, &parts, err) < 0) {
		error_context(err, "bind");
		return target_error_setting(target, setting, err);
	}
	if (parts.port == NULL)
		checked = 0;
	else
		checked = target->role == ROLE_CONNECT ? ip_check_ports(parts.port, err) :
							 check_port(parts.port, err);
	ip_text_release(&parts);
	if (checked == 0)
		return 0;
	error_context(err, "bind");
	return target_error_setting(target, setting, err);
}

/* What cannot be one is not asked for: "tcp://localhost:80" has a host called "//localhost". */
static int check_name(const struct target *target, struct error *err)
{
	const struct target_field *host = &target->fields[IP_HOST];
	const struct spec_text *part = &target->spec.fields[IP_HOST];
	const char *typed = target->spec.source + part->column;

	if (strlen(host->text) == host->length && strpbrk(host->text, " /") == NULL)
		return 0;
	error_usage(err, "%s: a host has no blank, no \"/\" and no NUL in it", target->family->shape.name);
	if (strncmp(typed, "//", 2) == 0)
		error_hint(err, "did you mean %.*s%.*s?", (int)part->column, target->spec.source,
			   (int)strcspn(typed + 2, "/"), typed + 2);
	return target_error_field(target, IP_HOST, err);
}

int ip_check_host(struct target *target, struct error *err)
{
	if (check_name(target, err) < 0)
		return -1;
	if (ip_options_check(target, err) < 0 || ip_join_check(target, err) < 0 ||
	    ip_peer_check(target, err) < 0)
		return -1;
	return check_bind(target, err);
}

int ip_check(struct target *target, struct error *err)
{
	if (check_port(target->fields[IP_PORT].text, err) < 0) {
		error_context(err, "%s: port", target->family->shape.name);
		return target_error_field(target, IP_PORT, err);
	}
	return ip_check_host(target, err);
}

static bool is_multicast(const char *host)
{
	struct in6_addr in6;
	struct in_addr in;

	if (inet_pton(AF_INET, host, &in) == 1)
		return IN_MULTICAST(ntohl(in.s_addr));
	return inet_pton(AF_INET6, host, &in6) == 1 && IN6_IS_ADDR_MULTICAST(&in6);
}

/*
 * For datagrams reuse means that a second program can take the port of the
 * first without either noticing; multicast is where that is wanted.
 */
static bool restrains_reuse(const struct target *target)
{
	return target->role != ROLE_CONNECT && target->type->type != SOCK_STREAM &&
	       !is_multicast(target->fields[IP_HOST].text);
}

/* Of an address the kernel takes the flow label, and that only when asked to; the class is an option. */
static void list_flowinfo(const struct target *target, struct sockopt_list *list)
{
	int64_t flowinfo = target_number(target, "flowinfo", (int64_t)target->fields[IP_FLOWINFO].number);
	int class = (int)(flowinfo >> FLOWINFO_CLASS_SHIFT & 0xff);

	if (flowinfo != 0)
		sockopt_list_add_number(list, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 1)->name = "flowinfo";
	if (class != 0)
		sockopt_list_add_number(list, IPPROTO_IPV6, IPV6_TCLASS, class)->name = "flowinfo";
}

int ip_settings(const struct target *target, int domain, struct sockopt_list *list,
		struct error *err)
{
	const struct target_field *host = &target->fields[IP_HOST];

	if (restrains_reuse(target))
		sockopt_list_add_number(list, SOL_SOCKET, SO_REUSEADDR, 0)->need = SOCKOPT_OPTIONAL;
	if (!host->quoted && name_equal(host->text, "broadcast"))
		sockopt_list_add_number(list, SOL_SOCKET, SO_BROADCAST, 1);
	/* tcp6 is IPv6 alone; for the others a system's bindv6only setting does not decide. */
	if (domain == AF_INET6 && target->role != ROLE_CONNECT)
		sockopt_list_add_number(list, IPPROTO_IPV6, IPV6_V6ONLY,
					target->family->domain == AF_INET6)->need = SOCKOPT_OPTIONAL;
	if (ip_options_list(target, domain, list, err) < 0)
		return -1;
	if (domain == AF_INET6)
		list_flowinfo(target, list);
	return 0;
}

static bool is_low_port(const char *text)
{
	uint64_t port;

	return text != NULL && number_unsigned(text, 1, IPPORT_RESERVED - 1, &port, NULL) == 0;
}

/* Whether the local end has a port that not everybody may have. */
static bool wants_low_port(const struct target *target)
{
	struct ip_text bind = { 0 };
	bool is_low;

	if (target->role != ROLE_CONNECT)
		return is_low_port(target->fields[IP_PORT].text);
	if (target->common.bind == NULL || ip_text_read(target->common.bind, &bind, NULL) < 0)
		return false;
	is_low = is_low_port(bind.port);
	ip_text_release(&bind);
	return is_low;
}

static void explain_forbidden(const struct target *target, struct error *err)
{
	if (wants_low_port(target)) {
		err->kind = ERROR_UNAVAILABLE;
		error_hint(err, "ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one or run it as root");
	} else if (target->role == ROLE_CONNECT) {
		error_hint(err, "a broadcast address needs the option broadcast; a firewall answers so too");
	}
}

static bool is_link_local(const struct target *target)
{
	const char *host = target->fields[IP_HOST].text;

	return strncasecmp(host, "fe80:", strlen("fe80:")) == 0 && strchr(host, '%') == NULL;
}

void ip_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EADDRINUSE:
		error_hint(err, "another program has that port; see: ss -lp; port 0 takes a free one");
		break;
	case EADDRNOTAVAIL:
		error_hint(err, "no interface of this host has that address; see: ip address");
		break;
	case EACCES:
		explain_forbidden(target, err);
		break;
	case EINVAL:
		if (is_link_local(target))
			error_hint(err, "a link-local address needs its interface: %s:[fe80::1%%eth0]:PORT",
				   target->family->shape.name);
		break;
	default:
		break;
	}
}

void ip_explain_datagram_error(const struct target *target, struct error *err)
{
	if (err->code == EMSGSIZE)
		error_hint(err, "a datagram holds at most 65507 bytes over IPv4 and 65527 over IPv6");
	else
		ip_explain_error(target, err);
}
