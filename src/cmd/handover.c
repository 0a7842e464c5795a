/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listening sockets that go from a process to its successor; SCM_RIGHTS of unix(7). */
#include "cmd/handover.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/open.h"
#include "core/credentials.h"
#include "core/opening.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The first line of the message that goes from the predecessor to the
 * successor; the spec that is served follows. Its first descriptor is the socket at
 * PATH, then come those that serve. The successor answers with a byte once it serves.
 */
static const char greeting[] = "anysock handover 1\n";
#define PATIENCE (10 * NANOSECONDS_PER_SECOND)
#define TRY_AGAIN (100 * NANOSECONDS_PER_MILLISECOND)

struct handover {
	const struct target *served;
	const struct arguments *arguments;
	struct buf spec;	      /* what is served, without its options */
	char *word;		      /* the spec of PATH */
	struct target target;	      /* of PATH */
	struct endpoint listener;     /* at PATH */
	struct endpoint predecessor;  /* the connection to it; closed where there was none */
	struct fdpass sockets;	      /* taken over from it */
	struct engine *engine;
	struct server *server;
	struct loop_watch visitors;   /* at the listener */
	struct loop_timer again;      /* where one could not be accepted */
	struct endpoint successor;    /* the connection to it */
	struct loop_watch answer;     /* of the successor */
};

/* Options may differ from one version to the next: the address is what must not. */
static void print_spec(const struct target *target, struct buf *out)
{
	struct spec plain = target->spec;

	plain.option_count = 0;
	spec_print(&plain, NULL, NULL, out);
}

static void tell(struct handover *handover, const char *what, const struct endpoint *whom)
{
	struct error words = { 0 };
	struct event event = { .kind = EVENT_NOTICE, .target = handover->served, .error = &words };
	struct credentials peer = { 0 };
	cleanup_buf struct buf who = { 0 };

	if (credentials_read(whom->in, &peer))
		credentials_print(&peer, &who);
	error_set(&words, ERROR_FAILED, "%s %s", what, buf_text(&who));
	observer_tell(handover->engine->observer, &event);
}

/* The same user, or root, on both sides. */
static int check_peer(const struct endpoint *endpoint, struct error *err)
{
	struct credentials peer;

	if (credentials_read(endpoint->in, &peer) &&
	    (peer.ids.uid == geteuid() || peer.ids.uid == 0))
		return 0;
	return error_set(err, ERROR_FAILED, "somebody else's process is there");
}

int handover_check(const struct fdpass *got, const char *spec, struct error *err)
{
	const char *theirs = buf_text(&got->data) + strlen(greeting);

	if (got->count < 2 || got->data.length < strlen(greeting) ||
	    memcmp(got->data.data, greeting, strlen(greeting)) != 0)
		return error_set(err, ERROR_FAILED, "what listens there hands nothing over");
	if (strcmp(theirs, spec) == 0)
		return 0;
	error_set(err, ERROR_FAILED, "what listens there serves %s", theirs);
	return error_hint(err, "each spec needs a --handover of its own");
}

/* 1: there is no predecessor. */
static int find_predecessor(struct handover *handover, struct error *err)
{
	static const struct wish wish = { 0 };
	struct error absent = { 0 };
	struct target target;
	int opened;

	/* The same path, connected to. */
	cleanup_free char *word = memory_print("unix:%s", handover->word + strlen("unix-listen:"));

	if (open_target(&target, word, &wish, handover->arguments, err) < 0)
		return -1;
	opened = endpoint_open(&handover->predecessor, &target, NULL, deadline_after(PATIENCE), -1,
			       &absent);
	target_release(&target);
	if (opened == 0)
		handover->predecessor.target = &handover->target;
	else if (absent.code == ENOENT || absent.code == ECONNREFUSED)
		return 1;
	else
		*err = absent;
	return opened;
}

static int take_over(struct handover *handover, struct error *err)
{
	if (check_peer(&handover->predecessor, err) < 0)
		return -1;
	if (fdpass_receive(handover->predecessor.in, FDPASS_MAXIMUM, &handover->sockets,
			   deadline_after(PATIENCE), -1, err) < 0)
		return -1;
	if (handover_check(&handover->sockets, buf_text(&handover->spec), err) < 0)
		return -1;
	/* The first is the socket at PATH, whose file is ours from now on. */
	if (socket_endpoint(&handover->target, &handover->sockets.fds[0], &handover->listener, err) < 0)
		return -1;
	memmove(handover->sockets.fds, handover->sockets.fds + 1,
		--handover->sockets.count * sizeof(handover->sockets.fds[0]));
	return 0;
}

static int bind_path(struct handover *handover, struct error *err)
{
	struct listener listener;

	if (listener_open(&listener, &handover->target, err) < 0)
		return -1;
	endpoint_move(&handover->listener, &listener.endpoints[0]);
	listener_close(&listener);
	return 0;
}

static int begin(struct handover *handover, const char *path, struct error *err)
{
	static const struct wish wish = { .listens = true };
	cleanup_buf struct buf word = { 0 };
	int found;

	if (handover->served->role != ROLE_LISTEN || handover->served->type->no_listen)
		return error_usage(err, "only what accepts connections is handed over");
	buf_add_string(&word, "unix-listen:");
	spec_print_text(path, strlen(path), FIELD_REST, &word);
	buf_add_string(&word, ",mode=600");
	handover->word = buf_steal(&word);
	if (open_target(&handover->target, handover->word, &wish, handover->arguments, err) < 0)
		return -1;
	print_spec(handover->served, &handover->spec);
	found = find_predecessor(handover, err);
	if (found < 0)
		return -1;
	return found > 0 ? bind_path(handover, err) : take_over(handover, err);
}

