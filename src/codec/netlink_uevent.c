/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of devices, as the kernel sends them and as udev passes them on; kobject_uevent, udev(7). */
#include "base/cleanup.h"
#include "codec/netlink_answer.h"

#include <endian.h>
#include <string.h>

#define UDEV_PREFIX  "libudev"
#define UDEV_MAGIC   0xfeedcafeU

static bool is_udev(struct netlink_bytes bytes)
{
	return bytes.length > sizeof(UDEV_PREFIX) && memcmp(bytes.data, UDEV_PREFIX, sizeof(UDEV_PREFIX)) == 0;
}

/* What stands behind udev's header: prefix, magic, its size, offset and length of the properties. */
static bool skip_udev(struct netlink_bytes *bytes)
{
	struct netlink_bytes rest = { bytes->data + sizeof(UDEV_PREFIX), bytes->length - sizeof(UDEV_PREFIX) };
	uint32_t magic, size, offset;

	if (!netlink_take(&rest, &magic, sizeof(magic)) || be32toh(magic) != UDEV_MAGIC ||
	    !netlink_take(&rest, &size, sizeof(size)) || !netlink_take(&rest, &offset, sizeof(offset)) ||
	    offset > bytes->length)
		return false;
	bytes->data += offset;
	bytes->length -= offset;
	return true;
}

static bool take_string(struct netlink_bytes *bytes, struct span *text)
{
	size_t length = strnlen(bytes->data, bytes->length);

	if (bytes->length == 0)
		return false;
	*text = (struct span){ bytes->data, length };
	length += length < bytes->length;
	bytes->data += length;
	bytes->length -= length;
	return true;
}

static void print_text(struct span text, struct netlink_sink *sink)
{
	if (sink->text->length > 0 && sink->text->data[sink->text->length - 1] != '\n')
		buf_add_char(sink->text, ' ');
	netlink_print_quoted(text.text, text.length, sink->text);
}

/* "ACTION=add" */
static void print_property(struct span text, struct netlink_sink *sink)
{
	const char *equals = memchr(text.text, '=', text.length);
	char key[128];
	size_t length = equals != NULL ? (size_t)(equals - text.text) : 0;

	if (sink->text != NULL) {
		print_text(text, sink);
	} else if (length > 0 && length < sizeof(key)) {
		memcpy(key, text.text, length);
		key[length] = '\0';
		json_string_length(sink->json, key, equals + 1, text.length - length - 1);
	}
}

/* Keys that come twice would be no JSON. */
static bool came_before(struct netlink_bytes all, struct span property)
{
	const char *equals = memchr(property.text, '=', property.length);
	size_t length = equals != NULL ? (size_t)(equals - property.text) + 1 : 0;
	struct span one;

	while (length > 0 && take_string(&all, &one) && one.text < property.text)
		if (one.length >= length && memcmp(one.text, property.text, length) == 0)
			return true;
	return false;
}

bool netlink_event_print(const char *data, size_t length, struct netlink_sink *sink)
{
	struct netlink_bytes bytes = { data, length }, all;
	bool from_udev = is_udev(bytes);
	struct span one;

	if (from_udev ? !skip_udev(&bytes) : memchr(data, '@', strnlen(data, length)) == NULL)
		return false;
	if (!from_udev && take_string(&bytes, &one)) {
		if (sink->text != NULL)
			print_text(one, sink);
		else
			json_string_length(sink->json, "event", one.text, one.length);
	} else if (sink->text != NULL) {
		print_text((struct span){ "libudev", 7 }, sink);
	}
	all = bytes;
	if (sink->json != NULL)
		json_open_object(sink->json, "properties");
	while (take_string(&bytes, &one))
		if (sink->text != NULL || !came_before(all, one))
			print_property(one, sink);
	if (sink->json != NULL)
		json_close_object(sink->json);
	return true;
}

int netlink_event_read(struct span line, struct buf *out, struct error *err)
{
	cleanup_buf struct buf word = { 0 };
	int got;

	while ((got = netlink_word_read(&line, &word, err)) > 0) {
		const char *text = buf_text(&word);

		if (strlen(text) != word.length || strchr(text, out->length == 0 ? '@' : '=') == NULL)
			return error_usage(err, "an event such as add@/devices/x SUBSYSTEM=net was expected");
		buf_add(out, text, word.length + 1);
		buf_clear(&word);
	}
	return got;
}
