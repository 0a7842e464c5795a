/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any socket that the kernel has, its address given as bytes; socket(2), address_families(7). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { SOCKET_DOMAIN, SOCKET_TYPE, SOCKET_PROTOCOL, SOCKET_ADDRESS };

#define ADDRESS_MAXIMUM (sizeof(struct sockaddr_storage) - sizeof(sa_family_t))

static const struct name domains[] = {
	{ "unix", AF_UNIX, NULL },	     { "local", AF_UNIX, NULL },
	{ "inet", AF_INET, NULL },	     { "inet6", AF_INET6, NULL },
	{ "alg", AF_ALG, NULL },	     { "appletalk", AF_APPLETALK, NULL },
	{ "atmpvc", AF_ATMPVC, NULL },	     { "atmsvc", AF_ATMSVC, NULL },
	{ "ax25", AF_AX25, NULL },	     { "bluetooth", AF_BLUETOOTH, NULL },
	{ "caif", AF_CAIF, NULL },	     { "can", AF_CAN, NULL },
	{ "ib", AF_IB, NULL },		     { "ieee802154", AF_IEEE802154, NULL },
	{ "ipx", AF_IPX, NULL },	     { "isdn", AF_ISDN, NULL },
	{ "iucv", AF_IUCV, NULL },	     { "kcm", AF_KCM, NULL },
	{ "key", AF_KEY, NULL },	     { "llc", AF_LLC, NULL },
	{ "mctp", 45, NULL },		     { "mpls", AF_MPLS, NULL },
	{ "netlink", AF_NETLINK, NULL },     { "netrom", AF_NETROM, NULL },
	{ "nfc", AF_NFC, NULL },	     { "packet", AF_PACKET, NULL },
	{ "phonet", AF_PHONET, NULL },	     { "pppox", AF_PPPOX, NULL },
	{ "qipcrtr", AF_QIPCRTR, NULL },     { "rds", AF_RDS, NULL },
	{ "rose", AF_ROSE, NULL },	     { "rxrpc", AF_RXRPC, NULL },
	{ "smc", AF_SMC, NULL },	     { "tipc", AF_TIPC, NULL },
	{ "vsock", AF_VSOCK, NULL },	     { "x25", AF_X25, NULL },
	{ "xdp", AF_XDP, NULL },	     { NULL, 0, NULL },
};

static const struct name type_names[] = {
	{ "stream", SOCK_STREAM, NULL },       { "dgram", SOCK_DGRAM, NULL },
	{ "raw", SOCK_RAW, NULL },	       { "rdm", SOCK_RDM, NULL },
	{ "seqpacket", SOCK_SEQPACKET, NULL }, { "dccp", SOCK_DCCP, NULL },
	{ "packet", SOCK_PACKET, NULL },       { NULL, 0, NULL },
};

static const struct name protocols[] = {
	{ "icmp", IPPROTO_ICMP, NULL },	    { "tcp", IPPROTO_TCP, NULL },
	{ "udp", IPPROTO_UDP, NULL },	    { "dccp", IPPROTO_DCCP, NULL },
	{ "icmpv6", IPPROTO_ICMPV6, NULL }, { "sctp", IPPROTO_SCTP, NULL },
	{ "udplite", IPPROTO_UDPLITE, NULL }, { "mptcp", IPPROTO_MPTCP, NULL },
	{ "raw", IPPROTO_RAW, NULL },	    { NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "domain", .help = "AF_ number or name", .type = FIELD_NUMBER, .names = domains, .maximum = UINT16_MAX },
	{ .name = "type", .help = "SOCK_ number or name", .type = FIELD_NUMBER, .names = type_names, .maximum = 10 },
	{ .name = "protocol", .help = "number or name; 0: the usual one", .type = FIELD_NUMBER, .has_default = true, .names = protocols, .maximum = INT32_MAX },
	{ .name = "address", .help = "what follows the family in the sockaddr, as hex digits", .kind = FIELD_REST, .has_default = true },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "rdm", .type = SOCK_RDM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_HALF, .messages = true },
	{ .name = "dccp", .type = SOCK_DCCP, .end = END_WHOLE, .messages = true },
	{ .name = "packet", .type = SOCK_PACKET, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

/* The same where the domain has no half-close. */
static const struct family_type whole_types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE, .messages = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, -1 };

static const struct family_type *find_type(const struct family_type *table, int number)
{
	for (; table->name != NULL; table++)
		if (table->type == number)
			return table;
	return NULL;
}

static const struct family_type *type_of(int domain, int number)
{
	bool is_local = domain == AF_UNIX || domain == AF_VSOCK;
	bool has_half = is_local || (number == SOCK_STREAM &&
				     (domain == AF_INET || domain == AF_INET6 || domain == AF_SMC));
	const struct family_type *whole = has_half ? NULL : find_type(whole_types, number);

	return whole != NULL ? whole : find_type(types, number);
}

