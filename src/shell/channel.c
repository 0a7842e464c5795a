/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named endpoints: reading into them, and what is known of them. */
#include "shell/channel.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "core/control.h"
#include "shell/changes.h"
#include "shell/tape.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define KEPT (CHANNEL_ROOM / 4) /* bytes kept of what was shown and nobody read */
#define LETTERS_KEPT 1000
#define CONTROL_ROOM MESSAGE_CONTROL_MAXIMUM

struct anchor *anchor_new(char *word)
{
	struct anchor *anchor = memory_new(sizeof(*anchor));

	anchor->references = 1;
	anchor->word = word;
	return anchor;
}

void anchor_free(struct anchor *anchor)
{
	if (anchor == NULL || --anchor->references > 0)
		return;
	if (anchor->target.family != NULL)
		target_release(&anchor->target);
	free(anchor->word);
	free(anchor);
}

struct channel *channel_new(const char *name, struct anchor *anchor)
{
	struct channel *channel = memory_new(sizeof(*channel));

	channel->name = memory_string(name);
	channel->anchor = anchor;
	channel->endpoint = ENDPOINT_CLOSED;
	channel->listening = channel->watch.fd = -1;
	channel->patience = -1;
	channel->last_letter = &channel->letters;
	channel->codec.target = anchor != NULL ? &anchor->target : NULL;
	return channel;
}

void letter_free(struct letter *letter)
{
	if (letter == NULL)
		return;
	free((void *)(uintptr_t)letter->message.data);
	free((void *)(uintptr_t)letter->message.control);
	free(letter);
}

void letter_drop(struct letter *letter)
{
	control_close_descriptors(letter->message.control, letter->message.control_length);
	letter_free(letter);
}

static void break_off(struct channel *channel, const struct error *err)
{
	channel->is_broken = channel->has_ended = true;
	channel->broken = *err;
}

void channel_mend(struct channel *channel)
{
	bool passes = channel->broken.kind == ERROR_REFUSED || channel->broken.kind == ERROR_UNREACHABLE;

	if (channel->is_broken && passes && channel->endpoint.in >= 0 && channel->endpoint.end == END_NONE)
		channel->is_broken = channel->has_ended = channel->end_shown = false;
}

void channel_close(struct channel *channel)
{
	struct error err = { 0 };

	if (channel->release != NULL)
		channel->release(channel);
	channel->release = NULL;
	channel_unwatch(channel);
	if (channel->listening >= 0 && channel->listener.count > 1)
		close(channel->listening);
	channel->listening = -1;
	if (channel->listener.count > 0)
		listener_close(&channel->listener);
	endpoint_close(&channel->endpoint);
	error_set(&err, ERROR_FAILED, "it was closed");
	break_off(channel, &err);
}

void channel_free(struct channel *channel)
{
	struct letter *letter;

	channel_close(channel);
	tape_close(channel->tape, NULL);
	while ((letter = channel_take(channel)) != NULL)
		letter_drop(letter);
	changes_free(channel->changes);
	codec_context_release(codec_find("json"), &channel->codec);
	message_room_release(&channel->room);
	anchor_free(channel->anchor);
	buf_release(&channel->in);
	trips_release(&channel->trips);
	free(channel->name);
	free(channel);
}

bool channel_has_messages(const struct channel *channel)
{
	return channel->endpoint.messages;
}

static int fill_stream(struct channel *channel)
{
	struct error err = { 0 };
	char *room = buf_reserve(&channel->in, CHANNEL_PIECE);
	ssize_t got = endpoint_read(&channel->endpoint, room, CHANNEL_PIECE);

	if (got < 0 && errno == EAGAIN)
		return 0;
	/* A terminal whose other end was closed, and a pipe's end. */
	if (got < 0 && errno == EIO && channel->process != NULL)
		got = 0;
	if (got < 0) {
		error_system(&err, "receive");
		break_off(channel, &err);
		return -1;
	}
	if (got == 0) {
		channel->has_ended = true;
		return ENDPOINT_END;
	}
	tape_pass(channel->tape, DIRECTION_FORWARD,
		  &(const struct message){ .data = room, .length = (size_t)got });
	buf_commit(&channel->in, (size_t)got);
	channel->received += (uint64_t)got;
	channel->came_at = deadline_now();
	return 1;
}

static void keep(struct channel *channel, const struct message *message)
{
	struct letter *letter = memory_new(sizeof(*letter));

	tape_pass(channel->tape, DIRECTION_FORWARD, message);
	letter->message = *message;
	letter->message.data = memory_copy(message->data, message->length);
	letter->message.control = memory_copy(message->control != NULL ? message->control : "",
					      message->control_length);
	*channel->last_letter = letter;
	channel->last_letter = &letter->next;
	channel->letter_count++;
	channel->letter_bytes += message->length;
	channel->received += message->length;
	channel->received_messages++;
	channel->came_at = deadline_now();
}

