/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams over IP: errors of other hosts, and answers of sockets without a peer; ip(7), ipv6(7). */
#include "family/ip_datagram.h"

#include "base/memory.h"
#include "core/control.h"
#include "family/ip.h"
#include "family/ip_options.h"
#include "family/ip_peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DATAGRAM_MAXIMUM 65507 /* bytes that UDP over IPv4 takes */
#define REFUSED_IN_A_ROW 64
#define BUSY 8 /* datagrams at once, from which on it pays to have them joined */

static int domain_of(int fd)
{
	int domain = AF_UNSPEC;
	socklen_t length = sizeof(domain);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
	return domain;
}

/* A socket of both versions reaches IPv4 through addresses of IPv6. */
static void map_address(int domain, struct address *address)
{
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6 };
	struct sockaddr_in in;

	if (domain != AF_INET6 || address->length == 0 || address->any.sa_family != AF_INET)
		return;
	memcpy(&in, &address->storage, sizeof(in));
	mapped.sin6_port = in.sin_port;
	mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&mapped.sin6_addr.s6_addr[12], &in.sin_addr, sizeof(in.sin_addr));
	memcpy(&address->storage, &mapped, sizeof(mapped));
	address->length = sizeof(mapped);
}

static int read_to(const struct target *target, struct ip_datagram *state, struct error *err)
{
	const char *text = target_text(target, "to", NULL);
	struct ip_query query = { .may_block = true, .domain = state->domain == AF_INET ? AF_INET : AF_UNSPEC };
	struct address_list list = { 0 };
	struct ip_text parts;
	int result;

	if (text == NULL)
		return 0;
	if (ip_text_read(text, &parts, err) < 0)
		return error_context(err, "to");
	query.host = parts.host;
	result = ip_port(parts.port != NULL ? parts.port : "0", "udp", true, &query.port, err);
	if (result == 0)
		result = ip_addresses(&query, &list, err);
	ip_text_release(&parts);
	if (result == 0) {
		state->to = list.items[0];
		state->is_fixed = true;
		map_address(state->domain, &state->to);
	}
	address_list_release(&list);
	return result < 0 ? error_context(err, "to") : 0;
}

const struct parameter ip_datagram_parameters[] = { IP_DATAGRAM_PARAMETERS, { .name = NULL } };

/*
 * An error that ICMP told of. A socket without a peer goes on to serve the
 * others, and a datagram that was too long for some way is sent in fragments the next time.
 */
static int tell(const struct endpoint *endpoint, struct error *err)
{
	const struct error told = *err;
	bool goes_on = endpoint->target->role != ROLE_CONNECT || err->code == EMSGSIZE;

	if (!goes_on)
		return -1;
	if (told.hint[0] != '\0') {
		error_set(err, told.kind, "%s (%s)", told.text, told.hint);
		err->hint[0] = '\0';
	}
	return ENDPOINT_NOTICE;
}

/* A group or nothing cannot be where an answer comes from. */
static bool is_source(const struct in6_addr *in6)
{
	in_addr_t in = 0;

	if (IN6_IS_ADDR_V4MAPPED(in6))
		memcpy(&in, &in6->s6_addr[12], sizeof(in));
	return !IN6_IS_ADDR_MULTICAST(in6) && !IN6_IS_ADDR_UNSPECIFIED(in6) &&
	       !IN_MULTICAST(ntohl(in)) && in != htonl(INADDR_BROADCAST);
}

static bool is_arrival(const struct control *control)
{
	return (control->level == IPPROTO_IP && control->type == IP_PKTINFO) ||
	       (control->level == IPPROTO_IPV6 && control->type == IPV6_PKTINFO);
}

/* The address that was asked, and the interface only where the address does not say which. */
static void note_asked(struct ip_datagram *state, struct message *message)
{
	struct in_pktinfo four;
	struct in6_pktinfo six;
	const void *found = control_find(message->control, message->control_length, IPPROTO_IPV6,
					 IPV6_PKTINFO, sizeof(six));
	size_t before = state->answers.length;

	if (found != NULL) {
		memcpy(&six, found, sizeof(six));
		if (!IN6_IS_ADDR_LINKLOCAL(&six.ipi6_addr))
			six.ipi6_ifindex = 0;
		if (is_source(&six.ipi6_addr))
			control_add_bytes(&state->answers, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six));
	} else if ((found = control_find(message->control, message->control_length, IPPROTO_IP,
					 IP_PKTINFO, sizeof(four))) != NULL) {
		memcpy(&four, found, sizeof(four));
		four.ipi_ifindex = 0;
		four.ipi_addr.s_addr = 0;
		control_add_bytes(&state->answers, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	}
	message->answer_control = state->answers.data + before;
	message->answer_length = state->answers.length - before;
}

