/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers to an inquiry, which devices send, and the lines that are made of them: each is a line, and only one. */
#include "codec_check.h"
#include "family/bt_survey.h"

static void check_line(const struct message *message)
{
	const struct codec *mgmt = codec_find("mgmt");
	struct codec_context context = { 0 };
	cleanup_buf struct buf line = { 0 };
	struct error err = { 0 };

	require(mgmt->encode(&context, message, &line, &err) == 0, "a message that is no line");
	require((char *)memchr(line.data, '\n', line.length) == line.data + line.length - 1, "more than a line");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message message = { .data = (const char *)data, .length = size };
	struct survey *survey = survey_new(-1, 0, size > 0 && (data[0] & 1), NULL);
	struct error err = { 0 };
	bool refused = false;

	check_line(&message);
	/* Packets one behind the other, each behind its length. */
	for (size_t at = 0; at + 1 < size && !refused; at += 1U + data[at]) {
		size_t length = data[at] < size - at - 1 ? data[at] : size - at - 1;

		refused = survey_take(survey, (const char *)data + at + 1, length, &err) < 0;
		while ((message.length = survey_next(survey, &message.data)) > 0)
			check_line(&message);
	}
	survey_free(survey);
	return 0;
}