/* "hex:0011" or "0011": the bytes behind the family. */
static int read_address(const char *text, struct buf *bytes, struct error *err)
{
	if (strncasecmp(text, "hex:", 4) == 0)
		text += 4;
	if (bytes_read_hex(text, strlen(text), bytes, err) < 0)
		return -1;
	if (bytes->length <= ADDRESS_MAXIMUM)
		return 0;
	return error_usage(err, "an address has at most %zu bytes", ADDRESS_MAXIMUM);
}

static int check_address(const char *text, struct error *err)
{
	cleanup_buf struct buf bytes = { 0 };

	return read_address(text, &bytes, err);
}

/* Datagrams of these are sent to an address each: connect(2) is for their other types. */
static bool has_no_connect(int domain)
{
	return domain == AF_LLC || domain == AF_PHONET;
}

static int socket_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");

	target->protocol = (int)target->fields[SOCKET_PROTOCOL].number;
	target->type = type_of((int)target->fields[SOCKET_DOMAIN].number,
			       (int)target->fields[SOCKET_TYPE].number);
	if (target->type == NULL) {
		error_usage(err, "socket: type: stream, dgram, raw, rdm, seqpacket, dccp or packet "
				 "expected");
		return target_error_field(target, SOCKET_TYPE, err);
	}
	if (target->role == ROLE_CONNECT && target->type->no_listen &&
	    has_no_connect((int)target->fields[SOCKET_DOMAIN].number))
		target->step = STEP_NONE;
	if (check_address(target->fields[SOCKET_ADDRESS].text, err) < 0) {
		error_context(err, "socket: address");
		return target_error_field(target, SOCKET_ADDRESS, err);
	}
	if (bind == NULL || check_address(bind->value.bytes, err) == 0)
		return 0;
	error_context(err, "bind");
	return target_error_setting(target, bind, err);
}

static int make_address(const struct target *target, const char *text, struct address *address,
			struct error *err)
{
	cleanup_buf struct buf bytes = { 0 };

	if (read_address(text, &bytes, err) < 0)
		return -1;
	*address = (struct address){ .length = (socklen_t)(sizeof(sa_family_t) + bytes.length) };
	address->any.sa_family = (sa_family_t)target->fields[SOCKET_DOMAIN].number;
	memcpy((char *)&address->storage + sizeof(sa_family_t), buf_text(&bytes), bytes.length);
	return 0;
}

static int socket_resolve(const struct target *target, enum address_end end, bool may_block,
			  struct address_list *list, struct error *err)
{
	const char *text = end == ADDRESS_PEER ? target->fields[SOCKET_ADDRESS].text :
						 target->common.bind;
	struct address address;

	(void)may_block;
	if (text == NULL)
		return 0;
	if (make_address(target, text, &address, err) < 0)
		return -1;
	address_list_add(list, &address.storage, address.length);
	return 0;
}

static int send_to(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	const struct target *target = endpoint->target;
	struct message addressed = *message;

	if (make_address(target, target->fields[SOCKET_ADDRESS].text, &addressed.peer, err) < 0)
		return -1;
	return message_send(endpoint->out, &addressed, err);
}

static const struct endpoint_ops unconnected_ops = { .send = send_to };

static void socket_add_calls(const struct target *target, struct buf *out)
{
	if (target->step == STEP_NONE)
		buf_print(out, "sendmsg(fd, to hex:%s)\n", target->fields[SOCKET_ADDRESS].text);
}

static int socket_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	(void)err;
	if (target->step == STEP_NONE)
		endpoint->ops = &unconnected_ops;
	return 0;
}

static void socket_print_address(const struct target *target, const struct address *address,
				 struct buf *out)
{
	const struct target_field *field = target->fields;

	buf_print(out, "%s:%s:%s:hex:", field[SOCKET_DOMAIN].text, field[SOCKET_TYPE].text,
		  field[SOCKET_PROTOCOL].text);
	if (address->length > sizeof(sa_family_t))
		bytes_print_hex(out, (const char *)&address->storage + sizeof(sa_family_t),
				address->length - sizeof(sa_family_t));
}

static void socket_describe_address(const struct address *address, struct json *json)
{
	json_integer(json, "family", address->any.sa_family);
	if (address->length > sizeof(sa_family_t))
		json_hex(json, "address", (const char *)&address->storage + sizeof(sa_family_t),
			 address->length - sizeof(sa_family_t));
}

const struct family socket_family = {
	.shape = { .name = "socket", .roles = ROLES_ALL, .fields = fields },
	.summary = "any socket of the kernel, by numbers and bytes",
	.domain = -1,
	.protocols = protocols,
	.types = types,
	.levels = levels,
	.step = STEP_CONNECT,
	.check = socket_check,
	.resolve = socket_resolve,
	.print_address = socket_print_address,
	.describe_address = socket_describe_address,
	.add_calls = socket_add_calls,
	.ready = socket_ready,
};
