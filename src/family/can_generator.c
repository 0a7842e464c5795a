/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up frames of CAN as a source, as cangen(1) and cansequence(1) send them; linux/can.h, getrandom(2). */
#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "base/name.h"
#include "family/can.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define DEFAULT_GAP (200 * NANOSECONDS_PER_MILLISECOND)

enum mode { MODE_RANDOM, MODE_INCREMENT, MODE_FIXED };

struct generator {
	struct canfd_frame frame;
	uint64_t state; /* of the random numbers */
	uint64_t left;	/* frames still to come */
	uint64_t count; /* so far */
	enum mode id, data;
	canid_t first_id;
	bool is_extended, is_fd, is_remote;
	int length; /* -1: random */
	nanoseconds gap, due;
	uint64_t burst; /* frames at once */
	struct buf bytes; /* of MODE_FIXED */
};

static const struct shape_field fields[] = { { .name = NULL } };

/* No socket: the type only says that messages have boundaries. */
static const struct family_type types[] = {
	{ .name = "raw", .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct name modes[] = {
	{ "random", MODE_RANDOM, NULL },
	{ "increment", MODE_INCREMENT, NULL },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "brs", .type = VALUE_FLAG, .help = "CAN FD frames with the second bitrate" },
	{ .name = "burst", .type = VALUE_NUMBER, .minimum = 1, .maximum = INT32_MAX, .help = "frames that follow each other without a gap (1)" },
	{ .name = "count", .type = VALUE_NUMBER, .minimum = 1, .maximum = INT64_MAX, .help = "end after so many" },
	{ .name = "data", .type = VALUE_TEXT, .argument = "HEX", .help = "the bytes, or increment: a number that counts up from 0, its lowest byte first, or random (random)" },
	{ .name = "extended", .type = VALUE_FLAG, .help = "identifiers of 29 bits" },
	{ .name = "fd", .type = VALUE_FLAG, .help = "frames of CAN FD" },
	{ .name = "gap", .type = VALUE_DURATION, .help = "pause between them; 0: as fast as the bus takes them (200ms)" },
	{ .name = "id", .type = VALUE_TEXT, .argument = "ID", .help = "the identifier, or increment, or random (random)" },
	{ .name = "length", .type = VALUE_NUMBER, .maximum = CANFD_MAX_DLEN, .help = "bytes of each (random, or as many as data has)" },
	{ .name = "remote", .type = VALUE_FLAG, .help = "remote requests" },
	{ .name = "seed", .type = VALUE_NUMBER, .minimum = 1, .maximum = INT64_MAX, .help = "the same frames again for the same number" },
	{ .name = NULL },
};

static int read_id(const struct target *target, struct generator *generator, struct error *err)
{
	const struct setting *setting = target_setting(target, "id");
	const struct name *mode;

	if (setting == NULL)
		return 0;
	mode = name_find(modes, setting->value.bytes);
	generator->id = mode != NULL ? (enum mode)mode->value : MODE_FIXED;
	if (mode != NULL || can_read_id(setting->value.bytes, setting->value.length,
					&generator->first_id, err) == 0)
		return 0;
	error_context(err, "id");
	return target_error_setting(target, setting, err);
}

static int read_data(const struct target *target, struct generator *generator, struct error *err)
{
	const struct setting *setting = target_setting(target, "data");
	size_t maximum = generator->is_fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
	const struct name *mode;

	if (setting == NULL)
		return 0;
	mode = name_find(modes, setting->value.bytes);
	generator->data = mode != NULL ? (enum mode)mode->value : MODE_FIXED;
	if (mode != NULL)
		return 0;
	if (bytes_read_hex(setting->value.bytes, setting->value.length, &generator->bytes, err) < 0)
		return target_error_setting(target, setting, err);
	if (generator->bytes.length <= maximum)
		return 0;
	error_usage(err, "data: at most %zu bytes", maximum);
	return target_error_setting(target, setting, err);
}

static int read_options(const struct target *target, struct generator *generator,
			struct error *err)
{
	*generator = (struct generator){
		.left = (uint64_t)target_number(target, "count", INT64_MAX),
		.is_extended = target_flag(target, "extended"),
		.is_fd = target_flag(target, "fd"),
		.is_remote = target_flag(target, "remote"),
		.gap = target_number(target, "gap", DEFAULT_GAP),
		.burst = (uint64_t)target_number(target, "burst", 1),
		.state = (uint64_t)target_number(target, "seed", 0),
	};
	if (read_id(target, generator, err) < 0 || read_data(target, generator, err) < 0)
		return -1;
	generator->length = (int)target_number(
		target, "length",
		generator->data == MODE_FIXED ? (int64_t)generator->bytes.length : -1);
	if (generator->length <= CAN_MAX_DLEN || generator->is_fd)
		return 0;
	error_usage(err, "length: at most 8 without fd");
	return target_error_setting(target, target_setting(target, "length"), err);
}

static int generator_check(struct target *target, struct error *err)
{
	struct generator generator;
	int checked = read_options(target, &generator, err);

	buf_release(&generator.bytes);
	return checked;
}

/* Xorshift: any number but 0 leads to all others. */
static uint64_t next_random(struct generator *generator)
{
	generator->state ^= generator->state << 13;
	generator->state ^= generator->state >> 7;
	generator->state ^= generator->state << 17;
	return generator->state;
}

static canid_t next_id(struct generator *generator)
{
	canid_t mask = generator->is_extended ? CAN_EFF_MASK : CAN_SFF_MASK;
	canid_t id = (canid_t)generator->count & mask;

	if (generator->id == MODE_FIXED)
		return generator->first_id | (generator->is_extended ? CAN_EFF_FLAG : 0);
	if (generator->id == MODE_RANDOM)
		id = (canid_t)(next_random(generator) >> 32) & mask;
	return id | (generator->is_extended ? CAN_EFF_FLAG : 0);
}

static uint8_t next_length(struct generator *generator)
{
	static const uint8_t lengths[16] = { 0, 1,  2,	3,  4,	5,  6,	7,
					     8, 12, 16, 20, 24, 32, 48, 64 };
	uint64_t random = next_random(generator);

	if (generator->length < 0)
		return lengths[random % (generator->is_fd ? 16 : CAN_MAX_DLEN + 1)];
	for (size_t i = 0; i < array_length(lengths); i++)
		if (lengths[i] >= generator->length)
			return lengths[i];
	return CANFD_MAX_DLEN;
}

static void fill(struct generator *generator, struct canfd_frame *frame)
{
	size_t fixed = generator->bytes.length;

	for (size_t i = 0; i < frame->len; i++)
		if (generator->data == MODE_RANDOM)
			frame->data[i] = (uint8_t)(next_random(generator) >> 32);
		else if (generator->data == MODE_INCREMENT)
			frame->data[i] = (uint8_t)(i < 8 ? generator->count >> (8 * i) : 0);
		else
			frame->data[i] = (uint8_t)(i < fixed ? generator->bytes.data[i] : 0);
}

static void make_frame(struct generator *generator, const struct target *target)
{
	struct canfd_frame *frame = &generator->frame;

	*frame = (struct canfd_frame){ .can_id = next_id(generator) };
	frame->len = next_length(generator);
	if (generator->is_fd)
		frame->flags = CANFD_FDF | (target_flag(target, "brs") ? CANFD_BRS : 0);
	if (generator->is_remote && !generator->is_fd)
		frame->can_id |= CAN_RTR_FLAG;
	else
		fill(generator, frame);
}

static int generator_receive(struct endpoint *endpoint, struct message_room *room,
			     struct message *message, struct error *err)
{
	struct generator *generator = endpoint->state;
	nanoseconds now = generator->gap > 0 ? deadline_now() : 0;

	(void)room;
	(void)err;
	if (generator->left == 0)
		return ENDPOINT_END;
	if (generator->due > now) {
		endpoint->try_at = generator->due;
		return 0;
	}
	make_frame(generator, endpoint->target);
	generator->left--;
	generator->count++;
	if (generator->count % generator->burst == 0)
		generator->due = (generator->due > 0 ? generator->due : now) + generator->gap;
	*message = (struct message){ .data = (const char *)&generator->frame,
				     .length = generator->is_fd ? CANFD_MTU : CAN_MTU };
	return 1;
}

static void generator_release(struct endpoint *endpoint)
{
	struct generator *generator = endpoint->state;

	buf_release(&generator->bytes);
	free(generator);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = generator_receive,
					 .release = generator_release };

static int generator_open(const struct target *target, const struct endpoint *client,
			  struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	struct generator *generator = memory_new(sizeof(*generator));

	(void)client;
	made.target = target;
	made.end = END_NONE;
	made.messages = true;
	made.ops = &ops;
	made.state = generator;
	made.ready_in = READY_ALWAYS;
	if (read_options(target, generator, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	if (generator->state == 0 &&
	    getrandom(&generator->state, sizeof(generator->state), 0) < 0)
		generator->state = (uint64_t)deadline_now();
	generator->state |= 1;
	endpoint_move(endpoint, &made);
	return 0;
}

static void generator_add_open_calls(const struct target *target, struct buf *out)
{
	if (target_setting(target, "seed") == NULL)
		buf_add_string(out, "getrandom(seed, 8, 0)\n");
}

const struct family can_generator_family = {
	.shape = { .name = "can-generator", .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "made-up frames of CAN",
	.domain = -1,
	.types = types,
	.parameters = parameters,
	.step = STEP_NONE,
	.format = "candump",
	.text_format = "candump",
	.check = generator_check,
	.open = generator_open,
	.add_open_calls = generator_add_open_calls,
};
