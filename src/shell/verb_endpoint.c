/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that open, show and close endpoints. */
#include "base/cleanup.h"
#include "base/code.h"
#include "base/memory.h"
#include "core/socket.h"
#include "shell/group.h"
#include "shell/match.h"
#include "shell/opener.h"
#include "shell/tunnel.h"
#include "shell/words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
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
		return tunnel_cut(channel->tunnel, true, err);
	if (!channel->endpoint.is_socket ||
	    setsockopt(channel->endpoint.out, SOL_SOCKET, SO_LINGER, &none, sizeof(none)) < 0)
		return error_usage(err, "%s is no socket that could be reset", channel->name);
	journal_add(&shell->journal, "%s > reset", channel->name);
	shell_remove(shell, channel);
	return 0;
}

static void print_groups(const struct shell *shell)
{
	char *const *members;
	const char *name;

	for (size_t i = 0; (name = group_at(shell, i, &members)) != NULL; i++) {
		fprintf(shell->host->out, "%s:", name);
		for (size_t k = 0; members[k] != NULL; k++)
			fprintf(shell->host->out, " %s", members[k]);
		fputc('\n', shell->host->out);
	}
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
	print_groups(shell);
	return 0;
}

static int run_group(struct shell *shell, const struct step *step, struct error *err)
{
	const struct filling *filling = &step->fillings[1];
	const char *name = step->fillings[0].name;
	char **members = step_words(shell, filling, err);
	int result = members != NULL ? 0 : -1;

	if (result == 0 && shell_find(shell, name) != NULL)
		result = error_usage(err, "%s is an endpoint", name);
	for (size_t i = 0; result == 0 && members[i] != NULL; i++)
		if (shell_find(shell, members[i]) == NULL) {
			error_usage(err, "there is no open endpoint \"%s\"", members[i]);
			result = source_error(step->source, filling->words[i].place, err);
		}
	if (result == 0)
		group_set(shell, name, members);
	step_words_free(members);
	return result;
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

/* As open, but that it fails is no failure: the symbol of errno, or the kind of error, is what it gives. */
static int run_connect_ex(struct shell *shell, const struct step *step, struct error *err)
{
	char *word = term_text(shell, &step->fillings[1].term, err);
	struct error failed = { 0 };
	const char *symbol = "0";

	if (word == NULL)
		return -1;
	if (opener_open(shell, step, step->fillings[0].name, word, &failed) == NULL) {
		symbol = failed.code != 0 ? code_name(failed.code) : error_kind_name(failed.kind);
		if (shell_is_over(shell)) {
			*err = failed;
			return -1;
		}
	}
	content_release(&shell->got);
	buf_add_string(&shell->got.bytes, symbol != NULL ? symbol : "failed");
	shell->has_got = true;
	if (step->as == NULL)
		fprintf(shell->host->out, "%s\n", buf_text(&shell->got.bytes));
	return 0;
}

/* The descriptor stays open as it is, a duplicate under another number; the endpoint is gone. */
static int run_detach(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	int copy;

	if (channel == NULL)
		return -1;
	copy = fcntl(channel_descriptor(channel), F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return error_system(err, "%s: dup", channel->name);
	shell_remove(shell, channel);
	content_release(&shell->got);
	buf_print(&shell->got.bytes, "%d", copy);
	shell->has_got = true;
	if (step->as == NULL)
		fprintf(shell->host->out, "%d\n", copy);
	return 0;
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
static const struct slot group_slots[] = { { "NAME", SLOT_VARIABLE, false, NULL },
					   { "ENDPOINT", SLOT_ENDPOINTS, false, NULL },
					   { .name = NULL } };
static const struct slot no_slots[] = { { .name = NULL } };

const struct verb endpoint_verbs[] = {
	{ "open", "connect", "opens a spec of any family and waits until it is there", open_slots, run_open, "open c tcp:localhost:80", false, false },
	{ "connect-ex", NULL, "opens; that it fails is no failure, and it gives errno's symbol, or 0", open_slots, run_connect_ex, "connect-ex c tcp:localhost:80 as r", true, false },
	{ "listen", "bind", "listens; returns when others can connect, and $NAME is how", open_slots, run_listen, "listen s tcp:127.0.0.1:0", false, false },
	{ "accept", NULL, "waits for a connection to what listens", endpoint_slots, run_accept, "accept s as p", true, true },
	{ "socketpair", NULL, "two endpoints that are joined", pair_slots, run_pair, "socketpair a b", false, false },
	{ "dup", "makefile", "another endpoint of the same descriptor", endpoint_slots, run_dup, "dup c as c2", true, true },
	{ "detach", NULL, "forgets an endpoint and leaves its descriptor open, whose number it gives", endpoint_slots, run_detach, "detach c as n", true, false },
	{ "shut", "shutdown", "ends the sending side, or read, or both", shut_slots, run_shut, "shut c", false, false },
	{ "reset", NULL, "breaks the connection: RST", endpoint_slots, run_reset, "reset c", false, false },
	{ "close", NULL, "closes an endpoint", endpoint_slots, run_close, "close c", false, false },
	{ "group", NULL, "gives several endpoints one name: a line for it is run for each of them, all in the time of one; as NAME, what c got is $NAME.c", group_slots, run_group, "group g c p", false, false },
	{ "ls", "endpoints", "what is open, its state, queues and counts", no_slots, run_ls, "ls", false, false },
	{ .name = NULL },
};