/* A seqpacket's end looks like an empty message; its peer's hang-up tells. */
static bool is_end(const struct channel *channel, const struct message *message)
{
	return message->length == 0 && message->control_length == 0 &&
	       channel->endpoint.end != END_NONE && channel->endpoint.is_socket &&
	       endpoint_sees(&channel->endpoint, POLLRDHUP);
}

static int fill_messages(struct channel *channel)
{
	struct message message = { 0 };
	struct error err = { 0 };
	int got;

	if (channel->room.data == NULL)
		message_room_init(&channel->room, MESSAGE_MAXIMUM, CONTROL_ROOM);
	got = endpoint_receive(&channel->endpoint, &channel->room, &message, &err);
	if (got < 0)
		break_off(channel, &err);
	if (got == 1 && is_end(channel, &message))
		got = ENDPOINT_END;
	if (got == ENDPOINT_END)
		channel->has_ended = true;
	else if (got == 1)
		keep(channel, &message);
	return got == ENDPOINT_NOTICE ? 0 : got;
}

int channel_fill(struct channel *channel)
{
	if (channel->has_ended)
		return channel->is_broken ? -1 : ENDPOINT_END;
	if (!endpoint_has_input(&channel->endpoint))
		return 0;
	return channel_has_messages(channel) ? fill_messages(channel) : fill_stream(channel);
}

struct letter *channel_take(struct channel *channel)
{
	struct letter *letter = channel->letters;

	if (letter == NULL)
		return NULL;
	channel->letters = letter->next;
	if (channel->letters == NULL)
		channel->last_letter = &channel->letters;
	channel->letter_count--;
	channel->letter_bytes -= letter->message.length;
	letter->next = NULL;
	channel->sender = letter->message.peer;
	return letter;
}

void channel_print_message(struct channel *channel, const struct message *message, struct buf *out)
{
	const struct codec *codec = codec_find("json");

	codec->encode(&channel->codec, message, out, NULL);
	while (out->length > 0 && out->data[out->length - 1] == '\n')
		buf_truncate(out, out->length - 1);
}

/* The family's own text for messages, NULL where it has none. */
static const struct codec *text_codec(const struct channel *channel)
{
	const struct target *target = channel->codec.target;
	const struct codec *codec = target != NULL && target->format != NULL ?
					    codec_find(target->format) :
					    NULL;

	return codec != NULL && codec->text && channel_has_messages(channel) ? codec : NULL;
}

void channel_show(struct channel *channel, const struct message *message, struct buf *out)
{
	const struct codec *codec = text_codec(channel);
	struct codec_context context = { .target = channel->codec.target };

	if (channel->view == VIEW_HEX) {
		bytes_print_hex(out, message->data, message->length);
		return;
	}
	if (channel->view == VIEW_JSON) {
		channel_print_message(channel, message, out);
		return;
	}
	if (codec == NULL) {
		bytes_print_safe(out, message->data, message->length);
		return;
	}
	codec->encode(&context, message, out, NULL);
	codec_context_release(codec, &context);
	while (out->length > 0 && out->data[out->length - 1] == '\n')
		buf_truncate(out, out->length - 1);
}

/* "12 ab ff": pairs that stand still while others change. */
static void print_pairs(const struct message *message, struct buf *out)
{
	for (size_t i = 0; i < message->length; i++)
		buf_print(out, "%s%02x", i > 0 ? " " : "", (unsigned char)message->data[i]);
}

/* Of one kind are those of the same sender and, in a text of the family, the same first word: "123#" of CAN. */
static void show_changes(struct channel *channel, const struct message *message, bool colored,
			 struct buf *out)
{
	const struct codec *codec = text_codec(channel);
	cleanup_buf struct buf text = { 0 }, kind = { 0 };

	if (codec != NULL)
		channel_show(channel, message, &text);
	else
		print_pairs(message, &text);
	bytes_print_hex(&kind, &message->peer.storage, message->peer.length);
	if (codec != NULL)
		buf_add(&kind, buf_text(&text), strcspn(buf_text(&text), " #"));
	if (channel->changes == NULL)
		channel->changes = changes_new();
	changes_print(channel->changes, buf_text(&kind), buf_text(&text), strlen(channel->name) + 2, colored, out);
}

