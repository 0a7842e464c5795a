/* SPDX-License-Identifier: GPL-2.0-or-later */
/* can-struct: the kernel's structs of CAN frames one behind the other, as read(2) of a raw socket gives them; linux/can.h. */
#include "base/uapi.h"
#include "codec/busframe.h"

#include <linux/can.h>
#include <string.h>

#define LENGTH_AT 4  /* bytes of data; flags of CAN XL */
#define FLAGS_AT  5  /* flags of CAN FD, nothing in a classic frame */
#define XL_LENGTH 6  /* two bytes in the host's order */
#define XL_HEADER 12

/* A frame of CAN FD says so by a flag: kernels since 6.0 set it, and older ones leave it out. */
static int can_struct_encode(struct codec_context *context, const struct message *message,
			     struct buf *out, struct error *err)
{
	size_t start = out->length;
	struct busframe frame;

	(void)context;
	if (busframe_unpack(message->data, message->length, &frame) < 0)
		return error_set(err, ERROR_FAILED, "a message of %zu bytes is no CAN frame",
				 message->length);
	buf_add(out, message->data, message->length);
	if (frame.kind == BUSFRAME_FD)
		out->data[start + FLAGS_AT] = (char)(frame.flags | CANFD_FDF);
	return 0;
}

/* The bytes of the frame that begins so; 0: more are needed to tell. */
static size_t size_of(const uint8_t *bytes, size_t length)
{
	uint16_t data_length;

	if (length < XL_HEADER)
		return 0;
	if (bytes[LENGTH_AT] & CANXL_XLF) {
		memcpy(&data_length, bytes + XL_LENGTH, sizeof(data_length));
		return XL_HEADER + (size_t)data_length;
	}
	return bytes[FLAGS_AT] & CANFD_FDF ? CANFD_MTU : CAN_MTU;
}

static ssize_t can_struct_decode(struct codec_context *context, const char *bytes, size_t length,
				 bool at_end, struct message *message, bool *found,
				 struct error *err)
{
	size_t size = size_of((const uint8_t *)bytes, length);
	struct busframe frame;

	reader_start(context, message, found);
	if (size == 0 || length < size) {
		if (!at_end || length == 0)
			return 0;
		return error_set(err, ERROR_INCOMPLETE,
				 "frame %llu: the input ends %zu bytes into it",
				 (unsigned long long)context->line + 1, length);
	}
	context->line++;
	if (busframe_unpack(bytes, size, &frame) < 0) {
		reader_refuse_frame(context, err, "these bytes are no struct can_frame");
		return error_hint(err, "a struct canfd_frame is known by CANFD_FDF among its flags");
	}
	message->data = bytes;
	message->length = size;
	*found = true;
	return (ssize_t)size;
}

const struct codec codec_can_struct = {
	.name = "can-struct",
	.summary = "CAN frames as the kernel's structs, one behind the other",
	.framing = true,
	.encode = can_struct_encode,
	.decode = can_struct_decode,
};
