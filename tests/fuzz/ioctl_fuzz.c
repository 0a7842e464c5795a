/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any words are arguments of a request or an error, and whatever bytes a driver answers with are text, and JSON. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "option/ioctl.h"
#include "require.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAXIMUM 8
#define LIST_MAXIMUM  256 /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ioctl *pick(unsigned int place)
{
	static size_t count;

	while (ioctl_at(count) != NULL)
		count++;
	return ioctl_at(place % count);
}

/* The texts up to each NUL; how many. */
static size_t cut(char *text, size_t length, char *words[WORDS_MAXIMUM])
{
	size_t count = 0;

	for (char *at = text; at < text + length && count < WORDS_MAXIMUM; at += strlen(at) + 1)
		words[count++] = at;
	return count;
}

/* The kernel writes over what it was given, and no further; of the room for every address there is it needs little. */
static void answer(struct ioctl_request *request, const uint8_t *data, size_t size)
{
	if (request->bytes.length > 64 * LIST_MAXIMUM)
		buf_truncate(&request->bytes, LIST_MAXIMUM);
	for (size_t i = 0; i < request->bytes.length && size > 0; i++)
		request->bytes.data[i] = (char)data[i % size];
	request->result = size > 0 ? data[0] : 0;
}

static void print(const struct ioctl_request *request)
{
	cleanup_buf struct buf text = { 0 }, as_json = { 0 };
	struct json json = { .out = &as_json };

	ioctl_print(request, &text);
	require(bytes_are_text(text.data, text.length), "what is printed is no text");
	json_open_object(&json, NULL);
	ioctl_print_json(request, "value", &json);
	json_close_object(&json);
	require(bytes_are_text(as_json.data, as_json.length) && strchr(as_json.data, '\n') == NULL, "no line of JSON");
}

/* The first two bytes pick the request, the third says how many of the others are its words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size < 3 ? 0 : data[2] < size - 3 ? data[2] : size - 3;
	cleanup_free char *text = memory_copy(size < 3 ? data : data + 3, length);
	struct ioctl_request request;
	char *words[WORDS_MAXIMUM];
	struct error err = { 0 };
	size_t count;

	if (size < 3)
		return 0;
	count = cut(text, length, words);
	if (ioctl_read(ioctl_name(pick((unsigned int)data[0] << 8 | data[1])), words, count, &request, &err) < 0) {
		require(err.text[0] != '\0', "an error without words");
		return 0;
	}
	answer(&request, data + 3 + length, size - 3 - length);
	/* What it gives back is a descriptor, which printing closes. */
	if (!request.by_value)
		print(&request);
	ioctl_request_release(&request);
	return 0;
}
