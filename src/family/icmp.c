/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Echo requests of ICMP and ICMPv6, without privilege where the system allows; icmp(7), RFC 792, RFC 4443. */
#include "base/memory.h"
#include "core/endpoint.h"
#include "family/ip.h"
#include "family/ip_datagram.h"
#include "family/ip_options.h"
#include "family/ip_peer.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct shape_field fields[] = {
	{ .name = "host", .help = "name or address; empty: this host", .kind = FIELD_HOST, .has_default = true },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "dgram",
	  .type = SOCK_DGRAM,
	  .end = END_NONE,
	  .messages = true,
	  .no_listen = true,
	  .forbidden = "the groups that may are in the sysctl net.ipv4.ping_group_range; as root "
		       "type=raw does without" },
	{ .name = "raw",
	  .type = SOCK_RAW,
	  .end = END_NONE,
	  .messages = true,
	  .no_listen = true,
	  .forbidden = "raw sockets need CAP_NET_RAW: run it as root or give the program that "
		       "capability" },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	IP_DATAGRAM_PARAMETERS,
	{ .name = "header", .type = VALUE_FLAG, .help = "messages begin with the ICMP header, whatever their type" },
	{ .name = NULL },
};

static const int levels[] = { SOL_RAW, IPPROTO_ICMPV6, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { SOL_RAW, SOL_SOCKET, IPPROTO_IP, -1 };
static const int levels6[] = { IPPROTO_ICMPV6, SOL_SOCKET, IPPROTO_IPV6, -1 };

/* The header of an echo, the same in both versions. */
struct echo {
	uint8_t type, code;
	uint16_t checksum, id, sequence;
};

static bool is_raw(const struct endpoint *endpoint)
{
	return endpoint->target->type->type == SOCK_RAW;
}

/* Whether messages are whole ones of ICMP rather than what an echo carries. */
static bool has_header(const struct target *target)
{
	return target->role != ROLE_CONNECT || target_flag(target, "header");
}

/* RFC 1071; the bytes are in network order and so is the sum. */
static uint16_t checksum(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	if (length % 2 == 1)
		sum += (uint32_t)at[length - 1] << 8;
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static int echo_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct ip_datagram *state = endpoint->state;
	cleanup_buf struct buf packet = { 0 };
	struct echo echo = { .type = state->domain == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
			     .id = state->id,
			     .sequence = htons((uint16_t)(state->sequence + 1)) };
	struct message whole = *message;
	int sent;

	buf_add(&packet, &echo, sizeof(echo));
	buf_add(&packet, message->data, message->length);
	if (is_raw(endpoint) && state->domain == AF_INET) {
		echo.checksum = checksum(packet.data, packet.length);
		memcpy(packet.data, &echo, sizeof(echo));
	}
	whole.data = packet.data;
	whole.length = packet.length;
	sent = ip_datagram_send(endpoint, &whole, err);
	if (sent == 1)
		state->sequence++;
	return sent;
}

/* Takes the header off an answer to us; false where it is something else. */
static bool take_echo(const struct endpoint *endpoint, struct message *message)
{
	const struct ip_datagram *state = endpoint->state;
	struct echo echo;

	if (message->length < sizeof(echo))
		return false;
	memcpy(&echo, message->data, sizeof(echo));
	if (echo.type != (state->domain == AF_INET6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) ||
	    (is_raw(endpoint) && echo.id != state->id))
		return false;
	message->data += sizeof(echo);
	message->length -= sizeof(echo);
	return true;
}

static int echo_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	const struct ip_datagram *state = endpoint->state;
	int got;

	do {
		got = ip_datagram_receive(endpoint, room, message, err);
		if (got == 1 && is_raw(endpoint) && state->domain == AF_INET)
			ip_drop_header(message);
	} while (got == 1 && !has_header(endpoint->target) && !take_echo(endpoint, message));
	return got;
}

static const struct endpoint_ops echo_ops = { .receive = echo_receive,
					      .send = echo_send,
					      .release = ip_datagram_release };
static const struct endpoint_ops whole_ops = { .receive = echo_receive,
					       .send = ip_datagram_send,
					       .release = ip_datagram_release };

static int icmp_check(struct target *target, struct error *err)
{
	if (target->role == ROLE_BIND && target_setting(target, "type") == NULL)
		target->type++;
	return ip_check_host(target, err);
}

static int icmp_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct ip_datagram *state;

	if (ip_datagram_ready(target, endpoint, err) < 0)
		return -1;
	state = endpoint->state;
	state->id = htons((uint16_t)getpid());
	endpoint->ops = has_header(target) ? &whole_ops : &echo_ops;
	return 0;
}

static void icmp_print_address(const struct target *target, const struct address *address,
			       struct buf *out)
{
	ip_print_host_field(target, address, out);
}

static void icmp_explain_error(const struct target *target, struct error *err)
{
	if (err->code == EPERM || err->code == EACCES)
		error_hint(err, "%s", target->type->forbidden);
	else if (err->code == EMSGSIZE)
		error_hint(err, "an echo carries at most 65507 bytes over IPv4 and 65527 over IPv6");
	else
		ip_explain_error(target, err);
}

/* clang-format off */
#define ICMP_SLOTS .types = types, .parameters = parameters, .step = STEP_CONNECT, \
	.check = icmp_check, .resolve = ip_resolve_host, \
	.print_address = icmp_print_address, .describe_address = ip_describe_address, \
	.source = ip_peer_source, \
	.settings = ip_settings, .ready_settings = ip_datagram_settings, .ready = icmp_ready, .explain_error = icmp_explain_error
#define ICMP_ROLES (ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_BIND))
/* clang-format on */

const struct family icmp_family = {
	.shape = { .name = "icmp", .known_as = NAMES("ping"), .roles = ICMP_ROLES, .fields = fields },
	.summary = "echo requests over IPv6 or IPv4, as ping sends them",
	.domain = AF_UNSPEC,
	.protocol = IPPROTO_ICMP,
	.protocol6 = IPPROTO_ICMPV6,
	.levels = levels,
	ICMP_SLOTS,
};

const struct family icmp4_family = {
	.shape = { .name = "icmp4", .roles = ICMP_ROLES, .fields = fields },
	.summary = "echo requests over IPv4",
	.domain = AF_INET,
	.protocol = IPPROTO_ICMP,
	.levels = levels4,
	ICMP_SLOTS,
};

const struct family icmp6_family = {
	.shape = { .name = "icmp6", .roles = ICMP_ROLES, .fields = fields },
	.summary = "echo requests over IPv6",
	.domain = AF_INET6,
	.protocol = IPPROTO_ICMPV6,
	.module = "ipv6",
	.levels = levels6,
	ICMP_SLOTS,
};
