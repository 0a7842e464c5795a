/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN frames to and from the kernel's structs, whose sizes tell them apart; linux/can.h. */
#include "codec/busframe.h"

#include "base/memory.h"

#include <linux/can.h>
#include <string.h>

#define XL_HEADER     12   /* bytes of struct canxl_frame before its data */
#define XL_FLAG	      0x80 /* CANXL_XLF; where it stands the others have a length of at most 64 */
#define XL_VCID_SHIFT 16

static const uint8_t lengths[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };

unsigned int busframe_dlc_of(size_t length)
{
	unsigned int dlc = 0;

	while (dlc < 15 && lengths[dlc] < length)
		dlc++;
	return dlc;
}

size_t busframe_length_of(unsigned int dlc)
{
	return lengths[dlc & 15];
}

size_t busframe_fd_length(size_t length)
{
	return lengths[busframe_dlc_of(length)];
}

bool busframe_is_remote(const struct busframe *frame)
{
	return frame->kind == BUSFRAME_CLASSIC && (frame->id & CAN_RTR_FLAG) != 0 &&
	       (frame->id & CAN_ERR_FLAG) == 0;
}

static int unpack_classic(const uint8_t *bytes, struct busframe *frame)
{
	memset(frame, 0, sizeof(*frame));
	memcpy(&frame->id, bytes, sizeof(frame->id));
	frame->kind = BUSFRAME_CLASSIC;
	frame->length = bytes[4];
	frame->data = bytes + 8;
	if (frame->length > CAN_MAX_DLEN)
		return -1;
	if (frame->length == CAN_MAX_DLEN && bytes[7] > CAN_MAX_DLEN && bytes[7] <= 15)
		frame->raw_dlc = bytes[7];
	return 0;
}

static int unpack_fd(const uint8_t *bytes, struct busframe *frame)
{
	memset(frame, 0, sizeof(*frame));
	memcpy(&frame->id, bytes, sizeof(frame->id));
	frame->kind = BUSFRAME_FD;
	frame->length = bytes[4];
	frame->flags = bytes[5];
	frame->data = bytes + 8;
	return frame->length <= CANFD_MAX_DLEN ? 0 : -1;
}

static int unpack_xl(const uint8_t *bytes, size_t length, struct busframe *frame)
{
	uint32_t prio;
	uint16_t data_length;

	memset(frame, 0, sizeof(*frame));
	memcpy(&prio, bytes, sizeof(prio));
	memcpy(&data_length, bytes + 6, sizeof(data_length));
	memcpy(&frame->af, bytes + 8, sizeof(frame->af));
	frame->kind = BUSFRAME_XL;
	frame->id = prio & CAN_SFF_MASK;
	frame->vcid = (uint8_t)(prio >> XL_VCID_SHIFT);
	frame->flags = bytes[4];
	frame->sdt = bytes[5];
	frame->length = data_length;
	frame->data = bytes + XL_HEADER;
	return data_length >= 1 && data_length <= BUSFRAME_DATA_MAXIMUM &&
			       length - XL_HEADER >= data_length
		       ? 0
		       : -1;
}

int busframe_unpack(const void *bytes, size_t length, struct busframe *frame)
{
	const uint8_t *octets = bytes;

	if (length > XL_HEADER && (octets[4] & XL_FLAG) != 0)
		return unpack_xl(bytes, length, frame);
	if (length == CAN_MTU)
		return unpack_classic(bytes, frame);
	if (length == CANFD_MTU)
		return unpack_fd(bytes, frame);
	return -1;
}

static void pack_xl(const struct busframe *frame, struct buf *out)
{
	uint8_t header[XL_HEADER] = { 0 };
	uint32_t prio = frame->id | (uint32_t)frame->vcid << XL_VCID_SHIFT;
	uint16_t length = (uint16_t)frame->length;

	memcpy(header, &prio, sizeof(prio));
	header[4] = frame->flags;
	header[5] = frame->sdt;
	memcpy(header + 6, &length, sizeof(length));
	memcpy(header + 8, &frame->af, sizeof(frame->af));
	buf_add(out, header, sizeof(header));
	buf_add(out, frame->data, frame->length);
}

void busframe_pack(const struct busframe *frame, struct buf *out)
{
	uint8_t bytes[CANFD_MTU] = { 0 };
	bool is_fd = frame->kind == BUSFRAME_FD;

	if (frame->kind == BUSFRAME_XL) {
		pack_xl(frame, out);
		return;
	}
	memcpy(bytes, &frame->id, sizeof(frame->id));
	bytes[4] = (uint8_t)frame->length;
	bytes[5] = is_fd ? frame->flags : 0;
	bytes[7] = is_fd ? 0 : frame->raw_dlc;
	if (!busframe_is_remote(frame) && frame->length > 0)
		memcpy(bytes + 8, frame->data, frame->length);
	buf_add(out, bytes, is_fd ? CANFD_MTU : CAN_MTU);
}
