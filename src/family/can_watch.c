/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in frames and the load of a bus, as cansequence(1) and canbusload(1) tell them; linux/can.h. */
#include "family/can_watch.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <string.h>

#define PERIOD NANOSECONDS_PER_SECOND
#define BITRATE_MAXIMUM 20000000

/* Bits of a frame without data, the pause behind it included, when as many bits are stuffed as can be. */
enum {
	BITS_STANDARD = 55,
	BITS_EXTENDED = 80,
	BITS_A_BYTE = 10,
	/* CAN FD: what goes at the bitrate of arbitration, and of the rest all but the bytes */
	BITS_FD_STANDARD = 35,
	BITS_FD_EXTENDED = 60,
	BITS_FD_REST = 32,
};

/* "500000", "500k", "1M": thousands, as rates are counted. */
static int read_rate(const char *text, size_t length, uint64_t *rate)
{
	uint64_t unit = 1;
	cleanup_free char *digits = memory_copy(text, length);

	if (length > 0 && digits[length - 1] == 'k')
		unit = 1000;
	if (length > 0 && digits[length - 1] == 'M')
		unit = 1000000;
	if (unit > 1)
		digits[length - 1] = '\0';
	if (number_unsigned(digits, 1, BITRATE_MAXIMUM / unit, rate, NULL) < 0)
		return -1;
	*rate *= unit;
	return 0;
}

static int read_rates(struct can_watch *watch, const char *text)
{
	size_t length = strcspn(text, ":");

	if (read_rate(text, length, &watch->bitrate) < 0)
		return -1;
	watch->data_bitrate = watch->bitrate;
	if (text[length] == '\0')
		return 0;
	return read_rate(text + length + 1, strlen(text + length + 1), &watch->data_bitrate);
}

int can_watch_init(struct can_watch *watch, const struct target *target, struct error *err)
{
	const struct setting *load = target_setting(target, "load");

	*watch = (struct can_watch){ .counts = target_setting(target, "sequence") != NULL,
				     .measures = load != NULL };
	watch->id = (canid_t)target_number(target, "sequence", 0);
	if (watch->id > CAN_SFF_MASK)
		watch->id |= CAN_EFF_FLAG;
	if (load == NULL || read_rates(watch, load->value.bytes) == 0)
		return 0;
	error_usage(err, "load: a bitrate such as 500k expected, with CAN FD two: 500k:2M");
	return target_error_setting(target, load, err);
}

static int check_number(struct can_watch *watch, const char *name, const struct message *message,
			struct error *err)
{
	const struct canfd_frame *frame = (const void *)message->data;
	uint8_t number = frame->data[0], due = watch->next;
	bool is_gap;

	if (frame->can_id != watch->id || frame->len == 0)
		return 1;
	is_gap = watch->has_next && number != due;
	watch->has_next = true;
	watch->next = (uint8_t)(number + 1);
	if (!is_gap)
		return 1;
	error_set(err, ERROR_NONE, "%s: out of sequence: %u came, %u was due", name, number, due);
	return ENDPOINT_NOTICE;
}

static nanoseconds time_of(const struct can_watch *watch, const struct message *message)
{
	const struct canfd_frame *frame = (const void *)message->data;
	bool is_extended = (frame->can_id & CAN_EFF_FLAG) != 0;
	uint64_t bits = is_extended ? BITS_EXTENDED : BITS_STANDARD, data_bits = 0;
	uint64_t rate = frame->flags & CANFD_BRS ? watch->data_bitrate : watch->bitrate;

	if (message->length == CANFD_MTU) {
		bits = is_extended ? BITS_FD_EXTENDED : BITS_FD_STANDARD;
		data_bits = BITS_FD_REST + (uint64_t)frame->len * BITS_A_BYTE;
	} else if ((frame->can_id & CAN_RTR_FLAG) == 0) {
		bits += (uint64_t)frame->len * BITS_A_BYTE;
	}
	return (nanoseconds)(bits * NANOSECONDS_PER_SECOND / watch->bitrate +
			     data_bits * NANOSECONDS_PER_SECOND / rate);
}

/* At the end of each second. */
static int tell_load(struct can_watch *watch, const char *name, struct error *err)
{
	nanoseconds now = deadline_now(), passed = now - watch->since;

	if (watch->since != 0 && passed < PERIOD)
		return 0;
	if (watch->since != 0)
		error_set(err, ERROR_NONE, "%s: %.0f frames a second, %.0f %% of %llu bit/s", name,
			  (double)watch->frames * NANOSECONDS_PER_SECOND / (double)passed,
			  100.0 * (double)watch->busy / (double)passed,
			  (unsigned long long)watch->bitrate);
	watch->frames = 0;
	watch->busy = 0;
	passed = watch->since;
	watch->since = now;
	return passed != 0 ? ENDPOINT_NOTICE : 0;
}

int can_watch_message(struct can_watch *watch, const char *name, struct message *message,
		      struct error *err)
{
	bool is_frame = message->length == CAN_MTU || message->length == CANFD_MTU;
	int seen = 1;

	if (is_frame && watch->counts)
		seen = check_number(watch, name, message, err);
	if (is_frame && watch->measures) {
		watch->frames++;
		watch->busy += time_of(watch, message);
	}
	if (seen == 1 && watch->measures && tell_load(watch, name, err) != 0)
		seen = ENDPOINT_NOTICE;
	watch->has_kept = seen == ENDPOINT_NOTICE;
	watch->kept = *message;
	return seen;
}

bool can_watch_kept(struct can_watch *watch, struct message *message)
{
	bool had = watch->has_kept;

	if (had)
		*message = watch->kept;
	watch->has_kept = false;
	return had;
}

int can_watch_silence(struct can_watch *watch, struct endpoint *endpoint, const char *name,
		      struct error *err)
{
	int told;

	if (!watch->measures)
		return 0;
	told = tell_load(watch, name, err);
	endpoint->try_at = watch->since + PERIOD;
	return told;
}
