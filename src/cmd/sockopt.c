/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock sockopt: reads and sets socket options by name; getsockopt(2), setsockopt(2). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "cmd/subject.h"
#include "option/sockopt.h"

#include <string.h>

#define ANY_ROOM 1024 /* bytes of an option that no row describes */

static const struct parameter options[] = {
	{ .name = "list", .letter = 'l', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "list the options there are, of the family SPEC where one is named" },
	{ .name = "hex", .type = VALUE_FLAG, .help = "show values as the kernel's bytes" },
	{ .name = "length", .type = VALUE_SIZE, .minimum = 0, .maximum = 1 << 20, .argument = "BYTES", .help = "room for a value that is read" },
	{ .name = "type", .type = VALUE_TEXT, .argument = "NAME", .help = "socket type, where SPEC is a family's name alone" },
	{ .name = "values", .letter = 'V', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "show values without names" },
	{ .name = NULL },
};

static const struct argument words[] = {
	{ "SPEC", ARGUMENT_SPEC, true, false },
	{ "NAME[=VALUE]", ARGUMENT_SOCKOPT, true, true },
	{ .name = NULL },
};

static const char *const examples[] = {
	"anysock sockopt tcp:localhost:80 tcp-info",
	"anysock sockopt udp so-rcvbuf=1M",
	"anysock sockopt fd:3 keepalive=on tcp-keepidle=60 ip-tos",
	"anysock sockopt netlink SOL_NETLINK:9 --length 4",
	"anysock sockopt --list can",
	NULL,
};

/* One run of the command. */
struct inquiry {
	const struct arguments *arguments;
	FILE *out;
	struct subject *subject;
	struct buf answer;
	struct json json;
	bool as_json, as_hex, values_only;
	size_t length;
};

/* A name as typed, split from its value, and what it means. */
struct wanted {
	char *name;	   /* owned */
	const char *value; /* NULL: only read; borrowed */
	const struct sockopt *row;
	int level, number;
};

#define cleanup_wanted cleanup(wanted_release)

static void wanted_release(struct wanted *wanted)
{
	free(wanted->name);
}

static int wanted_read(struct wanted *wanted, const char *word, const struct family *family,
		       struct error *err)
{
	const char *equals = strchr(word, '=');

	wanted->name = memory_copy(word, equals != NULL ? (size_t)(equals - word) : strlen(word));
	wanted->value = equals != NULL ? equals + 1 : NULL;
	wanted->row = sockopt_find(wanted->name, family != NULL ? family->levels : NULL, false);
	if (wanted->row == NULL)
		return sockopt_read_name(wanted->name, &wanted->row, &wanted->level,
					 &wanted->number, err);
	wanted->level = sockopt_level(wanted->row);
	wanted->number = sockopt_number(wanted->row);
	return 0;
}

/* Whether a name says level and number itself, so that values are raw. */
static bool is_raw(const struct wanted *wanted)
{
	return strchr(wanted->name, ':') != NULL;
}

static int set(struct inquiry *inquiry, const struct wanted *wanted, struct error *err)
{
	struct sockopt_setting setting;
	char *text cleanup_free = NULL;
	const char *value = wanted->value;
	int status;

	if (is_raw(wanted)) {
		text = memory_print("%d:%d:%s", wanted->level, wanted->number, value);
		status = sockopt_read_any(text, strlen(text), &setting, err);
	} else {
		status = sockopt_read(wanted->row, value, strlen(value), &setting, err);
	}
	if (status < 0)
		return -1;
	status = sockopt_apply(&setting, inquiry->subject->fd, err);
	sockopt_setting_release(&setting);
	return status;
}

static void print_value(struct inquiry *inquiry, const struct wanted *wanted,
			const struct buf *bytes)
{
	struct buf *answer = &inquiry->answer;
	const char *name = wanted->row != NULL ? sockopt_name(wanted->row) : wanted->name;
	bool as_bytes = wanted->row == NULL || inquiry->as_hex;

	if (inquiry->as_json && as_bytes) {
		json_hex(&inquiry->json, name, buf_text(bytes), bytes->length);
		return;
	}
	if (inquiry->as_json) {
		sockopt_print_json(wanted->row, buf_text(bytes), bytes->length, &inquiry->json);
		return;
	}
	if (!inquiry->values_only)
		buf_print(answer, "%s=", name);
	if (as_bytes) {
		buf_add_string(answer, "hex:");
		bytes_print_hex(answer, buf_text(bytes), bytes->length);
	} else {
		sockopt_print(wanted->row, buf_text(bytes), bytes->length, answer);
	}
	buf_add_char(answer, '\n');
}

static int show(struct inquiry *inquiry, const struct wanted *wanted, struct error *err)
{
	struct buf bytes cleanup_buf = { 0 };
	int fd = inquiry->subject->fd, status;

	if (wanted->row != NULL && !sockopt_is_readable(wanted->row))
		return error_usage(err, "%s cannot be read, only set", sockopt_name(wanted->row));
	if (wanted->row != NULL)
		status = sockopt_get(wanted->row, fd, inquiry->length, &bytes, err);
	else
		status = sockopt_get_any(wanted->level, wanted->number, fd,
					 inquiry->length > 0 ? inquiry->length : ANY_ROOM, &bytes,
					 err);
	if (status == 0)
		print_value(inquiry, wanted, &bytes);
	return status;
}

