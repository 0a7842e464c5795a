/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking parameters up and reading their values; files and variables only when they are loaded. */
#include "option/parameter.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MODE_MAXIMUM 07777
#define FILE_MAXIMUM ((size_t)16 << 20) /* bytes of an @FILE */

static const struct name flag_words[] = {
	{ "on", 1, NULL },  { "off", 0, NULL },	 { "1", 1, NULL },    { "0", 0, NULL },
	{ "yes", 1, NULL }, { "no", 0, NULL },	 { "true", 1, NULL }, { "false", 0, NULL },
	{ NULL, 0, NULL },
};

/* Whether name is one of the words that blanks separate. */
static bool has_word(const char *words, const char *name)
{
	while (words != NULL && *words != '\0') {
		size_t length = strcspn(words, " ");

		if (name_equal_length(words, length, name))
			return true;
		words += length;
		words += strspn(words, " ");
	}
	return false;
}

const struct parameter *parameter_find(const struct parameter *table, const char *name)
{
	for (; table != NULL && table->name != NULL; table++)
		if (name_equal(table->name, name) || has_word(table->aliases, name))
			return table;
	return NULL;
}

void parameter_guess(const struct parameter *table, struct name_guess *guess)
{
	for (; table != NULL && table->name != NULL; table++)
		name_guess_offer(guess, table->name);
}

static int read_flag(const char *text, int64_t *number, struct error *err)
{
	const struct name *word = name_find(flag_words, text);

	if (word == NULL)
		return error_usage(err, "\"%s\" is neither on nor off", text);
	*number = word->value;
	return 0;
}

