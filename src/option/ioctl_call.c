/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests with their arguments: read from words, performed, printed; ioctl(2). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/ethtool.h"
#include "option/headers.h"
#include "option/interface.h"
#include "option/ioctl_row.h"
#include "option/type_parts.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNTED_MAXIMUM 64 /* entries */
#define CONF_ROOM 65536	   /* bytes */

/* Words as one text; the blank at its end says that blanks separate. */
static char *join(char *const *words, size_t count)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_print(&text, "%s ", words[i]);
	return buf_steal(&text);
}

static int read_input(const struct type *type, char *const *words, size_t count,
		      struct ioctl_request *request, struct error *err)
{
	struct type_reference reference = { 0 };
	char *text cleanup_free = NULL;
	int status;

	if (type->kind != TYPE_STRUCT && count > 1)
		return error_usage(err, "\"%s\": one argument is enough", words[1]);
	if (type->kind == TYPE_STRUCT)
		text = join(words, count);
	else
		text = memory_string(words[0]);
	status = type_read(type, text, strlen(text), &request->bytes, &reference, err);
	request->reference = reference.interface;
	if (request->row->style == STYLE_ETHTOOL) {
		request->typed = text;
		text = NULL;
	}
	return status;
}

/* Room for the answer where nothing is typed, and where a text needs the bytes behind it. */
static void fill_up(struct ioctl_request *request, size_t size)
{
	size_t missing = size > request->bytes.length ? size - request->bytes.length : 0;

	memset(buf_reserve(&request->bytes, missing), 0, missing);
	buf_commit(&request->bytes, missing);
}

static void prepare_counted(struct ioctl_request *request)
{
	const struct counted *list = ioctl_counted(request->number);
	uint64_t maximum = COUNTED_MAXIMUM;

	fill_up(request, list->items + (size_t)maximum * layout_size(request->row->type.table));
	store_number(request->bytes.data + list->count_offset, list->count_size, maximum);
}

static void prepare(struct ioctl_request *request)
{
	const struct ioctl *row = request->row;

	if (row->style == STYLE_COUNTED)
		prepare_counted(request);
	else if (row->style == STYLE_CONF)
		fill_up(request, CONF_ROOM);
	else
		fill_up(request, row->type.size);
	if (row->style == STYLE_ETHTOOL || row->style == STYLE_VLAN_GET ||
	    row->style == STYLE_VLAN_SET)
		store_number(request->bytes.data, sizeof(row->code), row->code);
	/* The kernel copies a permanent address only where it is told that there is room. */
	if (row->style == STYLE_ETHTOOL && row->code == ETHTOOL_GPERMADDR)
		store_number(request->bytes.data + 4, 4, 32);
	if (row->style == STYLE_NUMBER) {
		request->by_value = true;
		request->value = (unsigned long)load_unsigned(request->bytes.data, row->type.size);
	}
	if (row->style == STYLE_NOTHING || row->style == STYLE_DESCRIPTOR ||
	    row->style == STYLE_RESULT)
		request->by_value = true;
}

static int refuse_count(const struct ioctl *row, struct error *err)
{
	struct buf wanted cleanup_buf = { 0 };

	ioctl_print_arguments(row, &wanted);
	if (wanted.length == 0)
		return error_usage(err, "%s takes no argument", ioctl_name(row));
	return error_usage(err, "%s %s expected", ioctl_name(row), buf_text(&wanted));
}

static int read_known(char *const *words, size_t count, struct ioctl_request *request,
		      struct error *err)
{
	const struct ioctl *row = request->row;
	struct type type = ioctl_input_type(row);

	if (count < row->inputs || (count > 0 && row->inputs == 0))
		return refuse_count(row, err);
	if (ioctl_has_interface(row)) {
		if (!interface_is_name(words[0], strlen(words[0])))
			return error_usage(err, "\"%s\" is not the name of an interface", words[0]);
		if (interface_own_name(words[0], request->interface) < 0)
			return error_system(err, "interface %s", words[0]);
		words++;
		count--;
	}
	if (count > 0 && read_input(&type, words, count, request, err) < 0)
		return error_context(err, "%s", ioctl_name(row));
	prepare(request);
	return 0;
}

static int read_number(char *const *words, size_t count, struct ioctl_request *request,
		       struct error *err)
{
	uint64_t value;
	int64_t negative;

