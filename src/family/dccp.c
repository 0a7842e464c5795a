/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DCCP over IPv4 and IPv6: datagrams with connections and congestion control; linux/dccp.h, RFC 4340, RFC 5595. */
#include "base/number.h"
#include "core/endpoint.h"
#include "family/ip.h"
#include "family/ip_peer.h"
#include "family/ip_options.h"

#include <errno.h>
#include <linux/dccp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef SOL_DCCP
#define SOL_DCCP 269
#endif

static const struct family_type types[] = {
	{ .name = "dccp", .type = SOCK_DCCP, .end = END_WHOLE, .messages = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	IP_PARAMETERS,
	{ .name = "service", .type = VALUE_TEXT, .argument = "CODE", .help = "what both sides must agree on: a number, or up to four characters" },
	{ .name = NULL },
};

static const int levels[] = { SOL_DCCP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { SOL_DCCP, SOL_SOCKET, IPPROTO_IP, -1 };

/* In network order. Four characters are filled up with blanks: RFC 4340, section 8.1.2. */
static int read_service(const struct target *target, uint32_t *code, struct error *err)
{
	const char *text = target_text(target, "service", "0");
	char padded[5] = "    ";
	size_t length = strlen(text);
	uint64_t number;

	if (number_unsigned(text, 0, UINT32_MAX, &number, NULL) == 0) {
		*code = htonl((uint32_t)number);
		return 0;
	}
	if (length == 0 || length > 4)
		return error_usage(err, "service: a number, or one to four characters, was expected");
	memcpy(padded, text, length);
	memcpy(code, padded, sizeof(*code));
	return 0;
}

static int dccp_check(struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "service");
	uint32_t code;

	if (setting != NULL && read_service(target, &code, err) < 0)
		return target_error_setting(target, setting, err);
	return ip_check(target, err);
}

/* Without a code the kernel does not connect. */
static int dccp_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err)
{
	uint32_t code;

	if (read_service(target, &code, err) < 0)
		return -1;
	sockopt_list_add(list, SOL_DCCP, DCCP_SOCKOPT_SERVICE, &code, sizeof(code))->name = "service";
	return ip_settings(target, domain, list, err);
}

static void dccp_note(const struct endpoint *endpoint, struct buf *out)
{
	int bytes = 0;
	socklen_t length = sizeof(bytes);

	if (getsockopt(endpoint->in, SOL_DCCP, DCCP_SOCKOPT_GET_CUR_MPS, &bytes, &length) == 0)
		buf_print(out, "packets of %d bytes at most", bytes);
}

static int dccp_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	int bytes = 0;
	socklen_t length = sizeof(bytes);
	int sent = message_send(endpoint->out, message, err);

	if (sent < 0 && errno == EMSGSIZE &&
	    getsockopt(endpoint->out, SOL_DCCP, DCCP_SOCKOPT_GET_CUR_MPS, &bytes, &length) == 0)
		error_hint(err, "a packet holds at most %d bytes here; DCCP never cuts a message up", bytes);
	return sent;
}

static const struct endpoint_ops dccp_ops = { .send = dccp_send };

static void dccp_explain_error(const struct target *target, struct error *err)
{
	if (err->code == EBADRQC)
		error_hint(err, "the listener there has another service code: service=CODE");
	else
		ip_explain_error(target, err);
}

/* clang-format off */
#define DCCP_SLOTS .types = types, .protocol = IPPROTO_DCCP, .parameters = parameters, \
	.step = STEP_CONNECT, .module = "dccp_ipv4", .check = dccp_check, .resolve = ip_resolve, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.admit = ip_peer_admit, .source = ip_peer_source, \
	.settings = dccp_settings, .note = dccp_note, .ops = &dccp_ops, \
	.explain_error = dccp_explain_error
/* clang-format on */

const struct family dccp_family = {
	.shape = { .name = "dccp", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "DCCP over IPv6 or IPv4: datagrams with congestion control",
	.domain = AF_UNSPEC,
	.levels = levels,
	DCCP_SLOTS,
};

const struct family dccp4_family = {
	.shape = { .name = "dccp4", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "DCCP over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	DCCP_SLOTS,
};

const struct family dccp6_family = {
	.shape = { .name = "dccp6", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "DCCP over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	DCCP_SLOTS,
};