/* Whoever did not ask for the address of arrival has not asked for anything where it is all that came. */
static void hide_own(const struct target *target, struct message *message)
{
	bool asked = target_setting(target, "pktinfo") != NULL ||
		     target_sets(target, IPPROTO_IP, IP_PKTINFO) ||
		     target_sets(target, IPPROTO_IPV6, IPV6_RECVPKTINFO);
	struct control control;
	size_t offset = 0;

	while (!asked && control_next(message->control, message->control_length, &offset, &control))
		asked = !is_arrival(&control);
	if (!asked)
		message->control_length = 0;
}

/* What is kept of messages that came together, to answer them. */
static void note_messages(const struct endpoint *endpoint, struct message *messages, size_t count)
{
	struct ip_datagram *state = endpoint->state;

	if (!state->is_fixed && endpoint->target->role == ROLE_BIND)
		state->to = messages[count - 1].peer;
	if (endpoint->target->role != ROLE_LISTEN)
		return;
	buf_clear(&state->answers);
	buf_reserve(&state->answers, count * CMSG_SPACE(sizeof(struct in6_pktinfo)));
	for (size_t i = 0; i < count; i++) {
		note_asked(state, &messages[i]);
		hide_own(endpoint->target, &messages[i]);
	}
}

/* Where nothing came it may be an error: what the socket itself says of one was in the queue before. */
static int take_error(const struct endpoint *endpoint, int got, struct error *err)
{
	struct error told;

	error_clear(&told);
	if (endpoint->target->role == ROLE_LISTEN ||
	    ip_error_take(endpoint->target, endpoint->in, &told) == 0)
		return got;
	*err = told;
	return tell(endpoint, err);
}

/* Who is kept out is told of once a second, and the descriptors that came along are closed. */
static bool is_kept_out(const struct endpoint *endpoint, const struct message *message,
			struct error *refusal)
{
	if (ip_peer_admits(endpoint->target, &message->peer, refusal) == 0)
		return false;
	control_close_descriptors(message->control, message->control_length);
	return true;
}

static bool is_to_be_told(struct ip_datagram *state)
{
	nanoseconds now = deadline_now();

	if (state->told > 0 && now - state->told < NANOSECONDS_PER_SECOND)
		return false;
	state->told = now;
	return true;
}

int ip_datagram_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	struct error refusal;

	error_clear(&refusal);
	for (int i = 0; i < REFUSED_IN_A_ROW; i++) {
		int got = message_receive(endpoint->in, room, message, err);

		if (got != 1)
			return take_error(endpoint, got, err);
		if (!is_kept_out(endpoint, message, &refusal)) {
			note_messages(endpoint, message, 1);
			return 1;
		}
		if (is_to_be_told(endpoint->state))
			break;
	}
	/* Others have their turn, however many there are. */
	*err = refusal;
	return ENDPOINT_NOTICE;
}

/* Takes those who are kept out of a batch. */
static void drop_kept_out(const struct endpoint *endpoint, struct batch *batch,
			  struct error *refusal)
{
	size_t kept = batch->first;

	if (target_setting(endpoint->target, "peer-ip") == NULL)
		return;
	for (size_t i = batch->first; i < batch->count; i++)
		if (!is_kept_out(endpoint, &batch->messages[i], refusal))
			batch->messages[kept++] = batch->messages[i];
	batch->count = kept;
}

/* Those that the kernel joins have the ancillary data of the first alone: only the address they came to is the same for all. */
static bool may_join(const struct batch *batch)
{
	const struct message *message = &batch->messages[0];
	struct control control;
	size_t offset = 0;

	while (control_next(message->control, message->control_length, &offset, &control))
		if (!is_arrival(&control))
			return false;
	return batch->count >= BUSY;
}

static int datagram_receive_many(struct endpoint *endpoint, struct batch *batch, struct error *err)
{
	struct ip_datagram *state = endpoint->state;
	struct error refusal;
	int got = batch_receive(batch, endpoint->in, BATCH_DATAGRAM, err);

	if (got != 1)
		return take_error(endpoint, got, err);
	error_clear(&refusal);
	drop_kept_out(endpoint, batch, &refusal);
	if (batch_is_empty(batch) && is_to_be_told(state)) {
		*err = refusal;
		return ENDPOINT_NOTICE;
	}
	if (batch_is_empty(batch))
		return 1;
	if (!state->was_busy && may_join(batch)) {
		state->was_busy = true;
		batch_join(endpoint->in);
	}
	note_messages(endpoint, batch->messages, batch->count);
	return 1;
}