	if (count > 1)
		return error_usage(err, "a request by number takes one number or hex:BYTES");
	if (count == 0) {
		fill_up(request, _IOC_SIZE(request->number));
		request->by_value = request->bytes.length == 0;
		return 0;
	}
	if (strncmp(words[0], "hex:", 4) == 0) {
		if (bytes_read_hex(words[0] + 4, strlen(words[0] + 4), &request->bytes, err) < 0)
			return -1;
		fill_up(request, _IOC_SIZE(request->number));
		return 0;
	}
	request->by_value = true;
	if (number_unsigned(words[0], 0, ULONG_MAX, &value, NULL) == 0) {
		request->value = (unsigned long)value;
		return 0;
	}
	if (number_signed(words[0], INT64_MIN, INT64_MAX, &negative, err) < 0)
		return error_hint(err, "a number is passed by value, hex:BYTES are pointed to");
	request->value = (unsigned long)negative;
	return 0;
}

static int unknown_name(const char *name, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	error_usage(err, "there is no request \"%s\"", name);
	ioctl_guess(&guess);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean %s?", guess.nearest);
	return error_hint(err, "`anysock ioctl --list` has all; any other is given by its number");
}

int ioctl_read(const char *name, char *const *words, size_t count, struct ioctl_request *request,
	       struct error *err)
{
	uint64_t number;
	int status;

	*request = (struct ioctl_request){ .row = ioctl_find(name) };
	if (request->row != NULL) {
		request->number = ioctl_number(request->row);
		status = read_known(words, count, request, err);
	} else if (number_unsigned(name, 0, UINT32_MAX, &number, NULL) == 0) {
		request->number = (unsigned long)number;
		status = read_number(words, count, request, err);
	} else {
		return unknown_name(name, err);
	}
	if (status < 0)
		ioctl_request_release(request);
	return status;
}

void ioctl_request_release(struct ioctl_request *request)
{
	buf_release(&request->bytes);
	free(request->reference);
	free(request->typed);
	request->reference = request->typed = NULL;
}

static int fail(const struct ioctl_request *request, struct error *err)
{
	int code = errno;

	if (request->row != NULL)
		error_code(err, code, "%s", ioctl_name(request->row));
	else
		error_code(err, code, "request 0x%lx", request->number);
	if (code == ENOTTY || code == EOPNOTSUPP)
		error_hint(err, "the descriptor, its driver or this kernel does not know the request");
	else if (code == EPERM || code == EACCES)
		error_hint(err, "a privilege is missing: run as root or with the capability "
				"CAP_NET_ADMIN");
	else if (code == ENODEV || code == ENXIO)
		error_hint(err, "`anysock interfaces` lists those there are");
	return -1;
}

/* How long the masks of link modes are is said to who gets it wrong, as a negative number. */
static bool learned_length(const struct ioctl_request *request)
{
	int8_t *words = (int8_t *)request->bytes.data +
			offsetof(struct ethtool_link_settings, link_mode_masks_nwords);

	if (request->row->code != ETHTOOL_GLINKSETTINGS || *words >= 0 ||
	    sizeof(struct ethtool_link_settings) + 3 * 4 * (size_t)-*words > request->bytes.length)
		return false;
	*words = (int8_t)-*words;
	store_number(request->bytes.data, sizeof(request->row->code), request->row->code);
	return true;
}

static int call_interface(struct ioctl_request *request, int fd)
{
	const struct ioctl *row = request->row;
	struct ifreq outer = { .ifr_data = request->bytes.data };
	int status;

	memcpy(outer.ifr_name, request->interface, sizeof(request->interface));
	status = ioctl(fd, request->number, &outer);
	if (status == 0 && row != NULL && row->style == STYLE_ETHTOOL && learned_length(request))
		status = ioctl(fd, request->number, &outer);
	return status;
}

/* What was not typed of what is set stays as the device has it. */
static void keep_the_rest(struct ioctl_request *request, int fd)
{
	const struct ioctl *row = request->row;
	const struct ioctl *reader = row != NULL && request->typed != NULL ? ioctl_reader(row) : NULL;

	if (reader == NULL || reader->type.table != row->type.table)
		return;
	store_number(request->bytes.data, sizeof(reader->code), reader->code);
	if (call_interface(request, fd) == 0)
		read_struct(row->type.table, request->typed, request->bytes.data, NULL, NULL);
	store_number(request->bytes.data, sizeof(row->code), row->code);
}

static int call_conf(struct ioctl_request *request, int fd)
{
	struct ifconf conf = { .ifc_len = (int)request->bytes.length,
			       .ifc_buf = request->bytes.data };
	int status = ioctl(fd, request->number, &conf);

	if (status >= 0)
		request->bytes.length = (size_t)conf.ifc_len;
	return status;
}

