/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A spec checked against its family: typed fields, options by phase; no system calls yet. */
#ifndef CORE_TARGET_H
#define CORE_TARGET_H

#include "base/backoff.h"
#include "base/deadline.h"
#include "core/family.h"
#include "option/parameter.h"
#include "option/sockopt.h"
#include "spec/spec.h"

#include <stdatomic.h>

/* A field's text lives in the spec. number is set for FIELD_NUMBER, FIELD_HEX and FIELD_SET. */
struct target_field {
	const char *text; /* "" where absent or empty */
	size_t length;
	bool given;	  /* present and not empty */
	bool quoted;
	uint64_t number;
};

/* Which ends of lines are CR LF at the other side, and LF here. */
enum target_crlf { TARGET_CRLF_NONE, TARGET_CRLF_SEND, TARGET_CRLF_BOTH };
extern const struct name target_crlfs[];
/* What the end of input does: the values of eof= and --eof. */
extern const struct name target_eofs[];

/* What is the same for all families, read out of the options. */
struct target_common {
	nanoseconds connect_timeout; /* 0: none; durations, not points in time */
	nanoseconds accept_timeout;
	nanoseconds idle_timeout;
	uint64_t retries; /* further attempts after the first; UINT64_MAX: forever */
	nanoseconds interval; /* between two tries; 0: it grows */
	int backlog;
	uint64_t max_children; /* connections at once; 0: no limit */
	uint64_t max_per_source; /* of one host, user or machine; 0: no limit */
	uint64_t read_bytes;   /* stop reading after so many; 0: no limit */
	enum target_crlf crlf;
	bool telnet;	       /* its negotiation is refused and taken out */
	bool keep;	       /* go on listening after the first connection */
	bool unlink_early;
	bool inherit;
	int mode;	       /* of a path that is created; -1: not given */
	const char *interface; /* NULL: not given; borrowed from the settings */
	const char *netns;
	const char *bind;
	const char *frame; /* codec that puts messages on a stream; NULL: none */
	const char *eof;   /* "wait" "half" "close"; NULL: as the family's end */
};

struct target {
	const struct family *family;
	struct spec spec;
	enum role role;
	const struct family_type *type; /* NULL where no socket is made */
	int protocol;
	/* The family's own, unless its check chose others. */
	enum family_step step;
	const char *format;
	const char *text_format;
	struct target_field fields[SHAPE_FIELDS_MAX];
	struct setting *settings; /* common and the family's own, in typed order */
	size_t setting_count;
	struct sockopt_setting *sockopts; /* in typed order */
	size_t sockopt_count;
	struct target_common common;
	char *const *program; /* argv of a program given on the command line, NULL; borrowed */
	bool serves_program;  /* a program will be served: an empty host means loopback */
	bool wants_input;     /* we read from it; both are set by the command before opening */
	bool wants_output;    /* we write to it */
	bool is_watched;      /* what comes is shown or kept: a moment later is soon enough */
	bool opens_once;      /* nothing is opened from it later: its end is that of what was taken over */
	bool divides_port;    /* its address is bound by several sockets, which divide what comes */
	bool is_sink;	      /* of what goes one way only, a file, the writing is meant */
	unsigned int preferred_domain; /* AF_INET or AF_INET6 by -4, -6; 0: any */
	atomic_uint *holders; /* of all that it points to; the last one frees it */
};

/*
 * Checks spec against its family and takes it over (also on failure, when it
 * is released). Errors point into the spec. target_release() is due on success.
 */
int target_bind(struct target *target, struct spec *spec, struct error *err);
void target_release(struct target *target);
/*
 * A second holder of what a bound target points to, which neither changes from
 * now on; it may be another thread. target_release() is due for each.
 */
void target_share(struct target *copy, const struct target *target);

/* The last setting of that name, NULL where it was not given. */
const struct setting *target_setting(const struct target *target, const char *name);
/* The number of a setting, or fallback. */
int64_t target_number(const struct target *target, const char *name, int64_t fallback);
/* The text of a setting, or fallback. */
const char *target_text(const struct target *target, const char *name, const char *fallback);
bool target_flag(const struct target *target, const char *name);
/* Whether it sets that socket option. */
bool target_sets(const struct target *target, int level, int number);
/* Puts the spec in front of err, as target_print() shows it; returns -1. */
int target_error(const struct target *target, struct error *err);
/* Points err at a field; returns -1. */
int target_error_field(const struct target *target, size_t field, struct error *err);
/* Points err at the value of a setting; returns -1. */
int target_error_setting(const struct target *target, const struct setting *setting,
			 struct error *err);
/* The options that every family has; ends with a NULL name. */
extern const struct parameter target_common_parameters[];
/* The canonical spec, secrets hidden. */
void target_print(const struct target *target, struct buf *out);
/*
 * The canonical spec of an address of this target ("tcp:127.0.0.1:43211"),
 * without options but for a type that is not the usual one.
 */
void target_print_address(const struct target *target, const struct address *address,
			  struct buf *out);
/* The address that a spec has as its peer. Nothing is looked up: a name is a usage error. */
int target_read_address(const char *spec, struct address *address, struct error *err);
/* Whether its end is "none", "half" or "whole" after the option eof= is looked at. */
enum family_end target_end(const struct target *target);
/* How long to wait between two tries: interval=, else longer each time, up to half a minute. */
struct backoff target_backoff(const struct target *target);
/* Whether it keeps boundaries: a socket of messages, or a stream with frame=. */
bool target_has_messages(const struct target *target);
/* Applies the options of one phase in typed order. */
int target_apply(const struct target *target, enum sockopt_phase phase, int fd, struct error *err);
/* Adds for explain the calls of target_apply(), a line each. */
void target_add_calls(const struct target *target, enum sockopt_phase phase, struct buf *out);

#endif
