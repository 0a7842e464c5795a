/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock recvfd: takes descriptors from a UNIX socket, and describes them, joins one, or gives them to a program. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cmd/fd_describe.h"
#include "cmd/fd_socket.h"
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/programs.h"
#include "cmd/ready.h"
#include "core/credentials.h"
#include "core/fdpass.h"
#include "family/unix_peer.h"

#include <stdio.h>
#include <string.h>

static const struct parameter options[] = {
	{ .name = "join", .type = VALUE_NUMBER, .flags = PARAMETER_OPTIONAL | PARAMETER_COMMON, .maximum = FDPASS_MAXIMUM - 1, .argument = "N", .help = "join descriptor N (0, the first, where it is not given) to standard input and output" },
	{ .name = "max", .type = VALUE_NUMBER, .minimum = 1, .maximum = FDPASS_MAXIMUM, .flags = PARAMETER_COMMON, .help = "take no more descriptors than so many" },
	{ .name = "names", .type = VALUE_TEXT, .argument = "NAME:...", .help = "what LISTEN_FDNAMES calls them for the program" },
	READY_PARAMETER,
	{ .name = NULL },
};

static const struct argument words[] = { { "SOCKET", ARGUMENT_SPEC, false, false }, { .name = NULL } };

static const char *const examples[] = {
	"anysock recvfd unix-listen:/run/hand.sock,peer-uid=root",
	"anysock recvfd --join unix:./proxy.sock",
	"anysock recvfd unix-listen:./app.sock -- ./server --systemd-socket",
	NULL,
};

/* Who sent it: of a datagram the message says, of a connection the socket. */
static bool find_sender(const struct fd_socket *fd_socket, const struct fdpass *received,
			struct credentials *sender)
{
	if (fd_socket->subject.type != SOCK_DGRAM)
		return credentials_read(fd_socket->fd, sender);
	*sender = (struct credentials){ .ids = received->sender };
	return received->has_sender;
}

static void describe(const struct fdpass *received, const struct credentials *sender,
		     struct buf *out)
{
	if (sender != NULL) {
		buf_add_string(out, "from ");
		credentials_print(sender, out);
		buf_add_char(out, '\n');
	}
	if (received->data.length > 1 || (received->data.length == 1 && *received->data.data != '\0')) {
		buf_add_string(out, "message ");
		bytes_print_safe(out, received->data.data, received->data.length);
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < received->count; i++) {
		cleanup_buf struct buf line = { 0 };

		fd_describe(received->fds[i], &line);
		buf_print(out, "%zu ", i);
		bytes_print_safe(out, buf_text(&line), line.length);
		buf_add_char(out, '\n');
	}
}

static bool is_printable(const struct buf *text)
{
	size_t at = 0, used = 1;
	uint32_t point;

	for (; at < text->length && used > 0; at += used) {
		used = utf8_decode(text->data + at, text->length - at, &point);
		if (used > 0 && !utf8_is_printable(point))
			return false;
	}
	return used > 0;
}

static void describe_json(const struct fdpass *received, const struct credentials *sender,
			  struct buf *out)
{
	struct json json = { .out = out };

	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "descriptors");
	if (sender != NULL)
		credentials_describe(sender, &json, "sender");
	json_hex(&json, "data", received->data.data, received->data.length);
	if (is_printable(&received->data))
		json_string_length(&json, "text", received->data.data, received->data.length);
	json_open_array(&json, "descriptors");
	for (size_t i = 0; i < received->count; i++) {
		json_open_object(&json, NULL);
		fd_describe_json(received->fds[i], &json);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}

/* Answers go to standard output; beside a transfer they are events, for who asks for them. */
static void show(const struct fd_socket *fd_socket, const struct fdpass *received,
		 struct context *context, const struct arguments *arguments)
{
	cleanup_buf struct buf out = { 0 };
	struct credentials sender;
	bool known = find_sender(fd_socket, received, &sender);
	bool is_answer = arguments->program == NULL && arguments_setting(arguments, "join") == NULL;
	bool is_json = arguments_flag(arguments, "json");

	if (!is_answer && !is_json && !arguments_flag(arguments, "verbose"))
		return;
	if (is_json)
		describe_json(received, known ? &sender : NULL, &out);
	else
		describe(received, known ? &sender : NULL, &out);
	fwrite(out.data, 1, out.length, is_answer ? context->out : context->errors);
}

