/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame of a CAN bus of any kind, out of and into the kernel's structs; linux/can.h. */
#ifndef CODEC_BUSFRAME_H
#define CODEC_BUSFRAME_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "codec/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUSFRAME_DATA_MAXIMUM 2048 /* bytes that a CAN XL frame carries */

enum busframe_kind {
	BUSFRAME_CLASSIC, /* up to 8 bytes, struct can_frame */
	BUSFRAME_FD,	  /* up to 64 bytes, struct canfd_frame */
	BUSFRAME_XL,	  /* 1 to 2048 bytes, struct canxl_frame */
};

/* data is borrowed. Of a remote request length counts and data is not there. */
struct busframe {
	enum busframe_kind kind;
	uint32_t id;	 /* with CAN_EFF_FLAG, CAN_RTR_FLAG, CAN_ERR_FLAG; of XL the priority */
	uint8_t vcid;	 /* XL: virtual network */
	uint8_t flags;	 /* CANFD_BRS, CANFD_ESI, CANFD_FDF; XL: CANXL_SEC and, always, CANXL_XLF */
	uint8_t raw_dlc; /* classic frames of 8 bytes: 9 to 15 as it was on the bus, else 0 */
	uint8_t sdt;	 /* XL: type of the data */
	uint32_t af;	 /* XL: acceptance field */
	size_t length;
	const uint8_t *data;
};

bool busframe_is_remote(const struct busframe *frame);
/* The kernel's bytes to a frame: -1 where they are none. */
int busframe_unpack(const void *bytes, size_t length, struct busframe *frame);
/* Adds the kernel's bytes. */
void busframe_pack(const struct busframe *frame, struct buf *out);
/* The next length that a CAN FD frame can have: 9 is 12; 65 and more is 64. */
size_t busframe_fd_length(size_t length);
/* The data length code of a length, and back. */
unsigned int busframe_dlc_of(size_t length);
size_t busframe_length_of(unsigned int dlc);

/* "123#DEADBEEF" in all its forms, as candump(1) logs them. */
void busframe_print(const struct busframe *frame, struct buf *out);
/*
 * Reads that, upper or lower case, dots between bytes allowed. room holds
 * BUSFRAME_DATA_MAXIMUM bytes that the frame borrows. -1: usage error.
 */
int busframe_read(struct span text, struct busframe *frame, uint8_t *room, struct error *err);
/* Reads an identifier: 3 digits standard, 8 digits extended or, with 0x20000000, an error frame. */
int busframe_read_id(struct span text, uint32_t *id, struct error *err);
/* Reads pairs of digits, dots allowed between them. */
int busframe_read_data(struct span text, size_t maximum, uint8_t *room, size_t *length,
		       struct error *err);

/* What an error frame says in words, separated by commas; linux/can/error.h. */
void busframe_print_error(const struct busframe *frame, struct buf *out);

/* An object under key: frame (the notation above), id, kind, flags, data, error in words. */
void busframe_describe(const struct busframe *frame, struct json *json, const char *key);

#endif
