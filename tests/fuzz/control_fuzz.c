/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control messages: any bytes are walked and printed, any names and values are one or an error, and what is printed of one that can be sent is it. */
#include "codec_check.h"

#include "core/control.h"
#include "core/target.h"

#include <sys/socket.h>

static const int domains[] = { AF_UNSPEC,    AF_UNIX, AF_INET,	 AF_INET6, AF_CAN,
			       AF_BLUETOOTH, AF_ALG,  AF_PACKET, AF_TIPC,  AF_NETLINK };

static const struct control_row *pick(uint8_t byte)
{
	size_t count = 0;

	while (control_rows[count].name != NULL)
		count++;
	return &control_rows[byte % count];
}

/* A copy that ends where the bytes end. */
static void check_any(const uint8_t *data, size_t size, int domain)
{
	cleanup_free char *copy = memory_copy(data, size);
	cleanup_free char *tight = size > 0 ? memory_resize(NULL, size, 1) : NULL;
	cleanup_buf struct buf out = { 0 };
	struct json json = { .out = &out };
	struct control control;
	size_t offset = 0, last = 0;

	if (size == 0)
		return;
	memcpy(tight, copy, size);
	while (control_next(tight, size, &offset, &control)) {
		require(offset > last, "no step");
		require((const char *)control.data + control.length <= tight + size,
			"a message outside");
		last = offset;
	}
	control_print(tight, size, domain, &json, NULL);
}

/* As many bytes as the kernel gives, or a few less or more; pairs of headers and data as it lays them out. */
static void check_row(const struct control_row *row, const uint8_t *data, size_t size, int domain)
{
	cleanup_buf struct buf bytes = { 0 };

	control_add_bytes(&bytes, row->level, row->type, data, size);
	check_any((const uint8_t *)bytes.data, bytes.length, domain);
	check_any((const uint8_t *)bytes.data, sizeof(struct cmsghdr) + size, domain);
}

/* Texts with a NUL between them: the level, the type, and values of its fields. */
static void check_names(const struct control_row *row, const char *text, size_t size, int domain)
{
	const struct control_field *field = row->fields;
	struct control_value values[8];
	const char *words[10] = { text };
	cleanup_buf struct buf out = { 0 };
	struct error err = { 0 };
	size_t count = 1, fields = 0;

	for (const char *at = text + strlen(text) + 1;
	     count < array_length(words) && at < text + size; at += strlen(at) + 1)
		words[count++] = at;
	for (size_t i = 2; i < count; i++, fields++) {
		values[fields] =
			(struct control_value){ field != NULL ? field->name : "value", words[i],
						strlen(words[i]), (int64_t)size };
		field += field != NULL && field[1].name != NULL;
	}
	if (control_add(&out, domain, words[0], count > 1 ? words[1] : row->name, values, fields,
			&err) < 0)
		require(err.text[0] != '\0', "an error without words");
}

/* How long the fixed part of its data is. */
static size_t size_of(const struct control_row *row)
{
	size_t total = 0;

	for (const struct control_field *field = row->fields; field != NULL && field->name != NULL;
	     field++)
		if ((size_t)field->offset + field->size > total)
			total = (size_t)field->offset + field->size;
	return total;
}

/* A message with it as JSON says the same when it is read; indexes of interfaces and padding are not kept. */
static void check_json(const struct control_row *row, const uint8_t *data, size_t size)
{
	const struct codec *codec = codec_find("json");
	struct codec_context context = { 0 }, back = { 0 };
	cleanup_buf struct buf control = { 0 }, once = { 0 }, twice = { 0 };
	struct message message = { .data = "" }, again;
	struct error err = { 0 };
	bool found;

	if (!row->can_send || size < size_of(row))
		return;
	control_add_bytes(&control, row->level, row->type, data, size < 64 ? size : 64);
	message.control = control.data;
	message.control_length = control.length;
	require(codec->encode(&context, &message, &once, NULL) == 0, "not printed");
	/* JSON's integers have 63 bits here; no clock and no length gets there. */
	if (codec_decode(codec, &back, once.data, once.length, true, &again, &found, &err) < 0)
		require(strstr(err.text, "too big integer") != NULL,
			(fputs(once.data, stderr), err.text));
	else
		require(codec->encode(&context, &again, &twice, NULL) == 0, "not printed again");
	if (twice.length > 0 && strcmp(once.data, twice.data) != 0)
		require(false, (fprintf(stderr, "%s%s", once.data, twice.data),
				"it is printed otherwise"));
	codec_context_release(codec, &context);
	codec_context_release(codec, &back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = memory_copy(data, size);
	const struct control_row *row;
	int domain;

	if (size < 2)
		return 0;
	row = pick(data[0]);
	domain = domains[data[1] % array_length(domains)];
	check_any(data + 2, size - 2, domain);
	check_row(row, data + 2, size - 2, domain);
	check_names(row, text + 2, size - 2, domain);
	if (WITH_JANSSON)
		check_json(row, data + 2, size - 2);
	return 0;
}
