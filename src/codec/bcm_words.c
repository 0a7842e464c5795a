/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of the CAN broadcast manager, and cutting its messages up; linux/can/bcm.h. */
#include "codec/bcm_words.h"

#include <string.h>

/* The first word of an opcode is the one that is printed. */
const struct name bcm_verbs[] = {
	{ "cycle", TX_SETUP, "send frames again and again, or change those that are sent" },
	{ "change", TX_SETUP, NULL },
	{ "tx-setup", TX_SETUP, NULL },
	{ "stop", TX_DELETE, "end a cycle" },
	{ "tx-delete", TX_DELETE, NULL },
	{ "show", TX_READ, "ask for a cycle" },
	{ "tx-read", TX_READ, NULL },
	{ "send", TX_SEND, "send one frame, once" },
	{ "tx-send", TX_SEND, NULL },
	{ "watch", RX_SETUP, "tell when these bits of a frame change" },
	{ "rx-setup", RX_SETUP, NULL },
	{ "unwatch", RX_DELETE, "end a watch" },
	{ "rx-delete", RX_DELETE, NULL },
	{ "show-watch", RX_READ, "ask for a watch" },
	{ "rx-read", RX_READ, NULL },
	{ "cycling", TX_STATUS, "the answer to show" },
	{ "tx-status", TX_STATUS, NULL },
	{ "expired", TX_EXPIRED, "all of a counted cycle was sent" },
	{ "tx-expired", TX_EXPIRED, NULL },
	{ "watching", RX_STATUS, "the answer to show-watch" },
	{ "rx-status", RX_STATUS, NULL },
	{ "timeout", RX_TIMEOUT, "a watched frame did not come in time" },
	{ "rx-timeout", RX_TIMEOUT, NULL },
	{ "changed", RX_CHANGED, "a watched frame has new content" },
	{ "rx-changed", RX_CHANGED, NULL },
	{ NULL, 0, NULL },
};

/* As for opcodes: the kernel's own name behind ours. */
const struct name bcm_flags[] = {
	{ "set", SETTIMER, "set the times" },
	{ "settimer", SETTIMER, NULL },
	{ "start", STARTTIMER, "start the timer" },
	{ "starttimer", STARTTIMER, NULL },
	{ "notify", TX_COUNTEVT, "tell when the counted ones are sent" },
	{ "tx-countevt", TX_COUNTEVT, NULL },
	{ "now", TX_ANNOUNCE, "send the changed content at once" },
	{ "tx-announce", TX_ANNOUNCE, NULL },
	{ "copy-id", TX_CP_CAN_ID, "all frames get the identifier of the message" },
	{ "tx-cp-can-id", TX_CP_CAN_ID, NULL },
	{ "any-content", RX_FILTER_ID, "only the identifier matters" },
	{ "rx-filter-id", RX_FILTER_ID, NULL },
	{ "check-length", RX_CHECK_DLC, "a change of length is a change" },
	{ "rx-check-dlc", RX_CHECK_DLC, NULL },
	{ "no-autotimer", RX_NO_AUTOTIMER, "the timeout starts not by itself" },
	{ "rx-no-autotimer", RX_NO_AUTOTIMER, NULL },
	{ "resume", RX_ANNOUNCE_RESUME, "tell when a frame is back after a timeout" },
	{ "rx-announce-resume", RX_ANNOUNCE_RESUME, NULL },
	{ "restart", TX_RESET_MULTI_IDX, "start with the first of the frames" },
	{ "tx-reset-multi-idx", TX_RESET_MULTI_IDX, NULL },
	{ "answer", RX_RTR_FRAME, "send the frame when it is asked for" },
	{ "rx-rtr-frame", RX_RTR_FRAME, NULL },
	{ "fd", CAN_FD_FRAME, "the frames are those of CAN FD" },
	{ "can-fd-frame", CAN_FD_FRAME, NULL },
	{ NULL, 0, NULL },
};

const struct name *bcm_find(const struct name *table, const char *name)
{
	static const char prefix[] = "can-bcm-";
	size_t length = sizeof(prefix) - 1;

	if (strlen(name) > length && name_equal_length(name, length, prefix))
		name += length;
	return name_find(table, name);
}

static bool is_time(const struct bcm_timeval *time)
{
	return time->tv_sec >= 0 && time->tv_sec <= BCM_SECONDS_MAXIMUM && time->tv_usec >= 0 &&
	       time->tv_usec < 1000000;
}

static bool are_frames(const struct bcm *bcm)
{
	struct busframe frame;

	for (size_t i = 0; i < bcm->head.nframes; i++) {
		bcm_frame(bcm, i, &frame);
		if (frame.data == NULL)
			return false;
	}
	return true;
}

int bcm_unpack(const void *bytes, size_t length, struct bcm *bcm)
{
	size_t size;

	if (length < sizeof(bcm->head))
		return -1;
	memcpy(&bcm->head, bytes, sizeof(bcm->head));
	size = bcm->head.flags & CAN_FD_FRAME ? CANFD_MTU : CAN_MTU;
	if (bcm->head.nframes > BCM_FRAMES_MAXIMUM ||
	    length != sizeof(bcm->head) + bcm->head.nframes * size)
		return -1;
	bcm->frames = (const uint8_t *)bytes + sizeof(bcm->head);
	bcm->frame_size = size;
	if (bcm->head.opcode < TX_SETUP || bcm->head.opcode > RX_CHANGED ||
	    !is_time(&bcm->head.ival1) || !is_time(&bcm->head.ival2))
		return -1;
	return are_frames(bcm) ? 0 : -1;
}

bool bcm_is_receiving(uint32_t opcode)
{
	return opcode == RX_SETUP || opcode == RX_DELETE || opcode == RX_READ ||
	       opcode >= RX_STATUS;
}

uint32_t bcm_implied_flags(const struct bcm *bcm, bool has_times)
{
	uint32_t flags = 0;

	if (bcm->head.nframes > 0 && bcm->frame_size == CANFD_MTU)
		flags |= CAN_FD_FRAME;
	if (has_times)
		flags |= SETTIMER | STARTTIMER;
	if (has_times && bcm->head.opcode == TX_STATUS) /* the kernel adds it to what starts a timer */
		flags |= TX_ANNOUNCE;
	if (bcm->head.opcode == RX_SETUP && bcm->head.nframes == 0)
		flags |= RX_FILTER_ID;
	return flags;
}

void bcm_frame(const struct bcm *bcm, size_t i, struct busframe *frame)
{
	if (busframe_unpack(bcm->frames + i * bcm->frame_size, bcm->frame_size, frame) < 0 ||
	    frame->kind == BUSFRAME_XL)
		frame->data = NULL;
}

void bcm_print_time(const struct bcm_timeval *time, struct buf *out)
{
	long long seconds = time->tv_sec, microseconds = time->tv_usec;

	if (microseconds == 0)
		buf_print(out, "%llds", seconds);
	else if (microseconds % 1000 == 0)
		buf_print(out, "%lldms", seconds * 1000 + microseconds / 1000);
	else
		buf_print(out, "%lldus", seconds * 1000000 + microseconds);
}
