/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening, asking and listening for an answer, without blocking. */
#include "cmd/probe.h"

#include "base/memory.h"
#include "codec/codec.h"
#include "core/socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define ANSWER_MAXIMUM (64U << 10)

void prober_init(struct prober *prober, struct loop *loop, const struct request *request,
		 nanoseconds limit)
{
	*prober = (struct prober){ .loop = loop, .request = request, .limit = limit };
	message_room_init(&prober->room, ANSWER_MAXIMUM, 4096);
}

void prober_release(struct prober *prober)
{
	message_room_release(&prober->room);
}

static void shut(struct probe *probe)
{
	struct loop *loop = probe->prober->loop;

	loop_unwatch(loop, &probe->watch);
	loop_set_timer(loop, &probe->timer, DEADLINE_NEVER);
	opening_free(probe->opening);
	probe->opening = NULL;
	endpoint_close(&probe->endpoint);
	pattern_window_release(&probe->window);
	probe->window = (struct pattern_window){ 0 };
}

static void end(struct probe *probe, enum probe_result result)
{
	shut(probe);
	probe->result = result;
	probe->ended = deadline_now();
	loop_queue(probe->prober->loop, &probe->task);
}

static void task_run(struct loop_task *task)
{
	struct probe *probe = container_of(task, struct probe, task);

	if (probe->result != PROBE_RUNS)
		probe->over(probe);
}

/* What a failure says of the other end. */
static enum probe_result result_of(const struct error *err)
{
	switch (err->code) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EADDRNOTAVAIL:
		return PROBE_FAILED;
	default:
		break;
	}
	switch (err->kind) {
	case ERROR_TIMEOUT:
	case ERROR_UNREACHABLE:
		return PROBE_SILENT;
	case ERROR_USAGE:
	case ERROR_UNAVAILABLE:
	case ERROR_RESOLVE:
		return PROBE_FAILED;
	default:
		return PROBE_CLOSED;
	}
}

static void fail(struct probe *probe, const struct error *err)
{
	probe->err = *err;
	end(probe, result_of(err));
}

/* Part of an answer came: 1 it is the one that is wanted, 0 more is needed, -1 never will be. */
static int judge(struct probe *probe, const void *bytes, size_t length, struct error *err)
{
	const struct pattern *until = probe->prober->request->until;

	if (until == NULL)
		return 1;
	return pattern_find(until, &probe->window, bytes, length, err);
}

/* A message as its family writes it, so that a pattern sees what people see. */
static int judge_message(struct probe *probe, const struct message *message, struct error *err)
{
	const struct target *target = probe->target;
	const struct codec *codec = target->format != NULL ? codec_find(target->format) : NULL;
	struct codec_context context = { .target = target };
	cleanup_buf struct buf text = { 0 };
	int judged;

	pattern_restart(&probe->window);
	if (codec == NULL || codec->encode == NULL || !codec->text)
		return judge(probe, message->data, message->length, err);
	judged = codec->encode(&context, message, &text, err);
	codec_context_release(codec, &context);
	return judged < 0 ? -1 : judge(probe, buf_text(&text), text.length, err);
}

/* As judge(), -1 also when no more will come; 0 and EAGAIN: wait for it. */
static int receive(struct probe *probe, struct error *err)
{
	struct message_room *room = &probe->prober->room;
	struct message message = { 0 };
	ssize_t got;
	int status;

	if (probe->endpoint.messages) {
		errno = 0;
		status = endpoint_receive(&probe->endpoint, room, &message, err);
		if (status == 1)
			return judge_message(probe, &message, err);
		if (status == 0)
			errno = EAGAIN;
		return status == ENDPOINT_END ? error_set(err, ERROR_FAILED, "no answer came before the end") :
						status < 0 ? -1 : 0;
	}
	got = endpoint_read(&probe->endpoint, room->data, room->size);
	if (got < 0)
		return errno == EAGAIN ? 0 : error_system(err, "read");
	if (got == 0)
		return error_set(err, ERROR_FAILED, probe->prober->request->until != NULL ?
						      "the answer ended without a match" :
						      "it ended without an answer");
	errno = 0;
	return judge(probe, room->data, (size_t)got, err);
}

static void listen_for_answer(struct probe *probe)
{
	struct error err = { 0 };
	int status;

	do
		status = receive(probe, &err);
	while (status == 0 && errno != EAGAIN);
	if (status > 0)
		end(probe, PROBE_OPEN);
	else if (status < 0)
		fail(probe, &err);
}

/* A message of the request in the family's own format: a CAN frame as candump writes it. */
static int send_formatted(struct probe *probe, const struct codec *codec, const struct buf *text,
			  struct error *err)
{
	struct codec_context context = { .target = probe->target };
	struct message message = { 0 };
	bool found = false;
	int sent = -1;

	if (codec_decode(codec, &context, buf_text(text), text->length, true, &message, &found,
			 err) >= 0 &&
	    found)
		sent = endpoint_send(&probe->endpoint, &message, err);
	codec_context_release(codec, &context);
	if (sent < 0 && !error_is_set(err))
		error_usage(err, "no message of the format %s", codec->name);
	return sent < 0 ? error_context(err, "--send") : sent;
}

/* 1 sent, 0 no room now, -1. What is asked is short: a stream takes all of it or is full. */
static int send_one(struct probe *probe, const struct buf *bytes, struct error *err)
{
	const char *format = probe->target->format;
	const struct codec *codec = format != NULL ? codec_find(format) : NULL;
	struct message message = { .data = buf_text(bytes), .length = bytes->length };
	ssize_t put;

	if (probe->endpoint.messages && codec != NULL && codec->text)
		return send_formatted(probe, codec, bytes, err);
	if (probe->endpoint.messages)
		return endpoint_send(&probe->endpoint, &message, err);
	put = endpoint_write(&probe->endpoint, buf_text(bytes), bytes->length);
	if (put < 0)
		return errno == EAGAIN ? 0 : error_system(err, "write");
	return (size_t)put == bytes->length ? 1 : error_set(err, ERROR_FAILED, "it takes no more");
}