/* What was set is read back where that is possible: the kernel may have made something else of it. */
static int do_word(struct inquiry *inquiry, const char *word, struct error *err)
{
	struct wanted wanted cleanup_wanted = { 0 };

	if (wanted_read(&wanted, word, inquiry->subject->family, err) < 0)
		return -1;
	if (wanted.value == NULL)
		return show(inquiry, &wanted, err);
	if (set(inquiry, &wanted, err) < 0)
		return -1;
	if (wanted.row != NULL && sockopt_is_listed(wanted.row))
		show(inquiry, &wanted, NULL);
	return 0;
}

/* Everything that the socket answers to. */
static void show_all(struct inquiry *inquiry)
{
	const struct subject *subject = inquiry->subject;

	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		struct wanted wanted = { .row = sockopt_at(i) };

		if (sockopt_is_listed(wanted.row) &&
		    sockopt_suits(wanted.row, subject->domain, subject->type, subject->protocol))
			show(inquiry, &wanted, NULL);
	}
}

/* All names and values are checked before anything is opened. */
static int check_words(const struct arguments *arguments, struct error *err)
{
	const char *spec = arguments->words[0];
	char *name cleanup_free = memory_copy(spec, strcspn(spec, ":,-"));
	const struct family *family = family_find(name);

	for (size_t i = 1; i < arguments->word_count; i++) {
		struct wanted wanted cleanup_wanted = { 0 };
		struct sockopt_setting setting;

		if (wanted_read(&wanted, arguments->words[i], family, err) < 0)
			return -1;
		if (wanted.value == NULL || is_raw(&wanted))
			continue;
		if (sockopt_read(wanted.row, wanted.value, strlen(wanted.value), &setting, err) < 0)
			return -1;
		sockopt_setting_release(&setting);
	}
	return 0;
}

static int inquire(struct inquiry *inquiry, struct error *err)
{
	const struct arguments *arguments = inquiry->arguments;
	int status = 0;

	if (!inquiry->subject->is_socket)
		return error_usage(err, "%s is not a socket", arguments->words[0]);
	if (inquiry->as_json)
		json_open_object(&inquiry->json, NULL);
	for (size_t i = 1; status == 0 && i < arguments->word_count; i++)
		status = do_word(inquiry, arguments->words[i], err);
	if (arguments->word_count == 1)
		show_all(inquiry);
	if (inquiry->as_json) {
		json_close_object(&inquiry->json);
		buf_add_char(&inquiry->answer, '\n');
	}
	fputs(buf_text(&inquiry->answer), inquiry->out);
	return status;
}

static void print_row(FILE *out, const struct sockopt *row, bool as_json)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	bool reads = sockopt_is_readable(row), writes = sockopt_is_writable(row);
	const char *access = reads && writes ? "rw" : reads ? "r" : writes ? "w" : "-";

	if (!as_json) {
		fprintf(out, "%-34s %-2s %-20s %s\n", sockopt_name(row), access,
			sockopt_argument(row), sockopt_help(row));
		return;
	}
	json_open_object(&json, NULL);
	json_string(&json, "name", sockopt_name(row));
	json_string(&json, "symbol", sockopt_symbol(row));
	json_string(&json, "level", sockopt_row_level(row));
	json_integer(&json, "number", sockopt_number(row));
	json_string(&json, "access", access);
	json_string(&json, "value", sockopt_argument(row));
	json_string(&json, "help", sockopt_help(row));
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

static bool has_level(const struct family *family, const struct sockopt *row)
{
	if (family == NULL)
		return true;
	return sockopt_find(sockopt_name(row), family->levels, true) == row;
}

/* The rows of a family, of a level, or all. */
static int list(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *word = arguments->word_count > 0 ? arguments->words[0] : NULL;
	const struct family *family = word != NULL ? family_find(word) : NULL;
	int level = -1;

	if (word != NULL && (family == NULL || family->levels == NULL)) {
		family = NULL;
		if (sockopt_read_level(word, &level, err) < 0)
			return error_hint(err, "a family (tcp, can ...) or a level is listed");
	}
	for (size_t i = 0; sockopt_at(i) != NULL; i++)
		if (has_level(family, sockopt_at(i)) &&
		    (level == -1 || sockopt_level(sockopt_at(i)) == level))
			print_row(context->out, sockopt_at(i), arguments_flag(arguments, "json"));
	return 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct subject subject;
	struct inquiry inquiry = { .arguments = arguments, .out = context->out };
	int status;

	if (arguments_flag(arguments, "list"))
		return list(context, arguments, err);
	if (arguments->word_count == 0)
		return error_usage(err, "sockopt: SPEC is missing");
	if (check_words(arguments, err) < 0)
		return error_context(err, "sockopt");
	if (subject_open(&subject, arguments->words[0], arguments, err) < 0)
		return -1;
	inquiry.subject = &subject;
	inquiry.json.out = &inquiry.answer;
	inquiry.as_json = arguments_flag(arguments, "json");
	inquiry.as_hex = arguments_flag(arguments, "hex");
	inquiry.values_only = arguments_flag(arguments, "values");
	inquiry.length = (size_t)arguments_number(arguments, "length", 0);
	status = inquire(&inquiry, err);
	buf_release(&inquiry.answer);
	subject_close(&subject);
	return status < 0 ? error_context(err, "sockopt") : 0;
}

const struct command sockopt_command = {
	.name = "sockopt",
	.summary = "read and set socket options",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
