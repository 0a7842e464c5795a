/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that are one system call each: recvmsg(2), sendfile(2), and descriptors that are handed over; pidfd_getfd(2). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/fdpass.h"
#include "option/flags.h"
#include "shell/state.h"
#include "shell/tape.h"
#include "shell/words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum receive_slot { RECEIVE_ENDPOINT, RECEIVE_BYTES, RECEIVE_FLAGS, RECEIVE_CONTROL };

#define CONTROL_LIMIT (1U << 20)

/* One call of recvmsg(2), or several where MSG_WAITALL wants more. */
struct receiving {
	struct shell *shell;
	const struct step *step;
	struct channel *channel;
	nanoseconds until;
	int flags;
	struct message_room room;
	struct message message;
	size_t length; /* as the kernel told it: with MSG_TRUNC more than there is room for */
	size_t filled; /* bytes of the room */
};

/* Bytes that were read ahead are out of the kernel's reach, and so of its flags. */
static int refuse_read_ahead(const struct channel *channel, struct error *err)
{
	if (channel->in.length == 0 && channel->letters == NULL)
		return 0;
	error_usage(err, "%s: something was read already that no line took", channel->name);
	return error_hint(err, "\"drain %s\" or recv takes it; \"pause %s\" leaves in the kernel what comes",
			  channel->name, channel->name);
}

static int prepare(struct receiving *receiving, struct error *err)
{
	struct shell *shell = receiving->shell;
	const struct step *step = receiving->step;
	const struct filling *flags = &step->fillings[RECEIVE_FLAGS];
	uint64_t size = channel_has_messages(receiving->channel) ? MESSAGE_MAXIMUM : CHANNEL_PIECE;
	uint64_t control = MESSAGE_CONTROL_MAXIMUM;
	char *text cleanup_free = flags->given ? term_text(shell, &flags->term, err) : NULL;
	int64_t value = 0;

	if (step_number(shell, step, RECEIVE_BYTES, 0, MESSAGE_MAXIMUM, &size, err) < 0 ||
	    step_number(shell, step, RECEIVE_CONTROL, 0, CONTROL_LIMIT, &control, err) < 0 ||
	    (flags->given && text == NULL))
		return -1;
	if (text != NULL && flags_read_set(FLAGS_message, text, &value, err) < 0)
		return source_error(step->source, flags->place, err);
	receiving->flags = (int)value;
	if ((value & (MSG_OOB | MSG_ERRQUEUE)) == 0 && refuse_read_ahead(receiving->channel, err) < 0)
		return -1;
	message_room_init(&receiving->room, (size_t)size + 1, (size_t)control);
	receiving->room.size = (size_t)size;
	return 0;
}

/* Families that bring no descriptors may refuse the flag that is about them. */
static ssize_t call(struct receiving *receiving, struct msghdr *header)
{
	int fd = receiving->channel->endpoint.in;
	int flags = receiving->flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
	ssize_t got = recvmsg(fd, header, flags);

	if (got < 0 && (errno == EINVAL || errno == EOPNOTSUPP))
		got = recvmsg(fd, header, flags & ~MSG_CMSG_CLOEXEC);
	return got;
}

static ssize_t receive(struct receiving *receiving)
{
	struct message_room *room = &receiving->room;
	struct iovec iov = { room->data + receiving->filled, room->size - receiving->filled };
	struct msghdr header = { .msg_name = &receiving->message.peer.storage,
				 .msg_namelen = sizeof(receiving->message.peer.storage),
				 .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = room->control,
				 .msg_controllen = room->control_size };
	ssize_t got = call(receiving, &header);

	if (got < 0)
		return got;
	receiving->length = receiving->filled + (size_t)got;
	receiving->filled += (size_t)got < iov.iov_len ? (size_t)got : iov.iov_len;
	message_of_cut_header(&header, receiving->filled, &receiving->message);
	receiving->message.data = room->data;
	return got;
}

static int wait_for_more(struct receiving *receiving, struct error *err)
{
	struct channel *channel = receiving->channel;
	/* the error queue is told by EPOLLERR, which always is */
	uint32_t events = receiving->flags & MSG_OOB ? EPOLLPRI :
			  receiving->flags & MSG_ERRQUEUE ? 0 : EPOLLIN;
	int waited;

	if (receiving->flags & MSG_DONTWAIT)
		return error_code(err, EAGAIN, "%s: recvmsg", channel->name);
	waited = shell_wait(receiving->shell, channel->endpoint.in, events, receiving->until, err);
	if (waited == 0)
		return shell_timed_out(receiving->shell, receiving->step, channel->name, err);
	return waited < 0 ? -1 : 0;
}

