/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of socket options: read from text, set, got and printed; setsockopt(2), getsockopt(2). */
#include "option/sockopt.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/headers.h"
#include "option/parameter.h"
#include "option/sockopt_row.h"
#include "option/type.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROOM 4096	  /* bytes for values of unknown size */
#define LIST_ROOM 65536	  /* for lists */

/* Groups are joined at the level of the group's own family. */
static int setting_level(const struct sockopt *row, const struct buf *bytes)
{
	sa_family_t family;

	if (strncmp(sockopt_name(row), "mcast-", 6) != 0 || row->type.kind != TYPE_STRUCT)
		return sockopt_level(row);
	memcpy(&family, bytes->data + offsetof(struct group_req, gr_group), sizeof(family));
	return family == AF_INET6 ? SOL_IPV6 : SOL_IP;
}

static int refuse_write(const struct sockopt *row, struct error *err)
{
	error_usage(err, "%s can only be read", sockopt_name(row));
	if (row->access == ACCESS_NO)
		error_usage(err, "%s: %s", sockopt_name(row), sockopt_help(row));
	return -1;
}

int sockopt_read(const struct sockopt *row, const char *text, size_t length,
		 struct sockopt_setting *setting, struct error *err)
{
	struct type_reference reference = { 0 };

	memset(setting, 0, sizeof(*setting));
	setting->row = row;
	setting->number = row->number;
	setting->phase = row->phase;
	if (!sockopt_is_writable(row))
		return refuse_write(row, err);
	if (type_read(&row->type, text, length, &setting->bytes, &reference, err) < 0) {
		free(reference.interface);
		sockopt_setting_release(setting);
		return error_context(err, "%s", sockopt_name(row));
	}
	setting->level = setting_level(row, &setting->bytes);
	setting->interface = reference.interface;
	setting->file = reference.file;
	if (row->type.kind == TYPE_LENGTH) {
		setting->null_pointer = true;
		memcpy(&setting->null_length, setting->bytes.data, sizeof(setting->null_length));
	}
	return 0;
}

static int unknown_name(const char *text, struct error *err)
{
	struct name_guess guess = { .wanted = text };

	error_usage(err, "there is no socket option \"%s\"", text);
	sockopt_guess(NULL, &guess);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return error_hint(err, "any other is LEVEL:NUMBER");
}

/* The row of a number; where families share a level's number, the level's name decides. */
static const struct sockopt *find_number(const char *level_name, int level, int number)
{
	const struct sockopt *found = NULL, *row;

	for (size_t i = 0; (row = sockopt_at(i)) != NULL; i++) {
		if (sockopt_level(row) != level || row->number != number)
			continue;
		if (name_equal(level_name, sockopt_row_level(row)))
			return row;
		if (found == NULL)
			found = row;
	}
	return found;
}

int sockopt_read_name(const char *text, const struct sockopt **row, int *level, int *number,
		      struct error *err)
{
	char *copy cleanup_free = memory_string(text);
	char *name = strchr(copy, ':');
	int64_t value;

	if (name == NULL) {
		*row = sockopt_find(text, NULL, false);
		if (*row == NULL)
			return unknown_name(text, err);
		*level = sockopt_level(*row);
		*number = (*row)->number;
		return 0;
	}
	*name++ = '\0';
	if (sockopt_read_level(copy, level, err) < 0)
		return -1;
	*row = sockopt_find(name, (int[]){ *level, -1 }, false);
	if (*row != NULL) {
		*number = (*row)->number;
		return 0;
	}
	if (number_signed(name, INT32_MIN, INT32_MAX, &value, NULL) < 0)
		return error_usage(err, "\"%s\" is neither an option of %s nor a number", name, copy);
	*number = (int)value;
	*row = find_number(copy, *level, *number);
	return 0;
}

/* Values that say by themselves what they are; 1 where text is none of them. */
static int read_plain(const char *text, size_t length, size_t size, struct sockopt_setting *setting,
		      struct error *err)
{
	uint64_t null_length;
	int64_t number;

	if (strncasecmp(text, "NULL:", 5) == 0) {
		if (number_size(text + 5, UINT32_MAX, &null_length, err) < 0)
			return -1;
		setting->null_pointer = true;
		setting->null_length = (size_t)null_length;
		return 0;
	}
	if (strncmp(text, "hex:", 4) == 0)
		return bytes_read_hex(text + 4, length - 4, &setting->bytes, err);
	if (strncmp(text, "base64:", 7) == 0)
		return bytes_read_base64(text + 7, length - 7, &setting->bytes, err);
	if (number_signed(text, INT64_MIN, INT64_MAX, &number, NULL) < 0)
		return 1;
	if (size != 1 && size != 2 && size != 8)
		size = number > UINT32_MAX || number < INT32_MIN ? 8 : 4;
	for (size_t i = 0; i < size; i++) {
		size_t shift = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i : size - 1 - i;

		buf_add_char(&setting->bytes, (char)((uint64_t)number >> (8 * shift)));
	}
	return 0;
}

