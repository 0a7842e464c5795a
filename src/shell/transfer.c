/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending: bytes in pieces, messages with what goes along, and what codecs read; sendmsg(2). */
#include "shell/transfer.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "codec/codec.h"
#include "core/control.h"
#include "core/fdpass.h"
#include "option/flags.h"
#include "shell/cmsg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct sending {
	struct shell *shell;
	const struct step *step;
	struct channel *channel;
	nanoseconds until;
	struct message message;
	struct buf control;
	bool is_bare; /* ask: the slots behind the data are not those of send */
	bool is_typed; /* by hand: no report has it */
};

static int wait_for_room(const struct sending *sending, struct error *err)
{
	int waited = shell_wait_output(sending->shell, sending->channel, sending->until, err);

	return waited > 0 ? 0 : waited < 0 ? -1 :
		shell_timed_out(sending->shell, sending->step, sending->channel->name, err);
}

static int send_stream(const struct sending *sending, const char *bytes, size_t length,
		       struct error *err)
{
	struct endpoint *endpoint = &sending->channel->endpoint;

	while (length > 0) {
		ssize_t put = endpoint_write(endpoint, bytes, length);

		if (put < 0 && errno != EAGAIN)
			return error_system(err, "%s: send", sending->channel->name);
		if (put < 0 && wait_for_room(sending, err) < 0)
			return -1;
		if (put < 0)
			continue;
		channel_sent(sending->channel, &(const struct message){ .data = bytes, .length = (size_t)put });
		bytes += put;
		length -= (size_t)put;
	}
	return 0;
}

/*
 * sendmsg(2) with all that was typed. What a stream does not take at once goes after it without
 * the ancillary data, which went with the first bytes.
 */
static int send_flagged(struct sending *sending, struct error *err)
{
	struct channel *channel = sending->channel;
	struct message *rest = &sending->message;

	for (;;) {
		struct message part = *rest;
		ssize_t put = message_put(channel->endpoint.out, rest,
					  rest->flags | MSG_DONTWAIT | MSG_NOSIGNAL);

		if (put < 0 && (errno != EAGAIN || rest->flags & MSG_DONTWAIT))
			return error_system(err, "%s: send", channel->name);
		if (put < 0 && wait_for_room(sending, err) < 0)
			return -1;
		if (put < 0)
			continue;
		part.length = (size_t)put;
		channel_sent(channel, &part);
		if (part.length == rest->length)
			return 0;
		rest->data += put;
		rest->length -= part.length;
		rest->control_length = 0;
	}
}

static int send_message(struct sending *sending, struct error *err)
{
	struct channel *channel = sending->channel;

	channel_mend(channel);
	for (;;) {
		int sent = endpoint_send(&channel->endpoint, &sending->message, err);

		if (sent < 0)
			return error_context(err, "%s", channel->name);
		if (sent > 0)
			break;
		if (sending->message.flags & MSG_DONTWAIT)
			return error_code(err, EAGAIN, "%s: send", channel->name);
		if (wait_for_room(sending, err) < 0)
			return -1;
	}
	channel_sent(channel, &sending->message);
	return 0;
}

/* Where a socket has no peer, to whom: as it says, or who wrote last. */
static int find_peer(struct sending *sending, struct error *err)
{
	const struct filling *to = &sending->step->fillings[SEND_TO];
	char *spec cleanup_free = NULL;

	if (!to->given) {
		if (sending->channel->anchor->target.role != ROLE_CONNECT)
			sending->message.peer = sending->channel->sender;
		return 0;
	}
	spec = term_text(sending->shell, &to->term, err);
	if (spec == NULL)
		return -1;
	if (target_read_address(spec, &sending->message.peer, err) == 0)
		return 0;
	return source_error(sending->shell->source, to->place, err);
}

