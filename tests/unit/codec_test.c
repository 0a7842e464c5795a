/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Codecs: what a format prints it reads, malformed input is named, pieces of any size give the same messages. */
#include "unit.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/codec.h"
#include "codec/stamp.h"

/* What came out of a text: messages one after the other, each as "length:bytes". */
struct result {
	struct buf messages;
	size_t count;
	struct error err;
};

static void result_release(struct result *result)
{
	buf_release(&result->messages);
}

#define cleanup_result cleanup(result_release)

static void take(struct result *result, const struct message *message)
{
	buf_print(&result->messages, "%zu:", message->length);
	buf_add(&result->messages, message->data, message->length);
	result->count++;
}

/* Feeds text in pieces of at most step bytes, as an engine does. */
static void decode_all(const char *name, struct codec_context *context, const char *text,
		       size_t length, size_t step, struct result *result)
{
	const struct codec *codec = codec_find(name);
	size_t at = 0, end = 0;

	while (at < length || end < length) {
		struct message message;
		bool found;
		ssize_t used;

		used = codec_decode(codec, context, text + at, end - at, end == length, &message,
				    &found, &result->err);
		if (used < 0)
			break;
		if (used == 0 && end == length)
			break;
		if (used == 0)
			end = end + step < length ? end + step : length;
		if (found)
			take(result, &message);
		at += (size_t)used;
	}
}

static void encode_one(const char *name, struct codec_context *context, const void *data,
		       size_t length, struct buf *out)
{
	struct message message = { .data = data, .length = length };
	struct error err = { 0 };

	if (codec_find(name)->encode(context, &message, out, &err) < 0)
		buf_print(out, "<%s>", err.text);
}

static const char *const exact[] = { "hex", "text", "json", "len16", "len32", "cobs", "slip" };

/* A build may be made without a codec's library. */
static bool is_built(const char *name)
{
	return WITH_JANSSON || strcmp(name, "json") != 0;
}

static void fill(struct unit_random *random, struct buf *data, size_t longest)
{
	size_t length = 1 + unit_random_below(random, longest);
	size_t kind = unit_random_below(random, 4);

	buf_clear(data);
	for (size_t i = 0; i < length; i++) {
		static const char hard[] = "\x00\xc0\xdb\xdc\xdd\xff\\\n\r\t\"'({#";
		uint64_t value = unit_random(random);

		if (kind == 0)
			value = (unsigned char)hard[value % (sizeof(hard) - 1)];
		else if (kind == 1)
			value = 'a' + value % 26;
		else if (kind == 2)
			value = 1 + value % 255;
		buf_add_char(data, (char)value);
	}
}

static void round_trip_of(struct unit *unit, const char *name)
{
	struct unit_random random = { 42 };
	cleanup_buf struct buf data = { 0 };

	for (size_t round = 0; round < 300; round++) {
		struct codec_context context = { 0 };
		cleanup_buf struct buf text = { 0 }, wanted = { 0 };
		cleanup_result struct result result = { 0 };
		size_t count = 1 + unit_random_below(&random, 5);

		for (size_t i = 0; i < count; i++) {
			fill(&random, &data, round % 10 == 0 ? 1000 : 30);
			buf_print(&wanted, "%zu:", data.length);
			buf_add(&wanted, data.data, data.length);
			encode_one(name, &context, data.data, data.length, &text);
		}
		decode_all(name, &context, buf_text(&text), text.length,
			   1 + unit_random_below(&random, 40), &result);
		if (!unit_check_bytes(unit, buf_text(&result.messages), result.messages.length,
				      buf_text(&wanted), wanted.length))
			printf("# %s round %zu: %s\n", name, round, result.err.text);
		codec_context_release(codec_find(name), &context);
	}
}

static void round_trip(struct unit *unit)
{
	for (size_t i = 0; i < array_length(exact); i++)
		if (is_built(exact[i]))
			round_trip_of(unit, exact[i]);
}