static int read_any_value(const struct sockopt *row, const char *text, size_t length,
			  struct sockopt_setting *setting, struct error *err)
{
	struct sockopt_setting typed;
	bool is_text = row != NULL && (row->type.kind == TYPE_TEXT || row->type.kind == TYPE_SECRET);
	int status = is_text ? 1 : read_plain(text, length, row != NULL ? row->type.size : 4, setting,
					      err);

	if (status <= 0)
		return status;
	if (row == NULL)
		return buf_add(&setting->bytes, text, length);
	if (sockopt_read(row, text, length, &typed, err) < 0)
		return -1;
	typed.level = setting->level;
	*setting = typed;
	return 0;
}

int sockopt_read_any(const char *text, size_t length, struct sockopt_setting *setting,
		     struct error *err)
{
	char *copy cleanup_free = memory_copy(text, length);
	char *colon = strchr(copy, ':'), *value = colon != NULL ? strchr(colon + 1, ':') : NULL;
	const struct sockopt *row;

	memset(setting, 0, sizeof(*setting));
	if (value == NULL)
		return error_usage(err, "sockopt: \"%s\": LEVEL:NAME:VALUE expected", copy);
	*value++ = '\0';
	if (sockopt_read_name(copy, &row, &setting->level, &setting->number, err) < 0)
		return error_context(err, "sockopt");
	setting->row = row;
	setting->phase = row != NULL ? row->phase : PHASE_BIND;
	if (read_any_value(row, value, length - (size_t)(value - copy), setting, err) < 0) {
		sockopt_setting_release(setting);
		return error_context(err, "sockopt");
	}
	return 0;
}

void sockopt_setting_release(struct sockopt_setting *setting)
{
	if (setting->row != NULL && sockopt_is_secret(setting->row) && setting->bytes.data != NULL)
		memory_wipe(setting->bytes.data, setting->bytes.capacity);
	buf_release(&setting->bytes);
	free(setting->interface);
	setting->interface = NULL;
}

/* What to do about an errno, where that is known. */
static void hint_errno(int code, const char *name, struct error *err)
{
	if (code == EPERM || code == EACCES)
		error_hint(err, "a privilege is missing: run as root or with the capability "
				"CAP_NET_ADMIN or CAP_NET_RAW");
	else if (code == ENOPROTOOPT || code == EOPNOTSUPP)
		error_hint(err, "this kind of socket, or this kernel, does not have the option");
	else if (code == ENOENT && strcmp(name, "tcp-congestion") == 0)
		error_hint(err, "`sysctl net.ipv4.tcp_available_congestion_control` lists what the "
				"kernel has; others are modules: modprobe tcp_NAME");
	else if (code == ENOENT && strcmp(name, "tcp-ulp") == 0)
		error_hint(err, "the module is missing: modprobe tls");
	else if (code == EISCONN)
		error_hint(err, "it must be set before the socket is connected");
	else if (code == ENOTCONN)
		error_hint(err, "it can be set only once the socket is connected");
}

static void print_name(const struct sockopt *row, int level, int number, char *name, size_t size)
{
	const char *level_name = sockopt_level_name(level);

	if (row != NULL)
		snprintf(name, size, "%s", sockopt_name(row));
	else if (level_name != NULL)
		snprintf(name, size, "%s:%d", level_name, number);
	else
		snprintf(name, size, "%d:%d", level, number);
}

static int fail(const struct sockopt *row, int level, int number, struct error *err)
{
	char name[48];
	int code = errno;

	print_name(row, level, number, name, sizeof(name));
	error_code(err, code, "%s", name);
	hint_errno(code, name, err);
	return -1;
}

static int load_file(const struct sockopt_setting *setting, struct buf *bytes, struct error *err)
{
	const struct parameter parameter = { .name = sockopt_name(setting->row),
					     .type = VALUE_BYTES };
	struct value value = { .bytes = memory_copy(setting->bytes.data, setting->bytes.length),
			       .length = setting->bytes.length,
			       .secret = true };
	int status = value_load(&parameter, &value, err);

	if (status == 0) {
		buf_clear(bytes);
		buf_add(bytes, value.bytes, value.length);
	}
	value_release(&value);
	return status;
}

size_t sockopt_length(const struct sockopt_setting *setting)
{
	bool is_program = setting->row != NULL && setting->row->type.kind == TYPE_PROGRAM;

	if (setting->null_pointer)
		return setting->null_length;
	return is_program ? sizeof(struct sock_fprog) : setting->bytes.length;
}

