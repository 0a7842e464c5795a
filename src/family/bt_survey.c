/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which controllers there are, and which devices answer an inquiry; Core Specification, volume 4, part E, 7.1 and 7.7. */
#include "family/bt_survey.h"

#include "base/memory.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { PACKET_COMMAND = 1, PACKET_EVENT = 4 };
enum { INQUIRY = 0x0401, NAME_REQUEST = 0x0419 };
enum {
	INQUIRY_COMPLETE = 0x01,
	INQUIRY_RESULT = 0x02,
	NAME_COMPLETE = 0x07,
	COMMAND_STATUS = 0x0f,
	RESULT_WITH_RSSI = 0x22,
	RESULT_EXTENDED = 0x2f,
};
enum { STATUS_DISALLOWED = 0x0c };

/* The management's: an event, an opcode, a status, a setting; 127 is no strength. */
enum { TOLD_CONTROLLER = 0x0001, TOLD_DEVICE = 0x0012, READ_INFORMATION = 0x0004 };
enum { STATUS_BLOCKED = 0x12, SETTING_POWERED = 1, NO_RSSI = 127 };
/* Data of an extended response: length, type, bytes. */
enum { DATA_NAME_SHORT = 0x08, DATA_NAME = 0x09, DATA_CLASS = 0x0d };

#define NAME_MAXIMUM 248
#define DEVICES_MAXIMUM 255
#define INFORMATION_LENGTH 280 /* of a controller, as the management has it */

struct device {
	struct bdaddr bdaddr;
	uint8_t repetition, class[3];
	uint16_t clock;
	int8_t rssi;
	char name[NAME_MAXIMUM + 1];
	bool is_asked, is_ready, is_told;
};

struct survey {
	int fd;
	bool inquires, asks_names, is_over;
	struct bt_controller controllers[BT_CONTROLLERS_MAXIMUM];
	size_t controller_count, told;
	struct device devices[DEVICES_MAXIMUM];
	size_t device_count;
	struct buf message;
};

/* How the three kinds of results lay a device out. */
static const struct layout {
	uint8_t event;
	size_t size, class, clock, rssi, data; /* 0: it is not there */
} layouts[] = {
	{ INQUIRY_RESULT, 14, 9, 12, 0, 0 },
	{ RESULT_WITH_RSSI, 14, 8, 11, 13, 0 },
	{ RESULT_EXTENDED, 254, 8, 11, 13, 14 },
};

uint64_t survey_events(void)
{
	static const uint8_t events[] = { INQUIRY_COMPLETE, INQUIRY_RESULT,   NAME_COMPLETE,
					  COMMAND_STATUS,   RESULT_WITH_RSSI, RESULT_EXTENDED };
	uint64_t bits = 0;

	for (size_t i = 0; i < array_length(events); i++)
		bits |= UINT64_C(1) << events[i];
	return bits;
}

static int command(const struct survey *survey, uint16_t opcode, const void *body, uint8_t length,
		   struct error *err)
{
	uint8_t packet[4 + UINT8_MAX] = { PACKET_COMMAND, (uint8_t)opcode, (uint8_t)(opcode >> 8), length };

	memcpy(packet + 4, body, length);
	return send(survey->fd, packet, 4U + length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ?
		       error_system(err, "inquiry") :
		       0;
}

struct survey *survey_new(int fd, unsigned int units, bool asks_names, struct error *err)
{
	/* The access code that all look for, how long, and any number of answers. */
	const uint8_t inquiry[] = { 0x33, 0x8b, 0x9e, (uint8_t)units, 0 };
	struct survey *survey = memory_new(sizeof(*survey));