static void empty_messages(struct unit *unit)
{
	static const char *const names[] = {
		"hex", "text", "json", "len16", "len32", "cobs", "line"
	};

	for (size_t i = 0; i < array_length(names); i++) {
		struct codec_context context = { 0 };
		cleanup_buf struct buf text = { 0 };
		cleanup_result struct result result = { 0 };

		if (!is_built(names[i]))
			continue;
		encode_one(names[i], &context, "", 0, &text);
		encode_one(names[i], &context, "x", 1, &text);
		encode_one(names[i], &context, NULL, 0, &text);
		decode_all(names[i], &context, buf_text(&text), text.length, 3, &result);
		if (!unit_check_string(unit, buf_text(&result.messages), "0:1:x0:"))
			printf("# %s: %s\n", names[i], result.err.text);
		codec_context_release(codec_find(names[i]), &context);
	}
}

/* A text, what is read of it, and the error. */
#define READS(unit, name, text, wanted, error) \
	check_read(unit, name, text, sizeof(text) - 1, wanted, error)

static void check_read(struct unit *unit, const char *name, const char *text, size_t length,
		       const char *wanted, const char *error)
{
	struct codec_context context = { 0 };
	cleanup_result struct result result = { 0 };

	if (!is_built(name))
		return;
	decode_all(name, &context, text, length, length + 1, &result);
	unit_check_string(unit, buf_text(&result.messages), wanted);
	unit_check_string(unit, result.err.text, error);
	codec_context_release(codec_find(name), &context);
}

static void lines_read(struct unit *unit)
{
	READS(unit, "hex", "0x4142 4344\r\n# comment\n45:46", "4:ABCD2:EF", "");
	READS(unit, "hex", "(1436509052.249713) 41\n", "1:A", "");
	READS(unit, "text", "a\\x41\\tb\\\\\nlast", "5:aA\tb\\4:last", "");
	READS(unit, "line", "a\r\n\nb", "2:a\r0:1:b", "");
	READS(unit, "json", "{\"text\":\"hi\"}\n\n {\"data\":\"4142\"}", "2:hi2:AB", "");
	READS(unit, "raw", "abc", "3:abc", "");
	READS(unit, "slip",
	      "\xc0\xc0"
	      "a\xdb\xdc\xc0\xc0",
	      "2:a\xc0", "");
	READS(unit, "cobs", "\0\0\2a\0", "1:a", "");
}

static void malformed_named(struct unit *unit)
{
	READS(unit, "text", "ok\n\\q\n", "2:ok",
	      "line 2, column 1: what follows \"\\\" is no escape");
	READS(unit, "json", "{\"data\":\"41\"}\n{\"data\":7}\n", "1:A",
	      "line 2: data: a string of hex digits was expected");
	READS(unit, "json", "[]", "", "line 1: an object {...} was expected");
	READS(unit, "json", "{\"data\":\"\",\"flags\":[\"eof\"]}", "",
	      "line 1: no flag is called \"eof\"");
	READS(unit, "hci", "hci1 01\nhci65537 01\n", "1:\1",
	      "line 2, column 1: a hex digit expected");
	READS(unit, "len32", "\0\0\0\1a\0\0\0\5b", "1:a",
	      "frame 2: the input ends 5 bytes into it");
	READS(unit, "len32", "\xff\xff\xff\xff", "",
	      "frame 1: it claims to have 4294967295 bytes, more than 4194304");
	READS(unit, "cobs", "\5a\0", "", "frame 1: a block of 4 bytes has only 1 (cobs)");
	READS(unit, "slip", "a\xdbz\xc0", "", "frame 1: byte 0x7a behind an escape (slip)");
	READS(unit, "slip", "abc", "", "frame 1: the input ends 3 bytes into it");
}

