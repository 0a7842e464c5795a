/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in the blocks of pcapng; draft-ietf-opsawg-pcapng. */
#include "codec/capture_reader.h"

#include "base/memory.h"
#include "codec/capture.h"

#include <string.h>

#define BILLION		   1000000000U
#define DIRECTION_MASK	   3
#define DIRECTION_OUTBOUND 2

static uint64_t get_64(const struct capture_reader *reader, const char *at)
{
	uint64_t first = capture_32(reader, at), second = capture_32(reader, at + 4);

	return reader->swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		       ? first << 32 | second
		       : second << 32 | first;
}

/* Takes the next option; false at the end and where one does not fit. */
static bool next_option(const struct capture_reader *reader, struct span *options, uint16_t *code,
			struct span *value)
{
	size_t padded;

	if (options->length < 4)
		return false;
	*code = capture_16(reader, options->text);
	value->text = options->text + 4;
	value->length = capture_16(reader, options->text + 2);
	padded = (value->length + 3) & ~(size_t)3;
	if (*code == OPTION_END || padded > options->length - 4)
		return false;
	options->text += 4 + padded;
	options->length -= 4 + padded;
	return true;
}

/* "9" is nanoseconds; with the highest bit set it is a power of two. Finer ones than 10^-19 are none. */
static uint64_t units_of(uint8_t resolution)
{
	uint64_t units = 1;

	if (resolution & 0x80)
		return (uint64_t)1 << (resolution & 0x3f);
	for (unsigned int i = 0; i < resolution && i < 19; i++)
		units *= 10;
	return units;
}

static struct timespec time_of(const struct capture_source *source, uint64_t value)
{
	struct timespec time = { .tv_sec = (time_t)(value / source->units) };
	uint64_t part = value % source->units, units = source->units;

	/* so that the product has room; units are a power of ten or of two */
	for (uint64_t step = units % 10 == 0 ? 10 : 2; units > UINT64_MAX / BILLION; units /= step)
		part /= step;
	time.tv_nsec = (long)(part * BILLION / units);
	if (__builtin_add_overflow(time.tv_sec, source->offset, &time.tv_sec))
		time.tv_sec = 0;
	return time;
}

static void read_interface_option(const struct capture_reader *reader, uint16_t code,
				  struct span value, struct capture_source *source)
{
	size_t length = strnlen(value.text, value.length);

	switch (code) {
	case OPTION_INTERFACE_NAME:
		if (length >= sizeof(source->name))
			length = sizeof(source->name) - 1;
		memcpy(source->name, value.text, length);
		source->name[length] = '\0';
		break;
	case OPTION_INTERFACE_TIME_UNIT:
		if (value.length >= 1)
			source->units = units_of((uint8_t)value.text[0]);
		break;
	case OPTION_INTERFACE_TIME_OFFSET:
		if (value.length >= 8)
			source->offset = (int64_t)get_64(reader, value.text);
		break;
	default:
		break;
	}
}

static int read_interface(struct capture_reader *reader, struct span body, struct error *err)
{
	struct capture_source *source;
	struct span value;
	uint16_t code;

	if (body.length < 8)
		return capture_reader_refuse(reader, err, "it is too short for an interface");
	if (reader->source_count >= CAPTURE_INTERFACES_MAXIMUM)
		return capture_reader_refuse(reader, err, "more than %d interfaces",
					     CAPTURE_INTERFACES_MAXIMUM);
	if ((reader->source_count & (reader->source_count - 1)) == 0)
		reader->sources = memory_resize(reader->sources, 2 * reader->source_count + 1,
						sizeof(*reader->sources));
	source = &reader->sources[reader->source_count++];
	*source =
		(struct capture_source){ .link = capture_16(reader, body.text), .units = 1000000,
					 .kept = capture_32(reader, body.text + 4) };
	body.text += 8;
	body.length -= 8;
	while (next_option(reader, &body, &code, &value))
		read_interface_option(reader, code, value, source);
	return 0;
}

static const struct capture_source *source_of(const struct capture_reader *reader, uint32_t number,
					      struct error *err)
{
	if (number < reader->source_count)
		return &reader->sources[number];
	capture_reader_refuse(reader, err, "its interface %u was not described", number);
	return NULL;
}

/* The bytes behind a packet's header, and its options behind their padding. */
static int split_packet(const struct capture_reader *reader, struct span *body, size_t header,
			uint32_t kept, struct capture_found *found, struct error *err)
{
	size_t padded = ((size_t)kept + 3) & ~(size_t)3;

	if (padded > body->length - header)
		return capture_reader_refuse(reader, err, "its packet claims to have %u bytes",
					     kept);
	found->packet = (struct span){ body->text + header, kept };
	body->text += header + padded;
	body->length -= header + padded;
	return 0;
}

static int read_packet(struct capture_reader *reader, bool is_old, struct span body,
		       struct capture_found *found, struct error *err)
{
	const struct capture_source *source;
	struct span value;
	uint64_t time;
	uint32_t number, kept;
	uint16_t code;

	if (body.length < 20)
		return capture_reader_refuse(reader, err, "it is too short for a packet");
	number = is_old ? capture_16(reader, body.text) : capture_32(reader, body.text);
	source = source_of(reader, number, err);
	if (source == NULL)
		return -1;
	time = (uint64_t)capture_32(reader, body.text + 4) << 32 |
	       capture_32(reader, body.text + 8);
	kept = capture_32(reader, body.text + 12);
	if (split_packet(reader, &body, 20, kept, found, err) < 0)
		return -1;
	found->source = source;
	found->time = time_of(source, time);
	while (next_option(reader, &body, &code, &value))
		if (code == OPTION_PACKET_FLAGS && value.length >= 4 &&
		    (capture_32(reader, value.text) & DIRECTION_MASK) == DIRECTION_OUTBOUND)
			found->direction = MESSAGE_OUT;
	return 0;
}

/* Without time and interface number; as long as the interface keeps of one. */
static int read_simple_packet(struct capture_reader *reader, struct span body,
			      struct capture_found *found, struct error *err)
{
	uint32_t length;

	if (body.length < 4)
		return capture_reader_refuse(reader, err, "it is too short for a packet");
	length = capture_32(reader, body.text);
	found->source = source_of(reader, 0, err);
	if (found->source == NULL)
		return -1;
	/* What was cut off has padding behind it, which its length alone does not tell. */
	if (found->source->kept != 0 && length > found->source->kept)
		length = found->source->kept;
	if (length > body.length - 4)
		length = (uint32_t)(body.length - 4);
	found->packet = (struct span){ body.text + 4, length };
	return 0;
}

int capture_reader_block(struct capture_reader *reader, uint32_t type, struct span body,
			 struct capture_found *found, struct error *err)
{
	switch (type) {
	case BLOCK_SECTION:
		reader->source_count = 0;
		return 0;
	case BLOCK_INTERFACE:
		return read_interface(reader, body, err);
	case BLOCK_PACKET:
	case BLOCK_OLD_PACKET:
		return read_packet(reader, type == BLOCK_OLD_PACKET, body, found, err);
	case BLOCK_SIMPLE_PACKET:
		return read_simple_packet(reader, body, found, err);
	default:
		return 0;
	}
}