/* fds=a,b: the descriptors of those endpoints go along. */
static int add_descriptors(struct sending *sending, struct error *err)
{
	const struct filling *filling = &sending->step->fillings[SEND_FDS];
	char *names cleanup_free = NULL;
	char *rest, *name;
	int fds[FDPASS_MAXIMUM];
	size_t count = 0;

	if (!filling->given)
		return 0;
	names = term_text(sending->shell, &filling->term, err);
	rest = names;
	while (rest != NULL && (name = strsep(&rest, ",")) != NULL) {
		const struct channel *channel = shell_find(sending->shell, name);

		if (count == array_length(fds)) {
			error_usage(err, "fds=: more than the %d descriptors that the kernel takes at once", FDPASS_MAXIMUM);
			return source_error(sending->shell->source, filling->place, err);
		}
		if (channel == NULL) {
			error_usage(err, "fds=: there is no endpoint \"%s\"", name);
			return source_error(sending->shell->source, filling->place, err);
		}
		fds[count] = channel_descriptor(channel);
		/* Whoever gets it expects so; ours is asked with MSG_DONTWAIT. */
		if (channel->endpoint.is_socket || channel->listening >= 0)
			fdpass_make_blocking(fds[count]);
		count++;
	}
	control_add_bytes(&sending->control, SOL_SOCKET, SCM_RIGHTS, fds, count * sizeof(int));
	return names != NULL ? 0 : -1;
}

/* cmsg=LEVEL:TYPE=VALUE, each one more. */
static int add_control(struct sending *sending, struct error *err)
{
	const struct filling *filling = &sending->step->fillings[SEND_CMSG];
	const struct target *target = &sending->channel->anchor->target;

	for (size_t i = 0; i < filling->word_count; i++) {
		char *text cleanup_free = term_text(sending->shell, &filling->words[i], err);

		if (text == NULL)
			return -1;
		if (cmsg_read(text, target->family->domain, &sending->control, err) < 0)
			return source_error(sending->shell->source, filling->words[i].place, err);
	}
	sending->message.control = buf_text(&sending->control);
	sending->message.control_length = sending->control.length;
	return 0;
}

static int read_flags(struct sending *sending, struct error *err)
{
	const struct filling *filling = &sending->step->fillings[SEND_FLAGS];
	char *text cleanup_free = NULL;
	int64_t flags;

	if (!filling->given)
		return 0;
	text = term_text(sending->shell, &filling->term, err);
	if (text == NULL || flags_read_set(FLAGS_message, text, &flags, err) < 0)
		return -1;
	sending->message.flags = (int)flags;
	sending->message.direction = MESSAGE_OUT;
	return 0;
}

/* Whether more than bytes was typed: what only sendmsg(2) can say. */
static bool is_flagged(const struct sending *sending)
{
	const struct filling *fillings = sending->step->fillings;

	return !sending->is_bare && (fillings[SEND_FLAGS].given || fillings[SEND_FDS].given ||
				     fillings[SEND_CMSG].given || fillings[SEND_TO].given);
}

/* A family that sends messages in a way of its own is asked to, whatever was typed. */
static int send_typed(struct sending *sending, struct error *err)
{
	const struct endpoint *endpoint = &sending->channel->endpoint;
	bool is_own = endpoint->ops != NULL && endpoint->ops->send != NULL;

	if (channel_has_messages(sending->channel) && (is_own || !is_flagged(sending)))
		return send_message(sending, err);
	return send_flagged(sending, err);
}

static int send_piece(struct sending *sending, const char *bytes, size_t length, struct error *err)
{
	if (!sending->is_typed)
		journal_add_bytes(&sending->shell->journal, sending->channel->name, ">", bytes, length);
	if (!channel_has_messages(sending->channel) && !is_flagged(sending))
		return send_stream(sending, bytes, length, err);
	sending->message.data = bytes;
	sending->message.length = length;
	return send_typed(sending, err);
}

static int split_size(struct sending *sending, size_t length, size_t *size, struct error *err)
{
	const struct filling *filling = &sending->step->fillings[SEND_SPLIT];
	char *text cleanup_free = NULL;
	uint64_t number;

	*size = length;
	if (!filling->given)
		return 0;
	text = term_text(sending->shell, &filling->term, err);
	if (text == NULL)
		return -1;
	if (number_size(text, SIZE_MAX, &number, NULL) < 0 || number == 0) {
		error_usage(err, "split: a number of bytes was expected");
		return source_error(sending->shell->source, filling->place, err);
	}
	*size = (size_t)number;
	return 0;
}

static int send_pieces(struct sending *sending, const struct buf *data, struct error *err)
{
	const struct filling *pace = &sending->step->fillings[SEND_PACE];
	size_t size, at = 0;

	if (split_size(sending, data->length, &size, err) < 0)
		return -1;
	do {
		size_t left = data->length - at;

		if (at > 0 && pace->given &&
		    shell_pass_time(sending->shell,
				    deadline_now() + shell_scaled(sending->shell, pace->duration), err) < 0)
			return -1;
		if (send_piece(sending, buf_text(data) + at, left < size ? left : size, err) < 0)
			return -1;
		at += left < size ? left : size;
	} while (at < data->length);
	return 0;
}

