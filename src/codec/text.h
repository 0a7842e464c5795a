/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text with escapes, for the formats whose lines are text behind something of their own. */
#ifndef CODEC_TEXT_H
#define CODEC_TEXT_H

#include "codec/codec.h"

extern const struct codec codec_text;

/* The line of a message without its time and its end; escape: its first character, which would mean something else. */
void text_print(const struct message *message, bool escape, struct buf *out);
/* A message of a line without its time; as read_line of struct codec, never 0. */
int text_read(struct codec_context *context, struct span line, struct message *message,
	      struct error *err);

#endif