static int receive(struct fd_socket *fd_socket, const struct arguments *arguments,
		   struct fdpass *received, struct error *err)
{
	size_t maximum = (size_t)arguments_number(arguments, "max", FDPASS_MAXIMUM);
	int got;

	if (fd_socket_open(fd_socket, arguments, err) < 0)
		return -1;
	got = fdpass_receive(fd_socket->fd, maximum, received, fd_socket->deadline,
			     fd_socket->interrupt.fd, err);
	if (got < 0)
		return -1;
	if (fd_socket->subject.type == SOCK_DGRAM && fd_socket->subject.has_target &&
	    unix_peer_admit_sender(&fd_socket->subject.target, &received->sender, err) < 0)
		return -1;
	if (received->count > 0)
		return 0;
	return error_set(err, ERROR_FAILED, got == 0 ? "the peer ended and passed no descriptor" :
						       "a message came without a descriptor");
}

/* As many names as descriptors, the rest unknown. */
static char **split_names(char *names, size_t count)
{
	char **list = memory_array(count + 1, sizeof(*list));
	static char unknown[] = "unknown";

	for (size_t i = 0; i < count; i++) {
		char *name = names != NULL ? strsep(&names, ":") : NULL;

		list[i] = name != NULL && *name != '\0' ? name : unknown;
	}
	return list;
}

static int run_program(const struct fdpass *received, struct context *context,
		       const struct arguments *arguments, struct error *err)
{
	cleanup_free char *text = memory_string(arguments_text(arguments, "names", ""));
	cleanup_free char **names = split_names(text, received->count);
	const struct program_descriptors descriptors = {
		.standard = { -1, -1 },
		.passed = received->fds,
		.names = names,
		.count = received->count,
	};
	struct program program;

	if (program_start(&program, arguments->program, &descriptors, err) < 0)
		return -1;
	if (programs_wait(&program, 1, deadline_after(arguments_number(arguments, "timeout", 0)),
			  context, err) < 0)
		return -1;
	return program.status;
}

/* A socket that listens is listened on, whatever else came is joined. */
static int join_one(const struct fdpass *received, struct context *context,
		    const struct arguments *arguments, struct error *err)
{
	static const struct wish anything = { 0 };
	size_t number = (size_t)arguments_number(arguments, "join", 0);
	struct join join;
	char word[32];
	int status = -1;

	if (number >= received->count)
		return error_set(err, ERROR_FAILED, "--join %zu: only %zu came, and the first is 0", number,
				 received->count);
	snprintf(word, sizeof(word), "fd:%d", received->fds[number]);
	join_init(&join);
	join.is_console = join.was_told = true;
	if (open_target(&join.left, "-", &anything, arguments, err) == 0 &&
	    open_target(&join.right, word, &anything, arguments, err) == 0 &&
	    join_read_options(&join, arguments, err) == 0 &&
	    join_read_format(&join, &join.right, arguments, err) == 0) {
		join_put_listener_left(&join);
		status = join_run(&join, context, arguments, err);
	}
	join_release(&join);
	return status;
}

static int use(const struct fdpass *received, struct context *context,
	       const struct arguments *arguments, struct error *err)
{
	if (arguments->program != NULL)
		return run_program(received, context, arguments, err);
	if (arguments_setting(arguments, "join") != NULL)
		return join_one(received, context, arguments, err);
	return 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct fd_socket fd_socket = FD_SOCKET_CLOSED;
	struct fdpass received = { 0 };
	int status;

	if (arguments->program != NULL && arguments_setting(arguments, "join") != NULL)
		return error_usage(err, "--join and a program exclude each other");
	status = receive(&fd_socket, arguments, &received, err);
	if (status == 0)
		show(&fd_socket, &received, context, arguments);
	/* From here on signals belong to what is joined or started. */
	fd_socket_close(&fd_socket, context);
	if (status == 0 && context->died_by == 0)
		status = use(&received, context, arguments, err);
	fdpass_release(&received);
	return context->died_by != 0 && status < 0 ? 1 : status;
}

const struct command recvfd_command = {
	.name = "recvfd",
	.summary = "take descriptors from a UNIX socket: describe them, join one, or run a program with them",
	.options = options,
	.arguments = words,
	.program = "PROGRAM [ARGUMENT...]",
	.examples = examples,
	.run = run,
};