void channel_show_line(struct channel *channel, const struct message *message, bool colored,
		       struct buf *out)
{
	if (channel->view == VIEW_NONE)
		return;
	buf_print(out, "%s< ", channel->name);
	if (channel->view == VIEW_CHANGES)
		show_changes(channel, message, colored, out);
	else
		channel_show(channel, message, out);
	buf_add_char(out, '\n');
}

/* What was shown above the line as it came is no change any more. */
void channel_tell(struct channel *channel, const struct buf *got, bool colored, FILE *out)
{
	cleanup_buf struct buf line = { 0 };
	const struct message message = { .data = buf_text(got), .length = got->length, .peer = channel->sender };
	enum channel_view view = channel->view;

	if (view == VIEW_NONE || (view == VIEW_CHANGES && channel->came != NULL))
		channel->view = VIEW_TEXT;
	channel_show_line(channel, &message, colored && isatty(fileno(out)), &line);
	channel->view = view;
	fputs(buf_text(&line), out);
	fflush(out);
}

void channel_sent(struct channel *channel, const struct message *message)
{
	tape_pass(channel->tape, DIRECTION_BACKWARD, message);
	channel->sent += message->length;
	channel->sent_messages += channel_has_messages(channel);
}

void channel_ask(struct channel *channel)
{
	channel->asked = deadline_now();
}

void channel_answer(struct channel *channel)
{
	nanoseconds answered = channel->came_at > channel->asked ? channel->came_at : deadline_now();

	if (channel->asked == 0)
		return;
	channel->trip = answered - channel->asked;
	trips_add(&channel->trips, channel->trip);
	channel->asked = 0;
}

/* Where nobody reads what came, it waits in the kernel, which slows the sender down. */
static void on_input(struct loop_watch *watch, uint32_t events)
{
	struct channel *channel = container_of(watch, struct channel, watch);
	int got = 0;

	(void)events;
	if (channel->in.length + channel->letter_bytes < CHANNEL_ROOM)
		got = channel_fill(channel);
	if (channel->has_ended || got == 0)
		channel_unwatch(channel);
	if (got != 0 && channel->came != NULL)
		channel->came(channel);
	loop_stop(channel->loop);
}

void channel_watch(struct channel *channel, struct loop *loop)
{
	channel->loop = loop;
	if (channel->watch.fd >= 0 || channel->is_held || channel->has_ended || channel->endpoint.in < 0 ||
	    channel->in.length + channel->letter_bytes >= CHANNEL_ROOM)
		return;
	channel->watch.ready = on_input;
	loop_watch_level(loop, &channel->watch, channel->endpoint.in, EPOLLIN, NULL);
}

void channel_unwatch(struct channel *channel)
{
	if (channel->watch.fd >= 0)
		loop_unwatch(channel->loop, &channel->watch);
}

void channel_hold(struct channel *channel, bool held)
{
	channel->is_held = held;
	if (held)
		channel_unwatch(channel);
}

void channel_trim(struct channel *channel)
{
	if (channel->in.length > CHANNEL_ROOM / 2)
		buf_consume(&channel->in, channel->in.length - KEPT);
	while (channel->letter_bytes > CHANNEL_ROOM / 2 || channel->letter_count > LETTERS_KEPT)
		letter_drop(channel_take(channel));
}

int channel_descriptor(const struct channel *channel)
{
	const struct endpoint *endpoint = &channel->endpoint;

	if (channel->listening >= 0)
		return channel->listener.endpoints[0].in;
	return endpoint->in >= 0 ? endpoint->in : endpoint->out;
}

void channel_queues(const struct channel *channel, int *unread, int *unsent)
{
	const struct endpoint *endpoint = &channel->endpoint;

	if (!endpoint->is_socket || ioctl(endpoint->in, FIONREAD, unread) < 0)
		*unread = -1;
	if (!endpoint->is_socket || ioctl(endpoint->out, SIOCOUTQ, unsent) < 0)
		*unsent = -1;
}

const char *channel_state(const struct channel *channel)
{
	if (channel->listening >= 0)
		return "listening";
	if (channel->is_broken)
		return error_kind_name(channel->broken.kind);
	if (channel->has_ended)
		return channel->endpoint.finished ? "closed" : "ended";
	return channel->endpoint.finished ? "finished" : "open";
}

void channel_print_spec(const struct channel *channel, struct buf *out)
{
	if (channel->listener.count > 0)
		endpoint_print_local(&channel->listener.endpoints[0], out);
	else if (channel->endpoint.target == NULL)
		buf_add_string(out, channel->name);
	else if (channel->anchor->target.role == ROLE_CONNECT || channel->accepted)
		endpoint_print_peer(&channel->endpoint, out);
	else
		endpoint_print_local(&channel->endpoint, out);
}