static void hex_column(struct unit *unit)
{
	struct codec_context context = { 0 };
	cleanup_result struct result result = { 0 };

	decode_all("hex", &context, "41\n42zz\n", 8, 100, &result);
	unit_check_string(unit, buf_text(&result.messages), "1:A");
	unit_check(unit, strstr(result.err.text, "line 2, column 3: ") == result.err.text);
	unit_check(unit, result.err.place.text == NULL);
	codec_context_release(codec_find("hex"), &context);
}

static void too_long(struct unit *unit)
{
	size_t length = CODEC_LINE_MAXIMUM + 2;
	cleanup_free char *text = memory_new(length);
	struct codec_context context = { 0 };
	cleanup_result struct result result = { 0 };

	memset(text, 'a', length);
	decode_all("line", &context, text, length, length, &result);
	unit_check_string(unit, result.err.text, "line 1: longer than 4194304 bytes");
}

/* What was searched for an end may change unnoticed: a peer that sends byte by byte costs no more than others. */
static void searched_once(struct unit *unit)
{
	static const char *const names[] = { "line", "hex", "slip", "cobs" };

	for (size_t i = 0; i < array_length(names); i++) {
		const struct codec *codec = codec_find(names[i]);
		char end = names[i][0] == 's' ? '\xc0' : names[i][0] == 'c' ? '\0' : '\n';
		char text[] = { '4', '1', '4', '2', '4', end };
		struct codec_context context = { 0 };
		struct message message;
		bool found;

		unit_check_int(unit, codec_decode(codec, &context, text, 5, false, &message, &found, NULL), 0);
		memset(text, end, sizeof(text));
		unit_check_int(unit, codec_decode(codec, &context, text, 5, false, &message, &found, NULL), 0);
		/* Released, it begins anew. */
		codec_context_release(codec, &context);
		unit_check_int(unit, codec_decode(codec, &context, text, 5, false, &message, &found, NULL), 1);
		codec_context_release(codec, &context);
	}
}

static void json_fields(struct unit *unit)
{
	static const char line[] =
		"{\"v\":1,\"type\":\"message\",\"time\":\"2015-07-10T06:17:32.249713123Z\","
		"\"direction\":\"out\",\"len\":2,\"data\":\"6869\",\"text\":\"hi\","
		"\"flags\":[\"eor\"],\"control\":[{\"level\":\"ip\",\"type\":\"ttl\",\"value\":7},"
		"{\"level\":\"ip\",\"type\":\"pktinfo\",\"interface\":\"lo\","
		"\"source\":\"127.0.0.2\",\"destination\":\"127.0.0.1\"},"
		"{\"level\":\"alg\",\"type\":\"iv\",\"data\":\"0011\"},"
		"{\"level\":300,\"type\":5,\"data\":\"ff\"}]}\n";
	struct codec_context context = { 0 };
	struct message message;
	struct error err = { 0 };
	cleanup_buf struct buf out = { 0 };
	bool found;
	ssize_t used;

	if (!UNIT_WITH(unit, JANSSON))
		return;
	used = codec_decode(codec_find("json"), &context, line, strlen(line), true, &message,
			    &found, &err);
	unit_check_int(unit, used, (ssize_t)strlen(line));
	unit_check_string(unit, err.text, "");
	unit_check_int(unit, message.time.tv_sec, 1436509052);
	unit_check_int(unit, message.time.tv_nsec, 249713123);
	unit_check_int(unit, message.flags, MSG_EOR);
	unit_check_int(unit, message.direction, MESSAGE_OUT);
	codec_find("json")->encode(&context, &message, &out, &err);
	unit_check_string(unit, buf_text(&out), line);
	codec_context_release(codec_find("json"), &context);
}

