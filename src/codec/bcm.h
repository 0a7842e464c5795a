/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of the CAN broadcast manager as words that one can type; linux/can/bcm.h. */
#ifndef CODEC_BCM_H
#define CODEC_BCM_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_tree.h"
#include "codec/reader.h"

/*
 * Adds a line without its end: a verb, an identifier or frames, times and flags, such as
 *	cycle 123#DEADBEEF every 100ms
 *	watch 123#FF00 timeout 1s throttle 50ms
 *	changed 123#01
 * -1 where the bytes are no message of the manager.
 */
int bcm_print(const void *bytes, size_t length, struct buf *out, struct error *err);
/* Reads such a line and adds the kernel's bytes; -1: usage error. */
int bcm_read(struct span line, struct buf *out, struct error *err);
/* An object: op, id, count, times, flags, frames, and text, the line. Nothing for other bytes. */
void bcm_describe(const void *bytes, size_t length, struct json *json, const char *key);

/*
 * The line of an object that someone typed: {"op":"cycle","every":"1s","frames":["123#11"]}; an
 * identifier is written as in a line ("123"), flags are words.
 */
void bcm_compose(const struct json_reader *reader, const struct json_value *object,
		 struct buf *line);

#endif
