/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that open, show and close endpoints. */
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "core/socket.h"
#include "shell/match.h"
#include "shell/opener.h"
#include "shell/tunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int run_open(struct shell *shell, const struct step *step, struct error *err)
{
	char *word = term_text(shell, &step->fillings[1].term, err);

	return word != NULL &&
			       opener_open(shell, step, step->fillings[0].name, word, err) != NULL ?
		       0 :
		       -1;
}

static int run_listen(struct shell *shell, const struct step *step, struct error *err)
{
	char *word = term_text(shell, &step->fillings[1].term, err);

	return word != NULL && opener_listen(shell, step->fillings[0].name, word, err) != NULL ? 0 : -1;
}

static int run_accept(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *listener = shell_need(shell, step, 0, err);

	return listener != NULL && opener_accept(shell, step, listener, step->as, err) != NULL ? 0 : -1;
}

static int run_close(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL)
		return -1;
	if (channel->in.length > 0 || channel->letters != NULL)
		shell_say(shell, "%s: what came and was not read is gone", channel->name);
	journal_add(&shell->journal, "%s closed", channel->name);
	shell_remove(shell, channel);
	return 0;
}

/* The end as the family shows it, which may have to wait for room. */
static int finish(struct shell *shell, const struct step *step, struct channel *channel,
		  struct error *err)
{
	nanoseconds until = shell_deadline(shell, step);

	while (endpoint_finish(&channel->endpoint) < 0) {
		int waited = errno == EAGAIN ? shell_wait_output(shell, channel, until, err) : -2;

		if (waited == -2)
			return error_system(err, "%s: end", channel->name);
		if (waited <= 0)
			return waited < 0 ? -1 : shell_timed_out(shell, step, channel->name, err);
	}
	return 0;
}

static int run_shut(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	const char *end = step->fillings[1].given ? step->fillings[1].name : "write";

	if (channel == NULL)
		return -1;
	journal_add(&shell->journal, "%s > end (%s)", channel->name, end);
	if (strcmp(end, "write") == 0)
		return finish(shell, step, channel, err);
	if (shutdown(channel->endpoint.out, strcmp(end, "read") == 0 ? SHUT_RD : SHUT_RDWR) < 0)
		return error_system(err, "%s: shutdown", channel->name);
	return 0;
}

/* With nothing to linger for, close(2) of a TCP socket sends RST. */
static int run_reset(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	struct linger none = { .l_onoff = 1 };

	if (channel == NULL)
		return -1;
	if (channel->tunnel != NULL)
		return tunnel_end(channel->tunnel, true);
	if (!channel->endpoint.is_socket ||
	    setsockopt(channel->endpoint.out, SOL_SOCKET, SO_LINGER, &none, sizeof(none)) < 0)
		return error_usage(err, "%s is no socket that could be reset", channel->name);
	journal_add(&shell->journal, "%s > reset", channel->name);
	shell_remove(shell, channel);
	return 0;
}

static int run_ls(struct shell *shell, const struct step *step, struct error *err)
{
	(void)step;
	(void)err;
	for (size_t i = 0; i < shell->channel_count; i++) {
		const struct channel *channel = shell->channels[i];
		cleanup_buf struct buf line = { 0 };

		failure_describe_channel(channel, &line);
		buf_truncate(&line, line.length - 1);
		if (channel->in.length > 0 || channel->letter_count > 0)
			buf_print(&line, ", %zu here", channel->in.length + channel->letter_count);
		buf_print(&line, ", %" PRIu64 " sent, %" PRIu64 " received\n", channel->sent,
			  channel->received);
		fputs(buf_text(&line) + 2, shell->host->out);
	}
	return 0;
}

static int run_pair(struct shell *shell, const struct step *step, struct error *err)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return error_system(err, "socketpair");
	for (size_t i = 0; i < 2; i++) {
		if (descriptor_channel(shell, step->fillings[i].name, fds[i], err) == 0)
			continue;
		close(fds[i]);
		if (i == 0)
			close(fds[1]);
		return -1;
	}
	return 0;
}