/* The place is that of the term which has the data; NULL: it was typed. */
static int send_decoded(struct sending *sending, const char *name, const struct buf *data,
			const struct place *place, struct error *err)
{
	const struct codec *codec = codec_find(name);
	struct codec_context context = { .target = &sending->channel->anchor->target };
	struct message *message = &sending->message;
	bool found = false;
	ssize_t used = codec_decode(codec, &context, buf_text(data), data->length, true, message, &found, err);
	int result = used < 0 ? -1 : found ? 0 : error_usage(err, "that is no message");

	if (result < 0 && place != NULL)
		source_error(sending->shell->source, *place, err);
	else if (result < 0 && err != NULL)
		err->kind = ERROR_USAGE;
	else if (result == 0)
		result = channel_has_messages(sending->channel) ? send_message(sending, err) :
								   send_stream(sending, message->data, message->length, err);
	codec_context_release(codec, &context);
	return result;
}

/* text{...} and json{...} to a socket of messages are read by the codec of that name. */
static int send_term(struct sending *sending, const struct term *term, const struct buf *data, struct error *err)
{
	const struct target *target = &sending->channel->anchor->target;
	bool is_json = strcmp(buf_text(&term->text), "json") == 0;

	return send_decoded(sending, is_json ? "json" : target->format != NULL ? target->format : "text", data,
			    &term->place, err);
}

static const struct term *decoded_term(const struct sending *sending)
{
	const struct term *term = &sending->step->fillings[SEND_DATA].term;
	const struct term *only = term->part_count == 1 ? &term->parts[0] : term;

	const char *name = buf_text(&only->text);

	if (!channel_has_messages(sending->channel) || only->kind != TERM_CALL)
		return NULL;
	return strcmp(name, "json") == 0 || strcmp(name, "text") == 0 ? only : NULL;
}

int transfer_run_send(struct shell *shell, const struct step *step, struct error *err)
{
	struct sending sending = { .shell = shell, .step = step };
	cleanup_buf struct buf data = { 0 };
	const struct term *decoded;
	int result = -1;

	sending.channel = shell_need(shell, step, SEND_ENDPOINT, err);
	if (sending.channel == NULL ||
	    term_work_out(shell, &step->fillings[SEND_DATA].term, &data, err) < 0)
		return -1;
	if (!endpoint_has_output(&sending.channel->endpoint))
		return error_usage(err, "nothing can be sent to %s", sending.channel->name);
	sending.until = shell_deadline(shell, step);
	if (find_peer(&sending, err) >= 0 && read_flags(&sending, err) >= 0 &&
	    add_descriptors(&sending, err) >= 0 && add_control(&sending, err) >= 0) {
		decoded = decoded_term(&sending);
		result = decoded != NULL ? send_term(&sending, decoded, &data, err) :
					   send_pieces(&sending, &data, err);
	}
	buf_release(&sending.control);
	if (result == 0)
		channel_ask(sending.channel);
	return result;
}

/* To the peer, or to who wrote last. */
static int begin_sending(struct sending *sending, struct error *err)
{
	const struct channel *channel = sending->channel;

	if (!endpoint_has_output(&channel->endpoint))
		return error_set(err, ERROR_FAILED, "nothing can be sent to %s", channel->name);
	if (channel->anchor->target.role != ROLE_CONNECT)
		sending->message.peer = channel->sender;
	return 0;
}

int transfer_send(struct shell *shell, const struct step *step, struct channel *channel,
		  const struct buf *data, nanoseconds until, struct error *err)
{
	struct sending sending = { .shell = shell, .step = step, .channel = channel, .until = until, .is_bare = true };

	if (begin_sending(&sending, err) < 0 || send_piece(&sending, buf_text(data), data->length, err) < 0)
		return -1;
	channel_ask(channel);
	return 0;
}

int transfer_type(struct shell *shell, const struct step *step, struct channel *channel,
		  const char *codec, const struct buf *data, struct error *err)
{
	struct sending sending = { .shell = shell, .step = step, .channel = channel, .until = DEADLINE_NEVER,
				   .is_bare = true, .is_typed = true };

	if (begin_sending(&sending, err) < 0)
		return -1;
	if (codec != NULL)
		return send_decoded(&sending, codec, data, NULL, err);
	return send_piece(&sending, buf_text(data), data->length, err);
}