	*survey = (struct survey){ .fd = fd, .asks_names = asks_names, .inquires = fd >= 0, .is_over = fd < 0 };
	survey->controller_count = bt_controllers(survey->controllers);
	if (fd < 0 || command(survey, INQUIRY, inquiry, sizeof(inquiry), err) == 0)
		return survey;
	survey_free(survey);
	return NULL;
}

void survey_free(struct survey *survey)
{
	if (survey == NULL)
		return;
	buf_release(&survey->message);
	free(survey);
}

static void add_16(struct buf *out, size_t value)
{
	buf_add_char(out, (char)(value & 0xff));
	buf_add_char(out, (char)(value >> 8 & 0xff));
}

static void add_zeros(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_add_char(out, 0);
}

static void tell_controller(const struct bt_controller *controller, struct buf *out)
{
	add_16(out, TOLD_CONTROLLER);
	add_16(out, controller->index);
	add_16(out, 3 + INFORMATION_LENGTH);
	add_16(out, READ_INFORMATION);
	buf_add_char(out, controller->is_blocked ? STATUS_BLOCKED : 0);
	buf_add(out, &controller->bdaddr, sizeof(controller->bdaddr));
	/* version, manufacturer, settings that it can have; those that it has */
	add_zeros(out, 7);
	buf_add_char(out, controller->is_up ? SETTING_POWERED : 0);
	add_zeros(out, INFORMATION_LENGTH - sizeof(controller->bdaddr) - 8);
}

static void tell_device(const struct device *device, struct buf *out)
{
	size_t name = strlen(device->name);
	size_t data = 2 + sizeof(device->class) + (name > 0 ? 2 + name : 0);

	add_16(out, TOLD_DEVICE);
	add_16(out, HCI_DEV_NONE);
	add_16(out, sizeof(device->bdaddr) + 8 + data);
	buf_add(out, &device->bdaddr, sizeof(device->bdaddr));
	buf_add_char(out, BDADDR_BREDR);
	buf_add_char(out, (char)device->rssi);
	add_zeros(out, 4);
	add_16(out, data);
	buf_add_char(out, 1 + sizeof(device->class));
	buf_add_char(out, DATA_CLASS);
	buf_add(out, device->class, sizeof(device->class));
	if (name == 0)
		return;
	buf_add_char(out, (char)(1 + name));
	buf_add_char(out, DATA_NAME);
	buf_add(out, device->name, name);
}

size_t survey_next(struct survey *survey, const char **bytes)
{
	buf_clear(&survey->message);
	if (survey->told < survey->controller_count)
		tell_controller(&survey->controllers[survey->told++], &survey->message);
	for (size_t i = 0; i < survey->device_count && survey->message.length == 0; i++) {
		struct device *device = &survey->devices[i];

		if (!device->is_ready || device->is_told)
			continue;
		device->is_told = true;
		tell_device(device, &survey->message);
	}
	*bytes = survey->message.data;
	return survey->message.length;
}

bool survey_is_over(const struct survey *survey)
{
	return survey->is_over;
}

static struct device *find_device(struct survey *survey, const void *bdaddr)
{
	for (size_t i = 0; i < survey->device_count; i++)
		if (memcmp(&survey->devices[i].bdaddr, bdaddr, sizeof(struct bdaddr)) == 0)
			return &survey->devices[i];
	return NULL;
}

static void keep_name(struct device *device, const uint8_t *name, size_t length)
{
	memcpy(device->name, name, length < NAME_MAXIMUM ? length : NAME_MAXIMUM);
}

/* The name that an extended response carries, if it is whole. */
static void read_data(struct device *device, const uint8_t *data, size_t length)
{
	for (size_t at = 0; at + 1 < length && data[at] > 0; at += 1U + data[at]) {
		if (at + 1 + data[at] > length)
			return;
		if (data[at + 1] == DATA_NAME)
			keep_name(device, data + at + 2, data[at] - 1U);
	}
}

static void take_device(struct survey *survey, const struct layout *layout, const uint8_t *at)
{
	struct device *device = find_device(survey, at);

	if (device != NULL || survey->device_count == DEVICES_MAXIMUM)
		return;
	device = &survey->devices[survey->device_count++];
	*device = (struct device){ .repetition = at[sizeof(struct bdaddr)], .rssi = NO_RSSI };
	memcpy(&device->bdaddr, at, sizeof(device->bdaddr));
	memcpy(device->class, at + layout->class, sizeof(device->class));
	memcpy(&device->clock, at + layout->clock, sizeof(device->clock));
	if (layout->rssi > 0)
		device->rssi = (int8_t)at[layout->rssi];
	if (layout->data > 0)
		read_data(device, at + layout->data, layout->size - layout->data);
	device->is_ready = !survey->asks_names || device->name[0] != '\0';
}

/* A number of devices, one behind the other. */
static void take_results(struct survey *survey, const struct layout *layout, const uint8_t *body, size_t length)
{
	for (size_t i = 0; i < body[0] && 1 + (i + 1) * layout->size <= length; i++)
		take_device(survey, layout, body + 1 + i * layout->size);
}

/* A device at a time is asked for its name, once the inquiry is over: then there is nobody left to wait for. */
static int ask_name(struct survey *survey, struct error *err)
{
	for (size_t i = 0; i < survey->device_count; i++) {
		struct device *device = &survey->devices[i];
		uint8_t body[10] = { 0 };

		if (device->is_ready)
			continue;
		device->is_asked = true;
		memcpy(body, &device->bdaddr, sizeof(device->bdaddr));
		body[6] = device->repetition;
		memcpy(body + 8, &device->clock, sizeof(device->clock));
		body[9] |= 0x80; /* the clock is known */
		return command(survey, NAME_REQUEST, body, sizeof(body), err);
	}
	survey->is_over = true;
	return 0;
}

static int take_status(struct survey *survey, const uint8_t *body, struct error *err)
{
	uint16_t opcode = (uint16_t)(body[2] | body[3] << 8);

	if (body[0] == 0)
		return 0;
	if (opcode == INQUIRY && survey->inquires) {
		error_set(err, ERROR_FAILED, "the controller refuses an inquiry (status 0x%02x)", body[0]);
		return body[0] == STATUS_DISALLOWED ?
			       error_hint(err, "one is under way: another program, or bluetoothd, looks around") :
			       -1;
	}
	if (opcode != NAME_REQUEST)
		return 0;
	for (size_t i = 0; i < survey->device_count; i++)
		survey->devices[i].is_ready |= survey->devices[i].is_asked;
	return ask_name(survey, err);
}

static int take_name(struct survey *survey, const uint8_t *body, size_t length, struct error *err)
{
	struct device *device = find_device(survey, body + 1);

	if (device == NULL || device->is_ready)
		return 0;
	if (body[0] == 0)
		keep_name(device, body + 7, strnlen((const char *)body + 7, length - 7));
	device->is_ready = true;
	return device->is_asked ? ask_name(survey, err) : 0;
}

static int take_event(struct survey *survey, uint8_t event, const uint8_t *body, size_t length,
		      struct error *err)
{
	for (size_t i = 0; i < array_length(layouts) && length > 0; i++)
		if (layouts[i].event == event)
			take_results(survey, &layouts[i], body, length);
	if (event == COMMAND_STATUS && length >= 4)
		return take_status(survey, body, err);
	if (event == NAME_COMPLETE && length >= 7)
		return take_name(survey, body, length, err);
	if (event != INQUIRY_COMPLETE || !survey->inquires)
		return 0;
	survey->inquires = false;
	return ask_name(survey, err);
}

int survey_take(struct survey *survey, const char *packet, size_t length, struct error *err)
{
	const uint8_t *at = (const uint8_t *)packet;

	if (length < 3 || at[0] != PACKET_EVENT || length < 3U + at[2])
		return 0;
	return take_event(survey, at[1], at + 3, at[2], err);
}