/* Says that text is none of the names, and which was meant. */
static int refuse_name(const struct parameter *parameter, const char *text, struct error *err)
{
	const char *nearest = name_nearest(parameter->names, text);
	struct buf list cleanup_buf = { .maximum = 200 };

	for (const struct name *row = parameter->names; row->name != NULL; row++)
		if (buf_print(&list, "%s%s", list.length > 0 ? ", " : "", row->name) < 0)
			break;
	error_usage(err, "\"%s\" is not one of %s%s", text, buf_text(&list),
		    list.overflowed ? ", ..." : "");
	if (nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", nearest);
	return -1;
}

/* A row by its name, or by its symbol where that is its help: "passive", "AI_PASSIVE". */
static const struct name *find_name(const struct name *names, const char *text)
{
	const struct name *row = name_find(names, text);

	for (; row == NULL && names->name != NULL; names++)
		if (names->help != NULL && name_equal(names->help, text))
			return names;
	return row;
}

static int read_choice(const struct parameter *parameter, const char *text, int64_t *number,
		       struct error *err)
{
	const struct name *row = find_name(parameter->names, text);

	if (row == NULL && flags_constant(text, number) && name_of(parameter->names, *number) != NULL)
		return 0;
	if (row == NULL)
		return refuse_name(parameter, text, err);
	*number = row->value;
	return 0;
}

static bool has_range(const struct parameter *parameter)
{
	return parameter->minimum != 0 || parameter->maximum != 0;
}

static int read_number(const struct parameter *parameter, const char *text, int64_t *number,
		       struct error *err)
{
	const struct name *row =
		parameter->names != NULL ? find_name(parameter->names, text) : NULL;
	bool is_digit = (text[0] >= '0' && text[0] <= '9') || text[0] == '-';

	if (row != NULL) {
		*number = row->value;
		return 0;
	}
	if (flags_constant(text, number) &&
	    (!has_range(parameter) || (*number >= parameter->minimum && *number <= parameter->maximum)))
		return 0;
	if (parameter->names != NULL && !is_digit)
		return refuse_name(parameter, text, err);
	if (!has_range(parameter))
		return number_signed(text, INT64_MIN, INT64_MAX, number, err);
	return number_signed(text, parameter->minimum, parameter->maximum, number, err);
}

/* The upper bound of what is never negative. */
static uint64_t upper(const struct parameter *parameter, uint64_t otherwise)
{
	return parameter->maximum > 0 ? (uint64_t)parameter->maximum : otherwise;
}

static int read_set(const struct parameter *parameter, const char *text, int64_t *number,
		    struct error *err)
{
	char *copy cleanup_free = memory_string(text);
	char *rest = copy, *word;

	*number = 0;
	while ((word = strsep(&rest, "+|")) != NULL) {
		int64_t part = 0;

		if (read_number(parameter, word, &part, err) < 0)
			return -1;
		*number |= part;
	}
	return 0;
}

static int read_duration(const struct parameter *parameter, const char *text, int64_t *number,
			 struct error *err)
{
	if (number_duration(text, number, err) < 0)
		return -1;
	if (has_range(parameter) &&
	    (*number < parameter->minimum || *number > parameter->maximum))
		return error_usage(err, "\"%s\" is out of range: %g to %g seconds are allowed", text,
				   (double)parameter->minimum / NANOSECONDS_PER_SECOND,
				   (double)parameter->maximum / NANOSECONDS_PER_SECOND);
	return 0;
}

static int read_natural(const struct parameter *parameter, const char *text, int64_t *number,
			struct error *err)
{
	uint64_t natural = 0;
	int status;

	if (parameter->type == VALUE_MODE)
		status = number_octal(text, MODE_MAXIMUM, &natural, err);
	else if (parameter->type == VALUE_SIZE)
		status = number_size(text, upper(parameter, INT64_MAX), &natural, err);
	else
		status = number_hex(text, upper(parameter, UINT64_MAX), &natural, err);
	if (status < 0)
		return -1;
	*number = (int64_t)natural;
	return 0;
}

static int read_scalar(const struct parameter *parameter, const char *text, int64_t *number,
		       struct error *err)
{
	switch (parameter->type) {
	case VALUE_FLAG:
		return read_flag(text, number, err);
	case VALUE_NUMBER:
		return read_number(parameter, text, number, err);
	case VALUE_CHOICE:
		return read_choice(parameter, text, number, err);
	case VALUE_SET:
		return read_set(parameter, text, number, err);
	case VALUE_DURATION:
		return read_duration(parameter, text, number, err);
	case VALUE_FACTOR:
		return number_factor(text, number, err);
	default:
		return read_natural(parameter, text, number, err);
	}
}

static bool is_scalar(enum value_type type)
{
	return type < VALUE_TEXT;
}

int value_read(const struct parameter *parameter, const char *text, size_t length,
	       struct value *value, struct error *err)
{
	char *copy cleanup_free = NULL;

	*value = (struct value){ .secret = parameter->type == VALUE_SECRET };
	if (text == NULL && (parameter->flags & PARAMETER_OPTIONAL)) {
		value->number = parameter->fallback;
		return 0;
	}
	if (text == NULL && parameter->type == VALUE_FLAG) {
		value->number = 1;
		return 0;
	}
	if (text == NULL)
		return error_usage(err, "a value is missing: %s=%s", parameter->name,
				   parameter_argument(parameter));
	copy = memory_copy(text, length);
	if (is_scalar(parameter->type)) {
		if (strlen(copy) != length)
			return error_usage(err, "a NUL byte cannot stand here");
		return read_scalar(parameter, copy, &value->number, err);
	}
	value->bytes = steal_pointer(copy);
	value->length = length;
	return 0;
}

static int load_file(const char *path, struct buf *out, struct error *err)
{
	int fd cleanup_close = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_system(err, "%s", path);
	out->maximum = FILE_MAXIMUM;
	for (;;) {
		char *room = buf_reserve(out, 65536);
		ssize_t got = room != NULL ? read(fd, room, 65536) : 0;

		if (room == NULL)
			return error_set(err, ERROR_FAILED, "%s: longer than %zu MiB", path,
					 FILE_MAXIMUM >> 20);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_system(err, "%s: read", path);
		if (got == 0)
			return 0;
		buf_commit(out, (size_t)got);
	}
}

static int load_variable(const char *name, struct buf *out, struct error *err)
{
	const char *text = getenv(name);

	if (text == NULL)
		return error_usage(err, "the environment has no variable \"%s\"", name);
	return buf_add_string(out, text);
}

/* 1 where the text stands for other bytes, which are in *out; 0 where it is meant as typed. */
static int load(const struct value *value, struct buf *out, struct error *err)
{
	const char *text = value->bytes;
	int status;

	if (text[0] == '@')
		status = load_file(text + 1, out, err);
	else if (strncmp(text, "env:", 4) == 0)
		status = load_variable(text + 4, out, err);
	else if (strncmp(text, "hex:", 4) == 0)
		status = bytes_read_hex(text + 4, value->length - 4, out, err);
	else if (strncmp(text, "base64:", 7) == 0)
		status = bytes_read_base64(text + 7, value->length - 7, out, err);
	else
		return 0;
	return status < 0 ? -1 : 1;
}

int value_load(const struct parameter *parameter, struct value *value, struct error *err)
{
	struct buf loaded cleanup_buf = { 0 };
	int status;

	if (value->bytes == NULL ||
	    (parameter->type != VALUE_BYTES && parameter->type != VALUE_SECRET))
		return 0;
	/* Of a secret no copy stays behind where the buffer would grow. */
	buf_reserve(&loaded, value->length);
	status = load(value, &loaded, err);
	if (status < 0 && value->secret)
		memory_wipe(loaded.data, loaded.capacity);
	if (status <= 0)
		return status;
	value_release(value);
	value->length = loaded.length;
	value->bytes = buf_steal(&loaded);
	return 0;
}

void value_release(struct value *value)
{
	if (value->secret && value->bytes != NULL)
		memory_wipe(value->bytes, value->length);
	free(value->bytes);
	value->bytes = NULL;
	value->length = 0;
}

const char *parameter_argument(const struct parameter *parameter)
{
	static const char words[][12] = {
		[VALUE_FLAG] = "",	   [VALUE_NUMBER] = "NUMBER",	  [VALUE_HEX] = "HEX",
		[VALUE_MODE] = "MODE",	   [VALUE_SIZE] = "SIZE",	  [VALUE_DURATION] = "DURATION",
		[VALUE_FACTOR] = "FACTOR", [VALUE_CHOICE] = "NAME",	  [VALUE_SET] = "NAME+NAME",	  [VALUE_TEXT] = "TEXT",
		[VALUE_BYTES] = "BYTES",   [VALUE_SECRET] = "SECRET",	  [VALUE_FILE] = "FILE",
		[VALUE_SPEC] = "SPEC",
	};

	return parameter->argument != NULL ? parameter->argument : words[parameter->type];
}