/* Whether MSG_WAITALL is not content yet: a stream has not ended and there is room. */
static bool wants_more(const struct receiving *receiving, ssize_t got)
{
	return got > 0 && (receiving->flags & MSG_WAITALL) != 0 && (receiving->flags & MSG_PEEK) == 0 &&
	       !channel_has_messages(receiving->channel) && receiving->filled < receiving->room.size;
}

static int receive_all(struct receiving *receiving, struct error *err)
{
	ssize_t got;

	do {
		got = receive(receiving);
		/* TCP says so where no urgent byte was sent yet. */
		if (got < 0 && errno == EINVAL && receiving->flags & MSG_OOB)
			errno = EAGAIN;
		if (got < 0 && errno != EAGAIN)
			return error_system(err, "%s: recvmsg", receiving->channel->name);
		if (got < 0 && wait_for_more(receiving, err) < 0)
			return -1;
	} while (got < 0 || wants_more(receiving, got));
	return 0;
}

static void keep(struct receiving *receiving)
{
	struct shell *shell = receiving->shell;
	struct channel *channel = receiving->channel;
	struct message *message = &receiving->message;
	struct buf json = { 0 };
	char number[24];

	message->data = receiving->room.data;
	message->length = receiving->filled;
	channel_print_message(channel, message, &json);
	content_release(&shell->got);
	buf_add(&shell->got.bytes, message->data, message->length);
	snprintf(number, sizeof(number), "%zu", receiving->length);
	content_add_member(&shell->got, "total", number, strlen(number));
	journal_add_bytes(&shell->journal, channel->name, "<", message->data, message->length);
	if (receiving->step->as == NULL)
		fprintf(shell->host->out, "%s< %s\n", channel->name, buf_text(&json));
	shell->got.json = buf_steal(&json);
	shell->has_got = true;
	if (receiving->flags & MSG_PEEK)
		return;
	channel->received += message->length;
	channel->received_messages += channel_has_messages(channel);
	channel->sender = message->peer;
	tape_pass(channel->tape, DIRECTION_FORWARD, message);
	channel_answer(channel);
}

static int run_recvmsg(struct shell *shell, const struct step *step, struct error *err)
{
	struct receiving receiving = { .shell = shell, .step = step };
	struct channel *channel = receiving.channel = shell_need(shell, step, RECEIVE_ENDPOINT, err);
	bool was_held;
	int result;

	if (channel == NULL)
		return -1;
	if (!channel->endpoint.is_socket)
		return error_usage(err, "%s is no socket", channel->name);
	if (prepare(&receiving, err) < 0)
		return -1;
	was_held = channel->is_held;
	channel_hold(channel, true);
	receiving.until = shell_deadline(shell, step);
	result = receive_all(&receiving, err);
	channel->is_held = was_held;
	if (result == 0) {
		keep(&receiving);
		descriptors_adopt(shell, step->as, &receiving.message);
	} else if (receiving.filled > 0) {
		/* What MSG_WAITALL got before its time was over is there for the next line. */
		buf_add(&channel->in, receiving.room.data, receiving.filled);
		channel->received += receiving.filled;
	}
	message_room_release(&receiving.room);
	return result;
}

/* From the file's bytes to the socket without passing through here. */
static int send_range(struct shell *shell, const struct step *step, struct channel *channel, int fd,
		      off_t at, uint64_t length, struct error *err)
{
	nanoseconds until = shell_deadline(shell, step);

	while (length > 0) {
		ssize_t put = sendfile(channel->endpoint.out, fd, &at, (size_t)(length < INT32_MAX ? length : INT32_MAX));
		int waited = 1;

		if (put < 0 && errno != EAGAIN)
			return error_system(err, "%s: sendfile", channel->name);
		if (put == 0)
			return error_set(err, ERROR_INCOMPLETE, "%s: the file ended %" PRIu64 " bytes too early",
					 channel->name, length);
		if (put < 0)
			waited = shell_wait_output(shell, channel, until, err);
		if (waited < 0)
			return -1;
		if (waited == 0)
			return shell_timed_out(shell, step, channel->name, err);
		channel->sent += put > 0 ? (uint64_t)put : 0;
		length -= put > 0 ? (uint64_t)put : 0;
	}
	return 0;
}

