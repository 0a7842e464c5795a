/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reliable datagrams between two addresses of IP; rds(7) of rds-tools, linux/rds.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/endpoint.h"
#include "family/ip.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* after the C library's, whose addresses it then takes */
#include <linux/rds.h>

static const struct shape_field fields[] = {
	{ .name = "host", .help = "name or address; empty: loopback", .kind = FIELD_HOST, .has_default = true },
	{ .name = "port", .help = "number or service name; 0: the kernel chooses" },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_NONE, .messages = true, .no_listen = true, .blind = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_RDS, SOL_SOCKET, -1 };

static int query_of(const struct target *target, enum address_end end, struct ip_text *bind,
		    struct ip_query *query, struct error *err)
{
	const char *port = target->fields[IP_PORT].text;

	query->host = target->fields[IP_HOST].text;
	query->passive = end == ADDRESS_LOCAL || target->role != ROLE_CONNECT;
	query->only_local = true; /* the kernel binds to no wildcard */
	if (target->common.bind != NULL && ip_text_read(target->common.bind, bind, err) < 0)
		return -1;
	if (query->passive && target->common.bind != NULL) {
		query->host = bind->host;
		port = bind->port != NULL ? bind->port : end == ADDRESS_LOCAL ? "0" : port;
	}
	return ip_port(port, "udp", true, &query->port, err);
}

static int rds_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct ip_query query = { .may_block = may_block, .domain = (int)target->preferred_domain };
	struct ip_text bind = { 0 };
	int result = 0;

	if (end == ADDRESS_LOCAL && target->common.bind == NULL)
		return 0;
	result = query_of(target, end, &bind, &query, err);
	if (result == 0)
		result = ip_addresses(&query, list, err);
	ip_text_release(&bind);
	return result;
}

/* The address of ours that a datagram to the peer would have. */
static int find_source(const struct address *peer, struct address *local)
{
	cleanup_close int fd = socket(peer->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, &peer->any, peer->length) < 0)
		return -1;
	address_of_socket(fd, local);
	/* Port 0: a free one. Both versions have it in the same place. */
	((struct sockaddr_in *)(void *)&local->storage)->sin_port = 0;
	return 0;
}

/* Nothing can be sent from a socket without an address. */
static int bind_source(int fd, struct error *err)
{
	struct address peer = { 0 }, local = { 0 };

	address_of_peer(fd, &peer);
	if (peer.length == 0)
		return 0;
	if (find_source(&peer, &local) < 0)
		return error_system(err, "find our address");
	if (bind(fd, &local.any, local.length) < 0)
		return error_system(err, "bind");
	return 0;
}

/* Bytes of one of the kernel's lists of messages that come from a port of ours. */
static int64_t count_messages(int fd, int list, uint16_t port)
{
	cleanup_free char *bytes = NULL;
	socklen_t length = 0;
	int64_t sum = 0;
	int size = getsockopt(fd, SOL_RDS, list, NULL, &length);

	if (size < 0 && errno != ENOSPC)
		return -1;
	/* Others may send meanwhile. */
	length += 16 * sizeof(struct rds_info_message);
	bytes = memory_new(length);
	size = getsockopt(fd, SOL_RDS, list, bytes, &length);
	if (size < (int)sizeof(struct rds_info_message))
		return size < 0 && errno != ENOSPC ? -1 : size < 0 ? 1 : 0;
	for (size_t i = 0; i + (size_t)size <= length; i += (size_t)size) {
		struct rds_info_message message;

		memcpy(&message, bytes + i, sizeof(message));
		if (message.lport == port)
			sum += message.len > 0 ? message.len : 1;
	}
	return sum;
}

/* Closing drops what the peer did not acknowledge, so that the end has to wait for it. */
static int64_t rds_pending(struct endpoint *endpoint, struct error *err)
{
	struct address local = { 0 };
	int64_t queued, sent;

	(void)err;
	address_of_socket(endpoint->out, &local);
	queued = count_messages(endpoint->out, RDS_INFO_SEND_MESSAGES, htons(ip_port_of(&local)));
	sent = count_messages(endpoint->out, RDS_INFO_RETRANS_MESSAGES, htons(ip_port_of(&local)));
	return queued < 0 || sent < 0 ? -1 : queued + sent;
}

static const struct endpoint_ops rds_ops = { .pending = rds_pending };

static void rds_add_calls(const struct target *target, struct buf *out)
{
	if (target->role == ROLE_CONNECT && target->common.bind == NULL)
		buf_add_string(out, "bind(fd, our address that leads there, port 0)\n");
}

static int rds_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	endpoint->ops = &rds_ops;
	if (target->role != ROLE_CONNECT || target->common.bind != NULL)
		return 0;
	return bind_source(endpoint->out, err);
}

static void rds_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EADDRNOTAVAIL:
		error_hint(err, "no transport of RDS has that address of ours; as root: modprobe rds_tcp");
		break;
	case ENOBUFS:
	case EAGAIN:
		error_hint(err, "the receiver is congested: it reads more slowly than we send");
		break;
	case EMSGSIZE:
		error_hint(err, "a larger send buffer takes larger messages: so-sndbuf=1M");
		break;
	case EINVAL:
		error_hint(err, "RDS wants an address of an interface, neither a wildcard nor multicast");
		break;
	case EADDRINUSE:
		error_hint(err, "another program has that port; port 0 takes a free one");
		break;
	default:
		ip_explain_error(target, err);
		break;
	}
}

const struct family rds_family = {
	.shape = { .name = "rds", .roles = ROLES_ALL, .fields = fields },
	.summary = "reliable datagrams between addresses of IP",
	.domain = AF_RDS,
	.types = types,
	.levels = levels,
	.step = STEP_CONNECT,
	.module = "rds_tcp",
	.check = ip_check,
	.resolve = rds_resolve,
	.print_address = ip_print_address,
	.describe_address = ip_describe_address,
	.add_calls = rds_add_calls,
	.ready = rds_ready,
	.explain_error = rds_explain_error,
};
