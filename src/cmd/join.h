/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joining two targets: what connect, send, recv, listen and relay share. */
#ifndef CMD_JOIN_H
#define CMD_JOIN_H

#include "cmd/command.h"
#include "codec/stamp.h"
#include "core/target.h"
#include "relay/server.h"

/* How text formats show when a message came: rows for the options of a command. */
/* clang-format off */
#define JOIN_NANOSECONDS \
	{ .name = "nanoseconds", .type = VALUE_FLAG, .help = "nine decimals of a second in timestamps" }
#define JOIN_TIMESTAMPS(option) \
	{ .name = "timestamps", .letter = option, .type = VALUE_CHOICE, .names = stamp_styles, .flags = PARAMETER_OPTIONAL, .fallback = STAMP_ABSOLUTE, .help = "text formats say when each message came" }
/* When enough was received. */
#define JOIN_CRLF \
	{ .name = "crlf", .letter = 'C', .type = VALUE_CHOICE, .names = target_crlfs, .flags = PARAMETER_OPTIONAL, .fallback = TARGET_CRLF_SEND, .help = "lines are sent with CR LF; both: and received so" }
#define JOIN_TELNET \
	{ .name = "telnet", .letter = 't', .type = VALUE_FLAG, .help = "refuse what telnet negotiates, and take it out of what comes" }
#define JOIN_DEADLINE \
	{ .name = "deadline", .aliases = "for", .type = VALUE_DURATION, .flags = PARAMETER_COMMON, .help = "end, in order, after so long" }
#define JOIN_HUB \
	{ .name = "hub", .type = VALUE_CHOICE, .names = join_hubs, .flags = PARAMETER_OPTIONAL | PARAMETER_COMMON, .fallback = JOIN_HUB_OTHERS, .help = "what one client says goes to all others" }
#define JOIN_KILL_AFTER \
	{ .name = "kill-after", .type = VALUE_DURATION, .help = "programs that outlive their connection by so long get SIGTERM, then SIGKILL" }
#define JOIN_QUIET_FOR \
	{ .name = "quiet-for", .type = VALUE_DURATION, .help = "end once nothing more was received for so long" }
#define JOIN_READ_BYTES \
	{ .name = "read-bytes", .type = VALUE_SIZE, .minimum = 1, .maximum = INT64_MAX, .help = "end after so many bytes were received; fewer is status 1, in time 4" }
#define JOIN_REPLIES \
	{ .name = "replies", .type = VALUE_NUMBER, .minimum = 1, .maximum = INT32_MAX, .flags = PARAMETER_COMMON, .help = "end after so many messages were received; fewer in time is status 4" }
#define JOIN_UNTIL \
	{ .name = "until", .type = VALUE_TEXT, .argument = "PATTERN", .flags = PARAMETER_COMMON, .help = "end once something is received that matches this regular expression" }
#define JOIN_RECONNECT \
	{ .name = "reconnect", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "open again what ends or is lost, after delays that grow" }
/* clang-format on */

/* The values of --hub. */
enum join_hub { JOIN_HUB_OTHERS, JOIN_HUB_ECHO };
extern const struct name join_hubs[];

/* Filled in by the command; everything is released by join_release(). */
struct join {
	struct target left, right;
	struct endpoint left_endpoint; /* instead of opening left; ENDPOINT_CLOSED: open it */
	struct session_settings session;
	struct server_settings server;
	bool is_swapped;       /* what was typed on the right is left */
	bool right_is_program; /* its status becomes ours */
	struct pattern *until; /* owned; NULL */
	struct hub *hub;       /* owned; NULL */
	bool hub_has_right;    /* it has right as a member as well */
	bool is_console;       /* left or right is our standard input and output */
	bool is_one_of_several; /* the same command runs another after it */
	bool was_told; /* --ready-fd has had its line already */
	struct workers_common *common; /* what workers share; NULL: we are none; borrowed */
	struct fdpass *given; /* owned: sockets that listen already, for server; NULL */
	char *terminal; /* the spec of a terminal that stands for the console; NULL */
};

void join_init(struct join *join);
void join_release(struct join *join);
/* Whether an option says when enough was received. */
bool join_has_goal(const struct arguments *arguments);
/*
 * Opens what is joined to other where there is no program: standard input and
 * output, or the terminal that other's option pty= names.
 */
int join_open_console(struct join *join, struct target *console, const struct target *other,
		      const struct arguments *arguments, struct error *err);
/* Reads the options that all transfers share into the settings; both targets are there. */
int join_read_options(struct join *join, const struct arguments *arguments, struct error *err);
/* Reads --crlf and --telnet, which are for the stream of the spec. */
int join_read_text(struct target *spec, const struct arguments *arguments, struct error *err);
/*
 * Reads --hub, which with_right also joins the right end; both targets are there and the listener
 * is left. Whoever ends its input leaves, unless eof says otherwise.
 */
int join_read_hub(struct join *join, bool with_right, const struct arguments *arguments,
		  struct error *err);
/* Reads --format for messages that pass by this target, whose console is a terminal or not. */
int join_read_format(struct join *join, const struct target *messages,
		     const struct arguments *arguments, struct error *err);
/* What listens stands on the left, since directions are told apart by their sides: swaps them where it does not. */
void join_put_listener_left(struct join *join);
/* Runs until all is over, a deadline or a signal: an exit status. */
int join_run(struct join *join, struct context *context, const struct arguments *arguments,
	     struct error *err);

#endif
