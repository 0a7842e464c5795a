/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the codec json keeps, and how the bytes of a message stand in its objects. */
#ifndef CODEC_JSON_DATA_H
#define CODEC_JSON_DATA_H

#include "base/json.h"
#include "base/json_tree.h"
#include "codec/codec.h"
#include "codec/interface.h"

struct json_state {
	struct json_reader *reader; /* NULL until something is read */
	struct interfaces interfaces;
	struct buf text; /* what is printed into the object */
	const struct codec *own_codec; /* of the family; NULL until it is needed */
	struct codec_context own;
};

struct json_state *json_state_of(struct codec_context *context);
void json_data_print(struct codec_context *context, const struct message *message,
		     struct json *json);
/* From the first member that says what the bytes are, into context->scratch; they may be said in several ways. */
int json_data_read(struct codec_context *context, const struct json_value *object,
		   struct error *err);

#endif
