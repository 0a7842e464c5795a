/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A named endpoint of the shell: what was opened, what came and was not read yet, and counts. */
#ifndef SHELL_CHANNEL_H
#define SHELL_CHANNEL_H

#include "base/buf.h"
#include "codec/codec.h"
#include "core/endpoint.h"
#include "core/socket.h"
#include "relay/loop.h"
#include "shell/trips.h"

#include <stdio.h>

#define CHANNEL_PIECE (64U << 10)  /* bytes read at once */
#define CHANNEL_ROOM (256U << 10) /* bytes kept that nobody asked for yet */

/* How what comes is shown. */
enum channel_view { VIEW_TEXT, VIEW_HEX, VIEW_JSON, VIEW_CHANGES, VIEW_NONE };

/* What becomes of what somebody types while the endpoint has the keyboard. */
enum typed_as { TYPED_CHAR, TYPED_LINE, TYPED_HEX, TYPED_JSON };

/* A target that several endpoints share: a listener and what it accepted. */
struct anchor {
	unsigned int references;
	char *word;
	struct target target;
};

/* A message that came and was not read yet. */
struct letter {
	struct letter *next;
	struct message message; /* data and control are owned */
};

struct channel {
	char *name;
	struct anchor *anchor;
	struct endpoint endpoint; /* closed where it only listens */
	struct listener listener;
	int listening; /* what poll(2) waits for; -1: it does not listen */
	struct buf in;
	struct letter *letters, **last_letter;
	size_t letter_count, letter_bytes;
	bool has_ended, is_broken;
	bool accepted; /* by a listener, whose anchor it shares */
	struct error broken; /* why nothing more can be read */
	struct address sender; /* of the last message; length 0: none */
	uint64_t received, sent, received_messages, sent_messages;
	struct message_room room;
	struct codec_context codec; /* of json */
	nanoseconds asked; /* when something was sent that was not answered yet; 0 */
	nanoseconds came_at; /* when something was read last */
	nanoseconds trip; /* how long the last answer took */
	struct trips trips; /* and all of them */
	struct process *process; /* of a program's own channel; NULL */
	struct loop_watch watch; /* of one that is read while others are waited for */
	struct loop *loop;	 /* where it is watched */
	void (*came)(struct channel *channel); /* something was read unasked */
	struct tunnel *tunnel; /* whose listening end it is; NULL */
	void (*release)(struct channel *channel); /* ends what belongs to it, before it is closed; NULL */
	uint64_t shown_bytes, shown_messages; /* of what was received: shown to whoever types */
	bool end_shown;
	enum channel_view view;
	enum typed_as typed_as;
	const char *typed_end; /* what stands for Enter; NULL: nothing was said */
	struct changes *changes; /* what was shown last, NULL until that is asked for */
	bool is_held; /* nothing is read unasked: what comes waits in the kernel */
	nanoseconds patience; /* how long a line waits for it; 0: not at all, -1: as the shell says */
	struct tape *tape; /* what passes is recorded there; NULL */
};

struct anchor *anchor_new(char *word);
void anchor_free(struct anchor *anchor);
/* Takes the anchor's reference over. */
struct channel *channel_new(const char *name, struct anchor *anchor);
/* Its descriptors; whoever waits for it is told. */
void channel_close(struct channel *channel);
void channel_free(struct channel *channel);
/* Whether it keeps boundaries. */
bool channel_has_messages(const struct channel *channel);
/* Reads what is there: 1 something came, 0 nothing now, ENDPOINT_END, -1 (told by broken). */
int channel_fill(struct channel *channel);
/* Takes the first letter away; the caller frees it. NULL: none. */
struct letter *channel_take(struct channel *channel);
void letter_free(struct letter *letter);
/* The same for one that nobody read: descriptors that came along are closed. */
void letter_drop(struct letter *letter);
/* A message as JSON, the object that `recv --json` prints. */
void channel_print_message(struct channel *channel, const struct message *message, struct buf *out);
/* As its view wants it: the family's own text, or safe for the eye; hex digits; JSON. */
void channel_show(struct channel *channel, const struct message *message, struct buf *out);
/* The same as a line: "NAME< ...", with what changed where that is wanted; nothing where nothing is. */
void channel_show_line(struct channel *channel, const struct message *message, bool colored,
		       struct buf *out);
/* Prints what a line received. */
void channel_tell(struct channel *channel, const struct buf *got, bool colored, FILE *out);
/* Remembers that something was sent, or that the answer came. */
void channel_ask(struct channel *channel);
void channel_answer(struct channel *channel);
/* Reads from now on whatever is waited for, as long as there is room. */
void channel_watch(struct channel *channel, struct loop *loop);
void channel_unwatch(struct channel *channel);
/* Something is being sent: where nothing connects, an answer to it may come though nobody took what was sent before. */
void channel_mend(struct channel *channel);
/* Leaves what comes in the kernel, or reads it again as it comes. */
void channel_hold(struct channel *channel, bool held);
/* Forgets the oldest of what somebody saw and no line asked for, where it becomes too much. */
void channel_trim(struct channel *channel);
/* Its descriptor, or that of its first listener. */
int channel_descriptor(const struct channel *channel);
/* Counts what was sent, and records it. */
void channel_sent(struct channel *channel, const struct message *message);
/* Bytes that wait in the kernel to be read, and that the peer did not take; -1: not known. */
void channel_queues(const struct channel *channel, int *unread, int *unsent);
/* "connected", "listening", "ended", "closed". */
const char *channel_state(const struct channel *channel);
/* The spec by which others reach it, or that it is connected to. */
void channel_print_spec(const struct channel *channel, struct buf *out);

#endif
