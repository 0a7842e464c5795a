/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an endpoint tells of itself, as $c.port and as verbs; getsockname(2), socket(7), fcntl(2). */
#include "base/json.h"
#include "base/memory.h"
#include "option/flags.h"
#include "shell/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* rtt.p99, rtt.min, rtt.count: of the answers so far. */
static int trip_attribute(struct channel *channel, const char *name, struct buf *out)
{
	struct trips *trips = &channel->trips;
	const char *rank;

	if (strcmp(name, "count") == 0)
		return buf_print(out, "%zu", trips->count) == 0;
	for (size_t i = 0; trips->count > 0 && (rank = trips_rank_name(i)) != NULL; i++)
		if (strcmp(rank, name) == 0)
			return buf_print(out, "%.3fms", (double)trips_rank(trips, i) / NANOSECONDS_PER_MILLISECOND) == 0;
	return 0;
}

/* What the family says of the address, as explain does: port, cid, path ... */
static int address_attribute(struct shell *shell, const struct channel *channel,
			     const struct address *address, const char *name, struct buf *out,
			     struct error *err)
{
	const struct endpoint *endpoint =
		channel->listener.count > 0 ? &channel->listener.endpoints[0] : &channel->endpoint;
	const struct target *target = endpoint->target;
	cleanup_buf struct buf text = { 0 };
	struct json json = { .out = &text };

	if (target == NULL || target->family->describe_address == NULL || address->length == 0)
		return 0;
	json_open_object(&json, NULL);
	target->family->describe_address(address, &json);
	json_close_object(&json);
	return field_find(shell, buf_text(&text), name, out, err);
}

static bool print_sent(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	(void)shell;
	return buf_print(out, "%" PRIu64, channel->sent) == 0;
}

static bool print_received(const struct shell *shell, const struct channel *channel,
			   struct buf *out)
{
	(void)shell;
	return buf_print(out, "%" PRIu64, channel->received) == 0;
}

static bool print_unread(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	(void)shell;
	return buf_print(out, "%zu", channel->in.length + channel->letter_count) == 0;
}

static bool print_fd(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	(void)shell;
	return buf_print(out, "%d", channel_descriptor(channel)) == 0;
}

static bool print_state(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	(void)shell;
	return buf_add_string(out, channel_state(channel)) == 0;
}

/* An option of SOL_SOCKET that is a number; false where it is no socket. */
static bool ask_socket(const struct channel *channel, int option, int *value)
{
	socklen_t length = sizeof(*value);

	return getsockopt(channel_descriptor(channel), SOL_SOCKET, option, value, &length) == 0;
}

static bool print_symbol(enum flags table, int value, struct buf *out)
{
	const char *symbol = value != 0 || table != FLAGS_none ? flags_symbol(table, value) : NULL;

	return (symbol != NULL ? buf_add_string(out, symbol) : buf_print(out, "%d", value)) == 0;
}

static bool print_family(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	int domain;

	(void)shell;
	return ask_socket(channel, SO_DOMAIN, &domain) && print_symbol(FLAGS_domain, domain, out);
}

static bool print_type(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	int type;

	(void)shell;
	return ask_socket(channel, SO_TYPE, &type) && print_symbol(FLAGS_type, type, out);
}

static bool print_proto(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	static const struct {
		int domain;
		enum flags table;
	} tables[] = {
		{ AF_INET, FLAGS_protocol },	 { AF_INET6, FLAGS_protocol },
		{ AF_NETLINK, FLAGS_netlink },	 { AF_CAN, FLAGS_can_protocol },
		{ AF_BLUETOOTH, FLAGS_btproto },
	};
	int domain, protocol;

	(void)shell;
	if (!ask_socket(channel, SO_DOMAIN, &domain) ||
	    !ask_socket(channel, SO_PROTOCOL, &protocol))
		return false;
	for (size_t i = 0; i < array_length(tables); i++)
		if (tables[i].domain == domain)
			return print_symbol(tables[i].table, protocol, out);
	return buf_print(out, "%d", protocol) == 0;
}

static nanoseconds patience_of(const struct shell *shell, const struct channel *channel)
{
	return channel->patience >= 0 ? channel->patience : shell->timeout;
}

static bool print_timeout(const struct shell *shell, const struct channel *channel, struct buf *out)
{
	nanoseconds patience = patience_of(shell, channel);

	return (patience == DEADLINE_NEVER
			? buf_add_string(out, "none")
			: buf_print(out, "%gs", (double)patience / NANOSECONDS_PER_SECOND)) == 0;
}

static bool print_blocking(const struct shell *shell, const struct channel *channel,
			   struct buf *out)
{
	return buf_add_string(out, patience_of(shell, channel) > 0 ? "on" : "off") == 0;
}

static bool print_inheritable(const struct shell *shell, const struct channel *channel,
			      struct buf *out)
{
	int flags = fcntl(channel_descriptor(channel), F_GETFD);

	(void)shell;
	return flags >= 0 && buf_add_string(out, flags & FD_CLOEXEC ? "off" : "on") == 0;
}

static const struct {
	const char *name;
	bool (*print)(const struct shell *shell, const struct channel *channel, struct buf *out);
} attributes[] = {
	{ "sent", print_sent },
	{ "received", print_received },
	{ "unread", print_unread },
	{ "fd", print_fd },
	{ "state", print_state },
	{ "family", print_family },
	{ "type", print_type },
	{ "proto", print_proto },
	{ "timeout", print_timeout },
	{ "blocking", print_blocking },
	{ "inheritable", print_inheritable },
};

const char *attribute_at(size_t i)
{
	static const char *const others[] = { "local", "peer", "port", "rtt.min", "rtt.p50", "rtt.p90",
					      "rtt.p99", "rtt.max", "rtt.count" };
	size_t own = array_length(attributes);

	if (i < own)
		return attributes[i].name;
	return i - own < array_length(others) ? others[i - own] : NULL;
}

static int own_attribute(const struct shell *shell, const struct channel *channel, const char *name,
			 struct buf *out)
{
	for (size_t i = 0; i < array_length(attributes); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return attributes[i].print(shell, channel, out);
	return 0;
}

int channel_attribute(struct shell *shell, struct channel *channel, const char *name,
		      struct buf *out, struct error *err)
{
	const struct endpoint *endpoint =
		channel->listener.count > 0 ? &channel->listener.endpoints[0] : &channel->endpoint;
	struct address local = { 0 }, peer = { 0 };
	int found = own_attribute(shell, channel, name, out);

	if (found != 0 || strncmp(name, "rtt.", 4) == 0)
		return found != 0 ? found : trip_attribute(channel, name + 4, out);
	if (channel->process != NULL)
		return process_attribute(shell, channel, name, out, err);
	if (endpoint->target == NULL)
		return 0;
	endpoint_addresses(endpoint, &local, &peer);
	if (strcmp(name, "peer") == 0)
		endpoint_print_peer(endpoint, out);
	else if (strcmp(name, "local") == 0)
		endpoint_print_local(endpoint, out);
	else if (strncmp(name, "peer.", 5) == 0)
		return address_attribute(shell, channel, &peer, name + 5, out, err);
	else
		return address_attribute(shell, channel, &local, name, out, err);
	return 1;
}