/* setsockopt(2) with what the bytes stand for. */
static int set(const struct sockopt_setting *setting, const struct buf *bytes, int fd)
{
	const void *value = setting->null_pointer ? NULL : bytes->data;
	size_t length = setting->null_pointer ? setting->null_length : bytes->length;
	struct sock_fprog program;

	if (setting->row != NULL && setting->row->type.kind == TYPE_PROGRAM) {
		program.len = (unsigned short)(length / sizeof(struct sock_filter));
		program.filter = (void *)bytes->data;
		value = &program;
		length = sizeof(program);
	}
	return setsockopt(fd, setting->level, setting->number, value, (socklen_t)length);
}

int sockopt_apply(const struct sockopt_setting *setting, int fd, struct error *err)
{
	struct buf bytes cleanup_buf = { 0 };
	int status;

	if (setting->bytes.length > 0)
		buf_add(&bytes, setting->bytes.data, setting->bytes.length);
	if (setting->file && load_file(setting, &bytes, err) < 0)
		return error_context(err, "%s", sockopt_name(setting->row));
	if (setting->interface != NULL &&
	    type_fill_interface(&setting->row->type, setting->interface, &bytes, err) < 0)
		return error_context(err, "%s", sockopt_name(setting->row));
	status = set(setting, &bytes, fd);
	if (status < 0)
		fail(setting->row, setting->level, setting->number, err);
	if (setting->row != NULL && sockopt_is_secret(setting->row) && bytes.data != NULL)
		memory_wipe(bytes.data, bytes.length);
	return status;
}

/* How many bytes an option may have at most. */
static size_t room_of(const struct type *type)
{
	switch (type->kind) {
	case TYPE_NUMBERS:
	case TYPE_LIST:
	case TYPE_ADDRESSES:
	case TYPE_CAN_FILTER:
	case TYPE_PROGRAM:
		return LIST_ROOM;
	case TYPE_GROUPS:
		return 256;
	case TYPE_MULTICAST_IF:
		return sizeof(struct in_addr);
	default:
		return type->size != 0 ? type->size : ROOM;
	}
}

/* What some options want to find in the room that they fill. */
static void prepare(const struct type *type, char *room)
{
	struct mptcp_subflow_data header = { .size_subflow_data = sizeof(header) };

	if (type->kind != TYPE_SUBFLOWS)
		return;
	header.size_user = (uint32_t)layout_size(type->table);
	memcpy(room, &header, sizeof(header));
}

/* The process that a descriptor stands for, which is closed. */
static int read_pidfd(char *room)
{
	int pidfd cleanup_close = -1;
	char path[40], line[80];
	FILE *info;
	int pid = -1;

	memcpy(&pidfd, room, sizeof(pidfd));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	if (info == NULL)
		return -1;
	while (fgets(line, sizeof(line), info) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	fclose(info);
	memcpy(room, &pid, sizeof(pid));
	return 0;
}

static int get(const struct type *type, int level, int number, int fd, struct buf *out, size_t size)
{
	char *room = buf_reserve(out, size);
	socklen_t length = (socklen_t)size;

	memset(room, 0, size);
	prepare(type, room);
	if (type->kind == TYPE_PROGRAM)
		length = (socklen_t)(size / sizeof(struct sock_filter));
	if (getsockopt(fd, level, number, room, &length) < 0)
		return -1;
	if (type->kind == TYPE_PROGRAM)
		length *= (socklen_t)sizeof(struct sock_filter);
	if (type->kind == TYPE_PIDFD && read_pidfd(room) < 0)
		return -1;
	buf_commit(out, length < size ? length : size);
	return 0;
}

int sockopt_get(const struct sockopt *row, int fd, size_t length, struct buf *out,
		struct error *err)
{
	int level = sockopt_level(row);

	if (length == 0)
		length = room_of(&row->type);
	if (get(&row->type, level, row->number, fd, out, length) < 0)
		return fail(row, level, row->number, err);
	return 0;
}

int sockopt_get_any(int level, int number, int fd, size_t length, struct buf *out,
		    struct error *err)
{
	static const struct type bytes = { TYPE_BYTES, 0, 0 };

	if (get(&bytes, level, number, fd, out, length) < 0)
		return fail(NULL, level, number, err);
	return 0;
}

void sockopt_print(const struct sockopt *row, const void *bytes, size_t length, struct buf *out)
{
	type_print(&row->type, bytes, length, out);
}

void sockopt_print_json(const struct sockopt *row, const void *bytes, size_t length,
			struct json *json)
{
	type_print_json(&row->type, sockopt_name(row), bytes, length, json);
}