static void stamps(struct unit *unit)
{
	struct codec_context context = { .timestamps = true };
	struct timespec first = { 1436509052, 249713123 }, second = { 1436509054, 0 };
	cleanup_buf struct buf out = { 0 };

	stamp_print(&context, &first, &out);
	unit_check_string(unit, buf_text(&out), "(1436509052.249713) ");
	buf_clear(&out);
	context.nanoseconds = true;
	context.timestamp_style = &stamp_styles[STAMP_DELTA];
	stamp_print(&context, &second, &out);
	unit_check_string(unit, buf_text(&out), "(001.750286877) ");
	buf_clear(&out);
	context.nanoseconds = false;
	context.timestamp_style = &stamp_styles[STAMP_DATE];
	stamp_print(&context, &first, &out);
	unit_check_string(unit, buf_text(&out), "(2015-07-10 06:17:32.249713) ");
}

/* The examples of RFC 3339, 5.8, with the seconds that date(1) has for them; and what it does not allow. */
static void dates(struct unit *unit)
{
	static const struct {
		const char *text;
		long long seconds;
		long nanoseconds;
	} rows[] = {
		{ "1985-04-12T23:20:50.52Z", 482196050, 520000000 },
		{ "1996-12-19T16:39:57-08:00", 851042397, 0 },
		{ "1996-12-20t00:39:57z", 851042397, 0 },
		{ "1990-12-31T23:59:60Z", 662688000, 0 },
		{ "1990-12-31T15:59:60-08:00", 662688000, 0 },
		{ "1937-01-01T12:00:27.87+00:20", -1041337173, 870000000 },
		{ "2015-07-10 06:17:32.249713123", 1436509052, 249713123 },
	};
	static const char *const wrong[] = {
		"", "2015", "2015-07-10", "2015-07-10T06:17", "2015-7-10T06:17:32Z", "2015-13-10T06:17:32Z",
		"2015-00-10T06:17:32Z", "2015-07-00T06:17:32Z", "2015-07-32T06:17:32Z", "2015-07-10T24:17:32Z",
		"2015-07-10T06:60:32Z", "2015-07-10T06:17:61Z", "2015-07-10T06:17:32+2:00", "2015-07-10T06:17:32+02",
		"2015-07-10T06:17:32+02:0", "2015-07-10T06:17:32+02:000", "2015-07-10T06:17:32+24:00",
		"2015-07-10T06:17:32-00:60", "2015-07-10T06:17:32Zz", "2015-07-10T06:17:32 Z", "2015/07/10T06:17:32Z",
	};
	struct timespec time;

	for (size_t i = 0; i < array_length(rows); i++) {
		struct span text = { rows[i].text, strlen(rows[i].text) };

		if (!unit_check(unit, stamp_read_rfc3339(text, &time)))
			printf("# %s\n", rows[i].text);
		unit_check_int(unit, time.tv_sec, rows[i].seconds);
		unit_check_int(unit, time.tv_nsec, rows[i].nanoseconds);
	}
	for (size_t i = 0; i < array_length(wrong); i++)
		if (!unit_check(unit, !stamp_read_rfc3339((struct span){ wrong[i], strlen(wrong[i]) }, &time)))
			printf("# %s is read\n", wrong[i]);
}