/* An error of an earlier datagram to somebody else keeps no other from being sent. */
static int send_again(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct error told = { 0 };
	int sent;

	if (endpoint->target->role == ROLE_BIND && err != NULL && err->code != EMSGSIZE) {
		*err = (struct error){ 0 };
		sent = message_send(endpoint->out, message, err);
		if (sent >= 0)
			return sent;
	}
	/* What no way would take is not the way's fault. */
	if (endpoint->target->role != ROLE_LISTEN && message->length <= DATAGRAM_MAXIMUM &&
	    ip_error_take(endpoint->target, endpoint->out, &told) == 1 && err != NULL)
		*err = told;
	return -1;
}

/* Who gets a message of a socket without a peer. */
static int address_to(const struct endpoint *endpoint, struct message *message, struct error *err)
{
	const struct ip_datagram *state = endpoint->state;

	if (endpoint->target->role != ROLE_BIND)
		return 0;
	if (message->peer.length == 0)
		message->peer = state->to;
	map_address(state->domain, &message->peer);
	if (message->peer.length > 0)
		return 0;
	error_code(err, EDESTADDRREQ, "send");
	return error_hint(err, "nobody was heard yet who could be answered; to=HOST:PORT says who it is for");
}

int ip_datagram_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct message addressed = *message;
	int sent;

	if (address_to(endpoint, &addressed, err) < 0)
		return -1;
	sent = message_send(endpoint->out, &addressed, err);
	return sent < 0 ? send_again(endpoint, &addressed, err) : sent;
}

static int datagram_send_many(struct endpoint *endpoint, struct message *messages, size_t count,
			      struct error *err)
{
	struct ip_datagram *state = endpoint->state;
	struct message first;
	int sent;

	for (size_t i = 0; i < count; i++)
		if (address_to(endpoint, &messages[i], err) < 0)
			return -1;
	sent = batch_send(endpoint->out, &state->segments, messages, count, err);
	if (sent >= 0)
		return sent;
	first = message_first(messages);
	sent = send_again(endpoint, &first, err);
	return sent == 1 && message_drop_first(messages) ?
		       datagram_send_many(endpoint, messages, count, err) :
		       sent;
}

void ip_datagram_release(struct endpoint *endpoint)
{
	struct ip_datagram *state = endpoint->state;

	buf_release(&state->answers);
	free(state);
}

void ip_drop_header(struct message *message)
{
	const struct iphdr *header = (const void *)message->data;
	size_t length = message->length >= sizeof(*header) ? 4 * (size_t)header->ihl : 0;

	if (length > message->length)
		return;
	message->data += length;
	message->length -= length;
}

static const struct endpoint_ops datagram_ops = { .receive = ip_datagram_receive,
						  .send = ip_datagram_send,
						  .receive_many = datagram_receive_many,
						  .send_many = datagram_send_many,
						  .release = ip_datagram_release };

/*
 * A listener: who asks a second address of this host waits for the answer from
 * there. Others hear of errors, on IPv6 also of those of the IPv4 behind it,
 * which raw sockets do not have.
 */
int ip_datagram_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err)
{
	bool is_six = domain == AF_INET6;

	if (target->role == ROLE_LISTEN) {
		sockopt_list_add_number(list, is_six ? IPPROTO_IPV6 : IPPROTO_IP,
					is_six ? IPV6_RECVPKTINFO : IP_PKTINFO, 1)->need = SOCKOPT_OPTIONAL;
		return ip_join_list(target, list, err);
	}
	if (is_six)
		sockopt_list_add_number(list, IPPROTO_IPV6, IPV6_RECVERR, 1);
	sockopt_list_add_number(list, IPPROTO_IP, IP_RECVERR, 1)->need = is_six ? SOCKOPT_OPTIONAL : SOCKOPT_NEEDED;
	return ip_join_list(target, list, err);
}

int ip_datagram_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct ip_datagram *state = memory_new(sizeof(*state));

	endpoint->ops = &datagram_ops;
	endpoint->state = state;
	state->domain = domain_of(endpoint->in);
	return target->role == ROLE_BIND ? read_to(target, state, err) : 0;
}