static int call(struct ioctl_request *request, int fd)
{
	if (request->interface[0] != '\0')
		return call_interface(request, fd);
	if (request->row != NULL && request->row->style == STYLE_CONF)
		return call_conf(request, fd);
	if (request->by_value)
		return ioctl(fd, request->number, request->value);
	return ioctl(fd, request->number, request->bytes.data);
}

int ioctl_perform(struct ioctl_request *request, int fd, struct error *err)
{
	struct type type;

	if (request->reference != NULL) {
		type = ioctl_input_type(request->row);
		if (type_fill_interface(&type, request->reference, &request->bytes, err) < 0)
			return error_context(err, "%s", ioctl_name(request->row));
	}
	if (request->row != NULL && request->row->style == STYLE_NAMED)
		return ethtool_perform(request, fd, err);
	keep_the_rest(request, fd);
	request->result = call(request, fd);
	return request->result < 0 ? fail(request, err) : 0;
}

/* What a descriptor is, by its link in /proc; it is closed. */
static void print_descriptor(int result, struct buf *out)
{
	int fd cleanup_close = result;
	char path[40], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target));
	bytes_print_safe(out, target, length < 0 ? 0 : (size_t)length);
}

/* The entries of a list, which are no more than there is room for. */
static size_t list_length(const struct ioctl_request *request, const char **items)
{
	const struct counted *list = ioctl_counted(request->number);
	size_t size = layout_size(request->row->type.table);
	uint64_t count;

	if (request->row->style == STYLE_CONF) {
		*items = buf_text(&request->bytes);
		return request->bytes.length;
	}
	*items = request->bytes.data + list->items;
	count = load_unsigned(request->bytes.data + list->count_offset, list->count_size);
	return size * (size_t)(count < COUNTED_MAXIMUM ? count : COUNTED_MAXIMUM);
}

static bool is_list(const struct ioctl *row)
{
	return row->style == STYLE_COUNTED || row->style == STYLE_CONF;
}

static void print_known(const struct ioctl_request *request, struct buf *out)
{
	const struct ioctl *row = request->row;
	const char *items;
	int result = request->result;

	if (row->style == STYLE_NAMED)
		ethtool_print(request, out);
	else if (row->style == STYLE_DESCRIPTOR)
		print_descriptor(result, out);
	else if (row->style == STYLE_RESULT)
		type_print(&row->type, &result, sizeof(result), out);
	else if (is_list(row)) {
		size_t length = list_length(request, &items);

		type_print(&row->type, items, length, out);
	} else if (!request->by_value)
		type_print(&row->type, request->bytes.data, request->bytes.length, out);
}

void ioctl_print(const struct ioctl_request *request, struct buf *out)
{
	if (request->row != NULL) {
		print_known(request, out);
		return;
	}
	if (request->result != 0)
		buf_print(out, "result %d", request->result);
	if (!request->by_value && request->bytes.length > 0) {
		buf_print(out, "%shex:", out->length > 0 ? " " : "");
		bytes_print_hex(out, request->bytes.data, request->bytes.length);
	}
}

void ioctl_print_json(const struct ioctl_request *request, const char *key, struct json *json)
{
	struct buf text cleanup_buf = { 0 };
	const struct ioctl *row = request->row;
	const char *items;

	if (row != NULL && row->style == STYLE_NAMED) {
		ethtool_print_json(request, key, json);
	} else if (row != NULL && is_list(row)) {
		size_t length = list_length(request, &items);

		type_print_json(&row->type, key, items, length, json);
	} else if (row != NULL && !request->by_value) {
		type_print_json(&row->type, key, request->bytes.data, request->bytes.length, json);
	} else {
		ioctl_print(request, &text);
		if (text.length > 0)
			json_string(json, key, buf_text(&text));
		else
			json_null(json, key);
	}
}

void ioctl_describe_number(unsigned long number, struct buf *out)
{
	static const char directions[][16] = { "", "write", "read", "read and write" };
	char letter = (char)_IOC_TYPE(number);
	const struct ioctl *row = ioctl_of(number);

	buf_print(out, "request 0x%lx", number);
	if (row != NULL)
		buf_print(out, " (%s)", ioctl_name(row));
	if (_IOC_DIR(number) == _IOC_NONE) {
		buf_add_string(out, ", which says nothing of its argument");
		return;
	}
	buf_print(out, ": %s of %lu bytes, type ",
		  directions[_IOC_DIR(number) & 3], (unsigned long)_IOC_SIZE(number));
	if (isprint((unsigned char)letter))
		buf_print(out, "'%c'", letter);
	else
		buf_print(out, "0x%02x", (uint8_t)letter);
	buf_print(out, ", number %lu", (unsigned long)_IOC_NR(number));
}