static void malformed_members(struct unit *unit)
{
	READS(unit, "json", "{\"text\":\"x\",\"time\":\"soon\"}", "",
	      "line 1: time: seconds since 1970 or a date as RFC 3339 has it was expected");
	READS(unit, "json", "{\"text\":\"x\",\"time\":-1}", "",
	      "line 1: time: seconds since 1970 or a date as RFC 3339 has it was expected");
	READS(unit, "json", "{\"text\":\"x\",\"time\":true}", "",
	      "line 1: time: seconds since 1970 or a date as RFC 3339 has it was expected");
	READS(unit, "json", "{\"text\":\"x\",\"time\":1e13}", "",
	      "line 1: time: seconds since 1970 or a date as RFC 3339 has it was expected");
	READS(unit, "json", "{\"text\":\"x\",\"time\":1.5}\n{\"text\":\"y\",\"time\":null}", "1:x1:y", "");
	READS(unit, "json", "{\"data\":\"4\"}", "", "line 1: data: a second hex digit expected");
	READS(unit, "json", "{\"data\":\"4x\"}", "", "line 1: data: a second hex digit expected");
	READS(unit, "json", "{\"text\":7}", "", "line 1: \"data\" with hex digits, or \"text\", was expected");
	READS(unit, "json", "{\"can\":7}", "", "line 1: can: a frame such as \"123#DEADBEEF\" was expected");
	READS(unit, "json", "{\"can\":{\"frame\":\"12#\"}}", "", "line 1: can: \"12\" is no CAN identifier");
	READS(unit, "json", "{\"bcm\":\"dance 123#11\"}", "", "line 1: bcm: \"dance\" is nothing that the broadcast manager does");
	READS(unit, "json", "{\"text\":\"x\",\"flags\":\"eor\"}", "", "line 1: flags: a list was expected");
	READS(unit, "json", "{\"text\":\"x\",\"flags\":[true]}", "", "line 1: flags: names or numbers were expected");
	READS(unit, "json", "{\"text\":\"x\",\"flags\":[128]}", "1:x", "");
	READS(unit, "json", "{\"text\":\"x\",\"control\":{}}", "", "line 1: control: a list was expected");
	READS(unit, "json", "{\"text\":\"x\",\"control\":[{\"level\":\"ip\"}]}", "",
	      "line 1: control: \"level\" and \"type\" were expected");
	READS(unit, "json", "{\"text\":\"x\",\"control\":[{\"level\":\"ip\",\"type\":\"nosuch\",\"value\":1}]}", "",
	      "line 1: control: no control message is called \"nosuch\"");
	READS(unit, "json", "{\"text\":\"x\",\"control\":[{\"level\":\"ip\",\"type\":\"ttl\"}]}", "",
	      "line 1: control: ttl: \"value\" was expected");
	READS(unit, "json", "{\"text\":\"x\",\"interface\":\"a-name-of-an-interface-that-is-longer-than-any-interface-of-any-system-has\"}", "",
	      "line 1: interface: the name is too long");
	READS(unit, "json", "{\"text\":\"x\"", "", "line 1: column 11: '}' expected near end of file");
}

static void codec_names(struct unit *unit)
{
	struct error err = { 0 };

	for (size_t i = 1; i < codec_count; i++)
		unit_check(unit, strcmp(codecs[i - 1]->name, codecs[i]->name) < 0);
	unit_check(unit, codec_find("JSONL") == codec_find("json"));
	unit_check(unit, codec_need("jsom", false, &err) == NULL);
	unit_check_string(unit, err.hint, "did you mean \"json\"?");
	unit_check(unit, codec_need("raw", true, &err) == NULL);
	unit_check_string(unit, err.text, "the format raw cannot frame a stream");
	unit_check_int(unit, err.kind, ERROR_USAGE);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "codecs: messages of any bytes come back in pieces of any size",
		 round_trip);
	unit_run(&unit, "codecs: an empty message is a message", empty_messages);
	unit_run(&unit, "codecs: lines and frames that people and programs write are read",
		 lines_read);
	unit_run(&unit, "codecs: a malformed line is named, those before it stand",
		 malformed_named);
	unit_run(&unit, "hex: the column of a wrong digit is named", hex_column);
	unit_run(&unit, "line: a line longer than the limit is refused", too_long);
	unit_run(&unit, "codecs: bytes that came in pieces are searched for an end once",
		 searched_once);
	unit_run(&unit, "json: every field is read and printed again", json_fields);
	unit_run(&unit, "timestamps: candump's styles", stamps);
	unit_run(&unit, "timestamps: dates are those of RFC 3339", dates);
	unit_run(&unit, "json: a member of a wrong kind or value is named", malformed_members);
	unit_run(&unit, "codecs: names are sorted, found, and guessed", codec_names);
	return unit_end(&unit);
}