struct handover *handover_begin(const struct target *served, const struct arguments *arguments,
				struct error *err)
{
	const char *path = arguments_text(arguments, "handover", NULL);
	struct handover *handover;

	if (path == NULL)
		return NULL;
	handover = memory_new(sizeof(*handover));
	handover->served = served;
	handover->arguments = arguments;
	handover->listener = handover->predecessor = handover->successor = ENDPOINT_CLOSED;
	handover->visitors.fd = handover->answer.fd = -1;
	if (begin(handover, path, err) == 0)
		return handover;
	error_context(err, "--handover %s", path);
	handover_free(handover);
	return NULL;
}

struct fdpass *handover_sockets(struct handover *handover)
{
	return &handover->sockets;
}

static void forget_successor(struct handover *handover)
{
	loop_unwatch(handover->engine->loop, &handover->answer);
	endpoint_close(&handover->successor);
}

static void leave_listener(struct handover *handover)
{
	loop_unwatch(handover->engine->loop, &handover->visitors);
	loop_set_timer(handover->engine->loop, &handover->again, DEADLINE_NEVER);
}

/* The successor serves: what waits to be accepted is its, what was accepted stays ours to the end. */
static void give_up_sockets(struct handover *handover)
{
	tell(handover, "handed over to", &handover->successor);
	forget_successor(handover);
	leave_listener(handover);
	handover->listener.passed_on = true;
	endpoint_close(&handover->listener);
	server_hand_over(handover->server);
}

static int pass_sockets(const struct handover *handover, struct error *err)
{
	const struct listener *listener = server_listener(handover->server);
	cleanup_buf struct buf data = { 0 };
	int fds[FDPASS_MAXIMUM] = { handover->listener.in };
	size_t count = 1;

	if (check_peer(&handover->successor, err) < 0)
		return -1;
	for (size_t i = 0; i < listener->count && count < FDPASS_MAXIMUM; i++)
		fds[count++] = listener->endpoints[i].in;
	buf_add_string(&data, greeting);
	buf_add_string(&data, buf_text(&handover->spec));
	/* It fits into the queue of a new connection. */
	return fdpass_send(handover->successor.in, fds, count, data.data, data.length, deadline_now(), -1,
			   err);
}

/* What cannot be handed to it is told, and the next may come. */
static enum accept_result take_visitor(struct handover *handover)
{
	struct error err = { 0 };
	struct event event = { .kind = EVENT_ERROR, .target = &handover->target, .error = &err };
	enum accept_result result = socket_accept(&handover->listener, &handover->successor, &err);

	if (result != ACCEPT_DONE)
		return result;
	if (pass_sockets(handover, &err) == 0 &&
	    loop_watch_level(handover->engine->loop, &handover->answer, handover->successor.in, EPOLLIN, &err) == 0)
		return result;
	endpoint_close(&handover->successor);
	observer_tell(handover->engine->observer, &event);
	return result;
}

/* One after the other: the queue keeps who comes next. */
static void take_visitors(struct handover *handover)
{
	enum accept_result result = ACCEPT_DONE;

	while (handover->answer.fd < 0 && (result == ACCEPT_DONE || result == ACCEPT_REFUSED))
		result = take_visitor(handover);
	/* Whoever waits already brings no further edge. */
	if (result == ACCEPT_FULL || result == ACCEPT_LOST)
		loop_set_timer(handover->engine->loop, &handover->again, deadline_after(TRY_AGAIN));
}

static void visitor_ready(struct loop_watch *watch, uint32_t events)
{
	(void)events;
	take_visitors(container_of(watch, struct handover, visitors));
}

static void try_again(struct loop_timer *timer)
{
	take_visitors(container_of(timer, struct handover, again));
}

/* A successor that ends before it serves changes nothing. */
static void answer_ready(struct loop_watch *watch, uint32_t events)
{
	struct handover *handover = container_of(watch, struct handover, answer);
	char byte;

	(void)events;
	switch (recv(handover->successor.in, &byte, 1, MSG_DONTWAIT)) {
	case 1:
		give_up_sockets(handover);
		break;
	case 0:
		forget_successor(handover);
		take_visitors(handover);
		break;
	default:
		break;
	}
}

int handover_serve(struct handover *handover, struct engine *engine, struct server *server,
		   struct error *err)
{
	handover->engine = engine;
	handover->server = server;
	handover->visitors.ready = visitor_ready;
	handover->answer.ready = answer_ready;
	handover->again.expired = try_again;
	if (loop_watch(engine->loop, &handover->visitors, handover->listener.in, EPOLLIN, err) < 0)
		return -1;
	if (handover->predecessor.in < 0)
		return 0;
	if (send(handover->predecessor.in, "", 1, MSG_NOSIGNAL) != 1)
		return error_system(err, "--handover");
	tell(handover, "took over from", &handover->predecessor);
	endpoint_close(&handover->predecessor);
	return 0;
}

void handover_free(struct handover *handover)
{
	if (handover == NULL)
		return;
	if (handover->engine != NULL) {
		leave_listener(handover);
		forget_successor(handover);
	}
	endpoint_close(&handover->predecessor);
	endpoint_close(&handover->listener);
	fdpass_release(&handover->sockets);
	if (handover->target.family != NULL)
		target_release(&handover->target);
	buf_release(&handover->spec);
	free(handover->word);
	free(handover);
}
