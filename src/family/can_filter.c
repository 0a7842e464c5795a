/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the filters of raw CAN sockets; candump(1), linux/can/raw.h. */
#include "family/can_filter.h"

#include "family/can.h"

#include <string.h>

static int add(struct can_filters *filters, uint32_t id, uint32_t mask, struct error *err)
{
	if (filters->count == CAN_RAW_FILTER_MAX)
		return error_usage(err, "more than %d filters", CAN_RAW_FILTER_MAX);
	filters->rows[filters->count++] = (struct can_filter){ id, mask };
	return 0;
}

static int read_mask(const char *text, uint32_t *mask, struct error *err)
{
	uint64_t number;

	if (can_read_hex(text, UINT32_MAX, &number, err) < 0)
		return error_context(err, "mask");
	*mask = (uint32_t)number;
	return 0;
}

/* ID:MASK and ID~MASK: what the mask leaves out does not matter, the kind of identifier included. */
static int add_masked(struct can_filters *filters, const char *text, const char *mark,
		      struct error *err)
{
	uint32_t inverted = *mark == '~' ? CAN_INV_FILTER : 0, id, mask = 0;

	if (can_read_id(text, (size_t)(mark - text), &id, err) < 0 ||
	    read_mask(mark + 1, &mask, err) < 0)
		return -1;
	return add(filters, id | inverted, mask & ~CAN_ERR_FLAG, err);
}

/* Just this identifier, of the kind that its digits say. */
static int add_exact(struct can_filters *filters, const char *text, struct error *err)
{
	uint32_t id;

	if (can_read_id(text, strlen(text), &id, err) < 0)
		return -1;
	return add(filters, id, CAN_EFF_FLAG | (id & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK),
		   err);
}

/* A range is a few blocks, each as large as its first identifier is aligned. */
static int add_range(struct can_filters *filters, const char *text, const char *mark,
		     struct error *err)
{
	uint32_t low, high, flag, maximum;

	if (can_read_id(text, (size_t)(mark - text), &low, err) < 0 ||
	    can_read_id(mark + 1, strlen(mark + 1), &high, err) < 0)
		return -1;
	flag = high & CAN_EFF_FLAG;
	maximum = flag ? CAN_EFF_MASK : CAN_SFF_MASK;
	low &= CAN_EFF_MASK;
	high &= CAN_EFF_MASK;
	if (low > high)
		return error_usage(err, "the range ends before it begins");
	while (low <= high) {
		uint32_t size = 1;

		while ((low & (2 * size - 1)) == 0 && low + 2 * size - 1 <= high && size <= maximum)
			size *= 2;
		if (add(filters, low | flag, CAN_EFF_FLAG | (maximum & ~(size - 1)), err) < 0)
			return -1;
		low += size;
	}
	return 0;
}

int can_filters_add(struct can_filters *filters, const char *text, struct error *err)
{
	const char *mark = strpbrk(text, ":~");

	if (text[0] == '#')
		return read_mask(text + 1, &filters->errors, err);
	if (strcasecmp(text, "j") == 0) {
		filters->join = true;
		return 0;
	}
	if (mark != NULL)
		return add_masked(filters, text, mark, err);
	mark = strchr(text, '-');
	if (mark != NULL)
		return add_range(filters, text, mark, err);
	return add_exact(filters, text, err);
}