static void ask(struct probe *probe)
{
	const struct request *request = probe->prober->request;
	struct error err = { 0 };
	int sent = 1;

	while (probe->sent < request->count && sent == 1) {
		sent = send_one(probe, &request->messages[probe->sent], &err);
		probe->sent += sent == 1;
	}
	if (sent < 0)
		fail(probe, &err);
	else
		listen_for_answer(probe);
}

static void endpoint_ready(struct loop_watch *watch, uint32_t events)
{
	(void)events;
	ask(container_of(watch, struct probe, watch));
}

static void watch_endpoint(struct probe *probe)
{
	struct error err = { 0 };
	int fd = probe->endpoint.in >= 0 ? probe->endpoint.in : probe->endpoint.out;

	probe->watch.ready = endpoint_ready;
	loop_set_timer(probe->prober->loop, &probe->timer, probe->deadline);
	/* epoll refuses what is always ready: a file, which ask() reads to its end. */
	if (fd >= 0 && loop_watch(probe->prober->loop, &probe->watch, fd,
				  EPOLLIN | EPOLLOUT | EPOLLRDHUP, &err) < 0 &&
	    errno != EPERM)
		fail(probe, &err);
	else
		ask(probe);
}

/* A port that nobody listens at may be ours for a moment: TCP then connects us to ourselves. */
static bool is_ourselves(const struct endpoint *endpoint)
{
	struct address local = { 0 }, peer = { 0 };

	if (endpoint->target->type == NULL || endpoint->target->type->type != SOCK_STREAM)
		return false;
	endpoint_addresses(endpoint, &local, &peer);
	return (local.any.sa_family == AF_INET || local.any.sa_family == AF_INET6) &&
	       local.length == peer.length &&
	       memcmp(&local.storage, &peer.storage, local.length) == 0;
}

/* A bus or an interface that is down lets itself be bound, and says so here. */
static int check_opened(const struct probe *probe, struct error *err)
{
	int code = 0;
	socklen_t length = sizeof(code);

	if (!probe->endpoint.is_socket)
		return 0;
	if (getsockopt(probe->endpoint.in, SOL_SOCKET, SO_ERROR, &code, &length) == 0 && code != 0)
		return error_code(err, code, "open");
	if (is_ourselves(&probe->endpoint))
		return error_code(err, ECONNREFUSED, "connect");
	return 0;
}

static void opened(struct probe *probe)
{
	struct error err = { 0 };

	opening_take(probe->opening, &probe->endpoint);
	opening_free(probe->opening);
	probe->opening = NULL;
	if (check_opened(probe, &err) < 0)
		fail(probe, &err);
	else if (probe->wants_answer)
		watch_endpoint(probe);
	else
		end(probe, PROBE_OPEN);
}

static void opening_ready(struct loop_watch *watch, uint32_t events);

static void watch_opening(struct probe *probe)
{
	struct loop *loop = probe->prober->loop;
	int fd = opening_fd(probe->opening);
	uint32_t events = opening_events(probe->opening) == POLLIN ? EPOLLIN : EPOLLOUT;

	probe->watch.ready = opening_ready;
	if (fd >= 0)
		loop_watch(loop, &probe->watch, fd, events, NULL);
	loop_set_timer(loop, &probe->timer,
		       deadline_earlier(probe->deadline, opening_deadline(probe->opening)));
}

static void go_on(struct probe *probe)
{
	loop_unwatch(probe->prober->loop, &probe->watch);
	switch (opening_state(probe->opening)) {
	case OPENING_WAITS:
		watch_opening(probe);
		break;
	case OPENING_DONE:
		opened(probe);
		break;
	case OPENING_FAILED:
		fail(probe, opening_error(probe->opening));
		break;
	}
}

static void opening_ready(struct loop_watch *watch, uint32_t events)
{
	struct probe *probe = container_of(watch, struct probe, watch);

	(void)events;
	opening_step(probe->opening);
	go_on(probe);
}

static void timer_expired(struct loop_timer *timer)
{
	struct probe *probe = container_of(timer, struct probe, timer);
	struct error err = { 0 };

	if (probe->opening != NULL) {
		opening_step(probe->opening);
		go_on(probe);
		return;
	}
	error_set(&err, ERROR_TIMEOUT, probe->prober->request->until != NULL ?
					       "no answer that matches came in time" :
					       "no answer came in time");
	fail(probe, &err);
}

void probe_init(struct probe *probe, struct prober *prober, const struct target *target,
		void (*over)(struct probe *))
{
	*probe = (struct probe){ .prober = prober,
				 .target = target,
				 .over = over,
				 .endpoint = ENDPOINT_CLOSED,
				 .watch.fd = -1,
				 .timer.expired = timer_expired,
				 .task.run = task_run,
				 .wants_answer = request_wants_answer(prober->request) };
}

void probe_start(struct probe *probe)
{
	probe->result = PROBE_RUNS;
	probe->err = (struct error){ 0 };
	probe->sent = 0;
	probe->started = deadline_now();
	probe->deadline = deadline_after(probe->prober->limit);
	probe->opening = opening_start(probe->target, NULL, probe->deadline);
	go_on(probe);
}

void probe_stop(struct probe *probe)
{
	shut(probe);
	probe->result = PROBE_RUNS;
}