static int run_sendfile(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char *path cleanup_free = channel != NULL ? term_text(shell, &step->fillings[1].term, err) : NULL;
	cleanup_close int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct stat status;
	uint64_t from = 0, count;

	if (path == NULL)
		return -1;
	if (fd < 0 || fstat(fd, &status) < 0)
		return error_system(err, "%s", path);
	if (channel->tape != NULL)
		return error_usage(err, "%s is recorded, and sendfile's bytes are not seen: send file{%s}", channel->name, path);
	if (step_number(shell, step, 2, 0, INT64_MAX, &from, err) < 0)
		return -1;
	count = (uint64_t)status.st_size > from ? (uint64_t)status.st_size - from : 0;
	if (step_number(shell, step, 3, 0, INT64_MAX, &count, err) < 0)
		return -1;
	journal_add(&shell->journal, "%s > %" PRIu64 " bytes of %s", channel->name, count, path);
	if (send_range(shell, step, channel, fd, (off_t)from, count, err) < 0)
		return -1;
	channel_ask(channel);
	return 0;
}

/* With a byte that says nothing: a stream carries no descriptors alone. */
static int run_share(struct shell *shell, const struct step *step, struct error *err)
{
	const struct channel *given = shell_need(shell, step, 0, err);
	struct channel *channel = given != NULL ? shell_need(shell, step, 1, err) : NULL;
	int fd;

	if (channel == NULL)
		return -1;
	fd = channel_descriptor(given);
	if (given->endpoint.is_socket || given->listening >= 0)
		fdpass_make_blocking(fd);
	if (fdpass_send(channel->endpoint.out, &fd, 1, "", 1, shell_deadline(shell, step),
			shell->signal_fd, err) < 0)
		return error_context(err, "%s", channel->name);
	journal_add(&shell->journal, "%s > the descriptor of %s", channel->name, given->name);
	channel_sent(channel, &(const struct message){ .data = "", .length = 1 });
	return 0;
}

/* A descriptor of another process: ptrace(2)'s rules say whose. */
static int run_adopt(struct shell *shell, const struct step *step, struct error *err)
{
	uint64_t pid = 0, number = 0;
	cleanup_close int process = -1;
	int fd;

	if (step_number(shell, step, 1, 0, INT32_MAX, &pid, err) < 0 ||
	    step_number(shell, step, 2, 0, INT32_MAX, &number, err) < 0)
		return -1;
	process = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (process < 0)
		return error_system(err, "process %" PRIu64, pid);
	fd = (int)syscall(SYS_pidfd_getfd, process, (int)number, 0);
	if (fd < 0)
		return error_system(err, "descriptor %" PRIu64 " of process %" PRIu64, number, pid);
	if (descriptor_channel(shell, step->fillings[0].name, fd, err) == 0)
		return 0;
	close(fd);
	return -1;
}

static const struct slot recvmsg_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					     { "BYTES", SLOT_VALUE, true, NULL },
					     { "FLAGS", SLOT_FLAGS, true, "flags=" },
					     { "BYTES", SLOT_VALUE, true, "control=" },
					     { .name = NULL } };
static const struct slot sendfile_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					      { "FILE", SLOT_FILE, false, NULL },
					      { "OFFSET", SLOT_VALUE, true, "from" },
					      { "BYTES", SLOT_VALUE, true, "count" },
					      { .name = NULL } };
static const struct slot share_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					   { "ENDPOINT", SLOT_ENDPOINT, false, "over" },
					   { .name = NULL } };
static const struct slot adopt_slots[] = { { "NAME", SLOT_NEW, false, NULL },
					   { "PID", SLOT_VALUE, false, NULL },
					   { "NUMBER", SLOT_VALUE, false, NULL },
					   { .name = NULL } };

const struct verb message_verbs[] = {
	{ "recvmsg", "recv-into recvfrom-into recvmsg-into", "one recvmsg(2), with every flag: what was cut is told by $NAME.flags, and $NAME.total is how long it was", recvmsg_slots, run_recvmsg, "recvmsg c 16 flags=peek as m", true, false },
	{ "sendfile", NULL, "sends a file's bytes with sendfile(2)", sendfile_slots, run_sendfile, "sendfile c /etc/hostname", false, false },
	{ "share", NULL, "hands the first endpoint's descriptor over, through a UNIX socket", share_slots, run_share, "share c over p", false, false },
	{ "adopt", NULL, "takes a copy of another process's descriptor", adopt_slots, run_adopt, "adopt c $p.pid 3", false, false },
	{ .name = NULL },
};