static int run_dup(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	int copy;

	if (channel == NULL)
		return -1;
	copy = fcntl(channel->endpoint.in, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return error_system(err, "%s: dup", channel->name);
	if (descriptor_channel(shell, step->as, copy, err) == 0)
		return 0;
	close(copy);
	return -1;
}

static const struct slot open_slots[] = {
	{ "NAME", SLOT_NEW, false, NULL }, { "SPEC", SLOT_SPEC, false, NULL }, { .name = NULL }
};
static const struct slot endpoint_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					      { .name = NULL } };
static const struct slot shut_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					  { "read|write|both", SLOT_END, true, NULL },
					  { .name = NULL } };
static const struct slot pair_slots[] = {
	{ "NAME", SLOT_NEW, false, NULL }, { "NAME", SLOT_NEW, false, NULL }, { .name = NULL }
};
static const struct slot no_slots[] = { { .name = NULL } };

const struct verb endpoint_verbs[] = {
	{ "open", "connect", "opens a spec of any family and waits until it is there", open_slots, run_open, "open c tcp:localhost:80", false, false },
	{ "listen", NULL, "listens; returns when others can connect, and $NAME is how", open_slots, run_listen, "listen s tcp:127.0.0.1:0", false, false },
	{ "accept", NULL, "waits for a connection to what listens", endpoint_slots, run_accept, "accept s as p", true, true },
	{ "socketpair", NULL, "two endpoints that are joined", pair_slots, run_pair, "socketpair a b", false, false },
	{ "dup", NULL, "another endpoint of the same descriptor", endpoint_slots, run_dup, "dup c as c2", true, true },
	{ "shut", "shutdown", "ends the sending side, or read, or both", shut_slots, run_shut, "shut c", false, false },
	{ "reset", NULL, "breaks the connection: RST", endpoint_slots, run_reset, "reset c", false, false },
	{ "close", NULL, "closes an endpoint", endpoint_slots, run_close, "close c", false, false },
	{ "ls", "endpoints", "what is open, its state, queues and counts", no_slots, run_ls, "ls", false, false },
	{ .name = NULL },
};

static int compare_durations(const void *a, const void *b)
{
	nanoseconds x = *(const nanoseconds *)a, y = *(const nanoseconds *)b;

	return x < y ? -1 : x > y;
}

/* rtt.p99, rtt.min, rtt.count: of the answers so far. */
static int trip_attribute(struct channel *channel, const char *name, struct buf *out)
{
	static const struct {
		const char *name;
		unsigned int percent;
	} ranks[] = { { "min", 0 }, { "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "max", 100 } };
	size_t count = channel->trip_count;

	if (strcmp(name, "count") == 0)
		return buf_print(out, "%zu", count) == 0;
	if (count == 0)
		return 0;
	qsort(channel->trips, count, sizeof(*channel->trips), compare_durations);
	for (size_t i = 0; i < array_length(ranks); i++)
		if (strcmp(ranks[i].name, name) == 0) {
			size_t rank = (count * ranks[i].percent + 99) / 100;

			return buf_print(out, "%.3fms",
					 (double)channel->trips[rank > 0 ? rank - 1 : 0] /
						 NANOSECONDS_PER_MILLISECOND) == 0;
		}
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

static int count_attribute(const struct channel *channel, const char *name, struct buf *out)
{
	if (strcmp(name, "sent") == 0)
		return buf_print(out, "%" PRIu64, channel->sent) == 0;
	if (strcmp(name, "received") == 0)
		return buf_print(out, "%" PRIu64, channel->received) == 0;
	if (strcmp(name, "fd") == 0)
		return buf_print(out, "%d", channel->listening >= 0 ? channel->listening : channel->endpoint.in) == 0;
	if (strcmp(name, "state") == 0)
		return buf_add_string(out, channel_state(channel)) == 0;
	if (strcmp(name, "unread") == 0)
		return buf_print(out, "%zu", channel->in.length + channel->letter_count) == 0;
	if (strcmp(name, "family") == 0 && channel->codec.target != NULL)
		return buf_add_string(out, channel->codec.target->family->shape.name) == 0;
	return 0;
}

int channel_attribute(struct shell *shell, struct channel *channel, const char *name,
		      struct buf *out, struct error *err)
{
	const struct endpoint *endpoint =
		channel->listener.count > 0 ? &channel->listener.endpoints[0] : &channel->endpoint;
	struct address local = { 0 }, peer = { 0 };
	int found = count_attribute(channel, name, out);

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
