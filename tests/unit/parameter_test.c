/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters and named constants, read and printed. */
#include "unit.h"

#include "base/cleanup.h"
#include "option/flags.h"
#include "option/parameter.h"

#include <sys/socket.h>

/* Parameters */

static const struct name colours[] = { { "red", 1, NULL }, { "blue", 4, NULL }, { NULL, 0, NULL } };

static const struct parameter parameters[] = {
	{ .name = "flag", .type = VALUE_FLAG, .aliases = "switch on-off" },
	{ .name = "count", .type = VALUE_NUMBER, .minimum = -5, .maximum = 10 },
	{ .name = "port", .type = VALUE_NUMBER, .names = colours, .minimum = 0, .maximum = 9 },
	{ .name = "id", .type = VALUE_HEX, .maximum = 0x7ff },
	{ .name = "mode", .type = VALUE_MODE },
	{ .name = "size", .type = VALUE_SIZE, .maximum = 1 << 20 },
	{ .name = "wait", .type = VALUE_DURATION },
	{ .name = "speed", .type = VALUE_FACTOR },
	{ .name = "colour", .type = VALUE_CHOICE, .names = colours },
	{ .name = "colours", .type = VALUE_SET, .names = colours },
	{ .name = "pad", .type = VALUE_HEX, .flags = PARAMETER_OPTIONAL, .fallback = 0xcc },
	{ .name = NULL },
};

static const struct {
	const char *name, *text;
	int64_t number;
	bool wrong;
} scalars[] = {
	{ "flag", NULL, 1, false },	  { "flag", "no", 0, false },
	{ "FLAG", "True", 1, false },	  { "on_off", "off", 0, false },
	{ "flag", "maybe", 0, true },	  { "count", "-5", -5, false },
	{ "count", "-6", 0, true },	  { "count", "11", 0, true },
	{ "count", NULL, 0, true },	  { "count", "010", 0, true },
	{ "port", "blue", 4, false },	  { "port", "7", 7, false },
	{ "port", "green", 0, true },	  { "id", "7FF", 0x7ff, false },
	{ "speed", "2", 2000000000, false }, { "speed", "0.25", 250000000, false },
	{ "speed", "2s", 0, true },	  { "speed", "-1", 0, true },
	{ "id", "0x10", 16, false },	  { "id", "800", 0, true },
	{ "mode", "0640", 0640, false },  { "mode", "9", 0, true },
	{ "size", "64k", 65536, false },  { "size", "2M", 0, true },
	{ "wait", "250ms", 250000000, false }, { "wait", "x", 0, true },
	{ "colour", "Red", 1, false },	  { "colour", "1", 0, true },
	{ "colours", "red+blue", 5, false }, { "colours", "red+2", 3, false },
	{ "pad", NULL, 0xcc, false },	  { "pad", "AA", 0xaa, false },
};

static void reads_parameters(struct unit *unit)
{
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		const struct parameter *parameter = parameter_find(parameters, scalars[i].name);
		const char *text = scalars[i].text;
		struct value value;
		struct error err = { 0 };
		int status;

		if (!unit_check(unit, parameter != NULL))
			continue;
		status = value_read(parameter, text, text != NULL ? strlen(text) : 0, &value, &err);
		if (!unit_check_int(unit, status, scalars[i].wrong ? -1 : 0))
			printf("# %s=%s: %s\n", scalars[i].name, text ? text : "", err.text);
		if (status == 0)
			unit_check_int(unit, value.number, scalars[i].number);
		else
			unit_check_int(unit, err.kind, ERROR_USAGE);
	}
}

static void hints_at_names(struct unit *unit)
{
	struct error err = { 0 };
	struct value value;

	value_read(parameter_find(parameters, "colour"), "blu", 3, &value, &err);
	unit_check_string(unit, err.hint, "did you mean \"blue\"?");
	unit_check(unit, strstr(err.text, "red, blue") != NULL);
}

static void loads_bytes(struct unit *unit)
{
	static const struct parameter bytes = { .name = "key", .type = VALUE_SECRET };
	static const char *const texts[][2] = {
		{ "hex:61 62", "ab" }, { "base64:YWI=", "ab" }, { "env:OPTION_TEST", "ab" },
		{ "ab", "ab" },	       { "@/dev/null", "" },
	};
	struct value value;
	struct error err = { 0 };

	setenv("OPTION_TEST", "ab", 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		value_read(&bytes, texts[i][0], strlen(texts[i][0]), &value, &err);
		unit_check_string(unit, value.bytes, texts[i][0]);
		if (unit_check_int(unit, value_load(&bytes, &value, &err), 0))
			unit_check_bytes(unit, value.bytes, value.length, texts[i][1],
					 strlen(texts[i][1]));
		value_release(&value);
	}
	value_read(&bytes, "@/nowhere", 9, &value, &err);
	unit_check_int(unit, value_load(&bytes, &value, &err), -1);
	value_release(&value);
	value_read(&bytes, "hex:6", 5, &value, &err);
	unit_check_int(unit, value_load(&bytes, &value, &err), -1);
	value_release(&value);
}

/* Constants */

static void names_flags(struct unit *unit)
{
	struct buf text cleanup_buf = { 0 };
	struct error err = { 0 };
	int64_t value;

	unit_check_int(unit, flags_read_set(FLAGS_message, "peek+MSG_DONTWAIT", &value, &err), 0);
	unit_check_int(unit, value, MSG_PEEK | MSG_DONTWAIT);
	flags_print_symbols(FLAGS_message, (uint64_t)value, &text);
	unit_check_string(unit, buf_text(&text), "MSG_PEEK|MSG_DONTWAIT");
	buf_clear(&text);
	flags_print_set(FLAGS_message, 0, &text);
	unit_check_string(unit, buf_text(&text), "0");
	unit_check_string(unit, flags_symbol(FLAGS_domain, AF_CAN), "AF_CAN");
	unit_check_int(unit, flags_read(FLAGS_domain, "blutooth", &value, &err), -1);
	unit_check_string(unit, err.hint, "did you mean \"bluetooth\"?");
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "parameter: numbers, names, sizes and durations are read", reads_parameters);
	unit_run(&unit, "parameter: a mistyped name gets the nearest", hints_at_names);
	unit_run(&unit, "parameter: bytes come from hex, base64, files and variables", loads_bytes);
	unit_run(&unit, "flags: sets are read and printed by name and by symbol", names_flags);
	return unit_end(&unit);
}
