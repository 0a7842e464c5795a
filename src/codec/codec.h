/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to bytes of a stream and back: formats that people read, and framings. */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json_tree.h"
#include "base/name.h"
#include "core/family.h"
#include "core/message.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CODEC_LINE_MAXIMUM (4U << 20) /* bytes of one line or frame that is read */

/* A stretch of foreign bytes, not ended by a NUL. */
struct span {
	const char *text;
	size_t length;
};

#define CODEC_INTERFACE_MAXIMUM 64 /* bytes of an interface's name in a capture, with its NUL */

/* What a codec may want to know of the messages' endpoint; a zeroed one is good. */
struct codec_context {
	const struct target *target; /* of the message side; NULL unknown */
	struct address local, peer;  /* of the same, for captures; length 0 unknown */
	size_t message_maximum;	     /* bytes that a message may have where it goes; 0 unknown */
	bool timestamps;	     /* show when a message came */
	const struct name
		*timestamp_style; /* a row of stamp_styles (codec/stamp.h); NULL: absolute */
	bool nanoseconds;	  /* nine decimals of a second rather than six */
	bool show_interface;	  /* several interfaces: say which */
	bool typed;		  /* what is read was typed and stays: errors may point into it */
	uint64_t line;		  /* number of the line being read, kept by the reader */
	size_t searched;	  /* bytes at the front of what was read that hold no end of it; the same */
	/* By what name the last message read says that it came in, "" unknown; it need not exist here. */
	char interface[CODEC_INTERFACE_MAXIMUM];
	struct timespec first, last; /* times of the first and the last message shown */
	uint64_t dropped;   /* messages that were lost before they could be read, for end */
	struct buf scratch; /* decoded bytes that a message borrows; kept by decode */
	struct buf scratch_control;
	void *state; /* the codec's own; released by its release slot */
};

struct codec {
	const char *name;
	const char *aliases; /* separated by blanks, NULL */
	const char *summary;
	bool framing; /* can stand in frame= of a stream: reads back exactly what it wrote */
	bool text;    /* what it writes is safe on a terminal */
	bool streams; /* also useful between two byte streams (raw, hex) */
	/* Once, before the first message (a pcap file header). NULL: nothing. */
	int (*begin)(struct codec_context *context, struct buf *out, struct error *err);
	/* Adds the message to out. */
	int (*encode)(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err);
	/*
	 * Adds what a message says as an object of that key, for json; nothing
	 * where it is like any other. The context is its own, not that of json. NULL: never.
	 */
	void (*describe)(struct codec_context *context, const struct message *message,
			 struct json *json, const char *key);
	/* Adds the line of such an object that someone typed, for decode. NULL: objects are not read. */
	void (*compose)(const struct json_reader *reader, const struct json_value *object,
			struct buf *line);
	/* Once, after the last message (the counts of a capture). NULL: nothing. */
	int (*end)(struct codec_context *context, struct buf *out, struct error *err);
	/*
	 * Of a format with a line a message: reads one, without its line end, into
	 * an empty message. 1 read (*message borrows from the line or from
	 * context->scratch until the next call), 0 there is none in it, -1
	 * malformed; codec_decode() says in which line.
	 */
	int (*read_line)(struct codec_context *context, struct span line, struct message *message,
			 struct error *err);
	/* Of any other: all that codec_decode() does. */
	ssize_t (*decode)(struct codec_context *context, const char *bytes, size_t length,
			  bool at_end, struct message *message, bool *found, struct error *err);
	void (*release)(struct codec_context *context);
};

/*
 * Reads one message off the front of length bytes. at_end: no more will come.
 * Returns the bytes used and sets *found where a message is complete (*message
 * borrows from bytes or from context->scratch until the next call); 0: more
 * bytes are needed, behind the same ones; -1: malformed, the error names the
 * line or frame. Bytes can be used without a message (blank lines, comments).
 */
ssize_t codec_decode(const struct codec *codec, struct codec_context *context, const char *bytes,
		     size_t length, bool at_end, struct message *message, bool *found,
		     struct error *err);

/* All codecs, sorted by name. */
extern const struct codec *const codecs[];
extern const size_t codec_count;

const struct codec *codec_find(const char *name);
/* The same with a usage error that names the nearest. */
const struct codec *codec_need(const char *name, bool framing, struct error *err);
void codec_context_release(const struct codec *codec, struct codec_context *context);

#endif
