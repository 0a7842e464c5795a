/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Specs to channels: connect(2), listen(2), accept(2), all of them without blocking the loop. */
#include "shell/opener.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/control.h"
#include "core/opening.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* Errors that point into the word would outlive it: the line's own place is told instead. */
static int tell_inside(struct error *err)
{
	if (err != NULL)
		err->place.text = NULL;
	return -1;
}

static struct anchor *bind_word(struct shell *shell, char *word, bool listens, struct error *err)
{
	struct anchor *anchor = anchor_new(word);

	if (shell->host->bind(shell->host, &anchor->target, word, listens, err) == 0)
		return anchor;
	tell_inside(err);
	anchor->target.family = NULL;
	anchor_free(anchor);
	return NULL;
}

/* Turns the loop until it is done. */
static int finish_opening(struct shell *shell, struct opening *opening, struct error *err)
{
	while (opening_state(opening) == OPENING_WAITS) {
		uint32_t events = opening_events(opening) == POLLIN ? EPOLLIN : EPOLLOUT;

		if (shell_wait(shell, opening_fd(opening), events, opening_deadline(opening), err) < 0)
			return -1;
		opening_step(opening);
	}
	if (opening_state(opening) == OPENING_DONE)
		return 0;
	*err = *opening_error(opening);
	return tell_inside(err);
}

static int open_endpoint(struct shell *shell, const struct step *step, struct channel *channel,
			 struct error *err)
{
	const struct target *target = &channel->anchor->target;
	nanoseconds until = shell_deadline(shell, step);
	struct opening *opening;
	int result;

	/* What the spec itself says counts more than what lines have by default. */
	if (step->most == 0 && target->common.connect_timeout > 0)
		until = deadline_after(target->common.connect_timeout);
	opening = opening_start(target, NULL, until);
	result = finish_opening(shell, opening, err);
	if (result == 0)
		opening_take(opening, &channel->endpoint);
	opening_free(opening);
	return result;
}

static struct channel *opened(struct shell *shell, struct channel *channel, int result,
			      const char *what, struct error *err)
{
	cleanup_buf struct buf spec = { 0 };

	if (result < 0) {
		target_error(&channel->anchor->target, err);
		channel_free(channel);
		return NULL;
	}
	channel_print_spec(channel, &spec);
	journal_add(&shell->journal, "%s %s %s", channel->name, what, buf_text(&spec));
	shell_say(shell, "%s: %s %s", channel->name, what, buf_text(&spec));
	shell_add(shell, channel);
	return channel;
}

/* What listens without accepting is an endpoint like any other. */
static int listen_now(struct channel *channel, struct error *err)
{
	const struct target *target = &channel->anchor->target;
	struct listener *listener = &channel->listener;

	if (listener_open(listener, target, err) < 0)
		return tell_inside(err);
	if (target->type != NULL && !target->type->no_listen) {
		channel->listening = listener->endpoints[0].in;
		return 0;
	}
	endpoint_move(&channel->endpoint, &listener->endpoints[0]);
	listener_close(listener);
	return 0;
}

/* Several addresses listen as one. */
static void join_listeners(struct channel *channel)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (channel->listening < 0 || channel->listener.count < 2)
		return;
	channel->listening = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < channel->listener.count; i++)
		epoll_ctl(channel->listening, EPOLL_CTL_ADD, channel->listener.endpoints[i].in, &event);
}

struct channel *opener_open(struct shell *shell, const struct step *step, const char *name,
			    char *word, struct error *err)
{
	struct anchor *anchor = bind_word(shell, word, false, err);
	struct channel *channel;
	bool listens;

	if (anchor == NULL)
		return NULL;
	channel = channel_new(name, anchor);
	listens = anchor->target.role == ROLE_LISTEN;
	if (listens) {
		int result = listen_now(channel, err);

		join_listeners(channel);
		return opened(shell, channel, result, "listening on", err);
	}
	return opened(shell, channel, open_endpoint(shell, step, channel, err), "open", err);
}

struct channel *opener_listen(struct shell *shell, const char *name, char *word, struct error *err)
{
	struct anchor *anchor = bind_word(shell, word, true, err);
	struct channel *channel;
	int result;

	if (anchor == NULL)
		return NULL;
	channel = channel_new(name, anchor);
	result = listen_now(channel, err);
	join_listeners(channel);
	return opened(shell, channel, result, "listening on", err);
}

/* ACCEPT_NONE from all of them: nobody waits. */
static enum accept_result accept_any(struct channel *listener, struct endpoint *accepted,
				     struct error *err)
{
	enum accept_result result = ACCEPT_NONE;

	/* One that was handed over blocks, as its new owner expects. */
	for (size_t i = 0; i < listener->listener.count && result == ACCEPT_NONE; i++)
		if (endpoint_sees(&listener->listener.endpoints[i], POLLIN))
			result = socket_accept(&listener->listener.endpoints[i], accepted, err);
	return result;
}

static int accept_one(struct shell *shell, const struct step *step, struct channel *listener,
		      struct endpoint *accepted, struct error *err)
{
	nanoseconds until = shell_deadline(shell, step);

	for (;;) {
		int waited;

		switch (accept_any(listener, accepted, err)) {
		case ACCEPT_DONE:
			return 0;
		case ACCEPT_FULL:
			return error_system(err, "accept");
		case ACCEPT_ERROR:
		case ACCEPT_REFUSED:
			return -1;
		default:
			break;
		}
		waited = shell_wait_input(shell, listener, until, err);
		if (waited < 0)
			return -1;
		if (waited == 0)
			return shell_timed_out(shell, step, "nobody connected", err);
	}
}

struct channel *opener_accept(struct shell *shell, const struct step *step, struct channel *listener,
			      const char *name, struct error *err)
{
	struct channel *channel;
	int result;

	if (listener->listening < 0) {
		error_usage(err, "%s does not listen", listener->name);
		return NULL;
	}
	listener->anchor->references++;
	channel = channel_new(name, listener->anchor);
	channel->accepted = true;
	result = accept_one(shell, step, listener, &channel->endpoint, err);
	return opened(shell, channel, result, "accepted from", err);
}

int descriptor_channel(struct shell *shell, const char *name, int fd, struct error *err)
{
	struct anchor *anchor = bind_word(shell, memory_print("fd:%d", fd), false, err);
	struct channel *channel;

	if (anchor == NULL)
		return -1;
	channel = channel_new(name, anchor);
	if (endpoint_open(&channel->endpoint, &anchor->target, NULL, deadline_now(), -1, err) < 0) {
		channel_free(channel);
		return tell_inside(err);
	}
	/* The endpoint has a duplicate. */
	close(fd);
	shell_add(shell, channel);
	return 0;
}

static void adopt_one(struct shell *shell, const char *as, size_t number, int fd)
{
	char *name cleanup_free = number > 1 ? memory_print("%s.fd%zu", as, number) :
					       memory_print("%s.fd", as);

	if (descriptor_channel(shell, name, fd, NULL) < 0)
		close(fd);
}

void descriptors_adopt(struct shell *shell, const char *as, const struct message *message)
{
	struct control control;
	size_t offset = 0, number = 0;

	if (as == NULL)
		control_close_descriptors(message->control, message->control_length);
	while (as != NULL &&
	       control_next(message->control, message->control_length, &offset, &control)) {
		if (control.level != SOL_SOCKET || control.type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i + sizeof(int) <= control.length; i += sizeof(int)) {
			int fd;

			memcpy(&fd, (const char *)control.data + i, sizeof(fd));
			adopt_one(shell, as, ++number, fd);
		}
	}
}
