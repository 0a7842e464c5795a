/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages given on the command line as an endpoint to read from. */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include "codec/codec.h"
#include "core/endpoint.h"

/* What is put behind each message. */
enum words_end { WORDS_PLAIN, WORDS_LF, WORDS_CRLF };

/*
 * An endpoint whose reads give one word each; what is written to it goes to
 * standard output. With a codec every word is read by it first, so that a
 * malformed one is a usage error before anything is opened; its messages are
 * for target. as_hex: each word is a line of the codec hex, which keeps an empty
 * one and a long one whole. The words are borrowed.
 */
int words_endpoint(struct endpoint *endpoint, const struct target *console,
		   const struct target *messages, char *const *words, size_t count,
		   enum words_end end, const struct codec *codec, bool as_hex, struct error *err);

#endif
