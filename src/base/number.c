/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading numbers: no locale, no surprise octal, no overflow. */
#include "base/number.h"

#include "base/memory.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Reads digits of a base; returns where they end, NULL without digits or beyond 64 bits. */
static const char *read_digits(const char *text, unsigned int base, uint64_t *value)
{
	const char *at = text;

	*value = 0;
	for (; digit_value(*at) < (int)base; at++)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)digit_value(*at), value))
			return NULL;
	return at == text ? NULL : at;
}

static const char *read_plain(const char *text, uint64_t *value)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return read_digits(text + 2, 16, value);
	if (text[0] == '0' && isdigit((unsigned char)text[1]))
		return NULL;
	return read_digits(text, 10, value);
}

static int refuse(const char *text, uint64_t minimum, uint64_t maximum, struct error *err)
{
	if (text[0] == '0' && isdigit((unsigned char)text[1]))
		return error_usage(err,
				   "\"%s\" has leading zeros: numbers are decimal, or hex behind 0x",
				   text);
	return error_usage(err, "\"%s\" is not a number from %" PRIu64 " to %" PRIu64, text, minimum,
			   maximum);
}

int number_unsigned(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *value,
		    struct error *err)
{
	uint64_t number;
	const char *end = read_plain(text, &number);

	if (end == NULL || *end != '\0' || number < minimum || number > maximum)
		return refuse(text, minimum, maximum, err);
	*value = number;
	return 0;
}

int number_signed(const char *text, int64_t minimum, int64_t maximum, int64_t *value,
		  struct error *err)
{
	bool negative = text[0] == '-';
	uint64_t number = 0;
	const char *end = read_plain(text + negative, &number);
	int64_t result = (int64_t)(negative ? -number : number);

	if (end == NULL || *end != '\0' || number > (uint64_t)INT64_MAX || result < minimum ||
	    result > maximum)
		return error_usage(err, "\"%s\" is not a number from %" PRId64 " to %" PRId64, text,
				   minimum, maximum);
	*value = result;
	return 0;
}

int number_hex(const char *text, uint64_t maximum, uint64_t *value, struct error *err)
{
	bool prefixed = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	uint64_t number;
	const char *end = read_digits(text + (prefixed ? 2 : 0), 16, &number);

	if (end == NULL || *end != '\0' || number > maximum)
		return error_usage(err, "\"%s\" is not a hex number up to %" PRIX64, text, maximum);
	*value = number;
	return 0;
}

int number_octal(const char *text, uint64_t maximum, uint64_t *value, struct error *err)
{
	uint64_t number;
	const char *end = read_digits(text, 8, &number);

	if (end == NULL || *end != '\0' || number > maximum)
		return error_usage(err, "\"%s\" is not an octal number up to %" PRIo64, text,
				   maximum);
	*value = number;
	return 0;
}

static unsigned int size_shift(const char *unit)
{
	static const char units[] = "kMGT";
	const char *found;

	if (unit[0] == '\0')
		return 0;
	found = strchr(units, unit[0] == 'K' ? 'k' : unit[0]);
	if (found == NULL || (unit[1] != '\0' && strcmp(unit + 1, "iB") != 0))
		return 64;
	return 10 * (unsigned int)(found - units + 1);
}

int number_size(const char *text, uint64_t maximum, uint64_t *value, struct error *err)
{
	uint64_t number;
	const char *end = read_plain(text, &number);
	unsigned int shift = end != NULL ? size_shift(end) : 64;

	if (shift >= 64 || number > (UINT64_MAX >> shift) || number << shift > maximum)
		return error_usage(err,
				   "\"%s\" is not a size up to %" PRIu64
				   " bytes (as in 4096, 64k, 1M)",
				   text, maximum);
	*value = number << shift;
	return 0;
}

static const struct {
	const char *name;
	int64_t nanoseconds;
} duration_units[] = {
	{ "", NANOSECONDS_PER_SECOND },
	{ "s", NANOSECONDS_PER_SECOND },
	{ "ms", NANOSECONDS_PER_MILLISECOND },
	{ "us", 1000 },
	{ "ns", 1 },
	{ "m", 60 * NANOSECONDS_PER_SECOND },
	{ "min", 60 * NANOSECONDS_PER_SECOND },
	{ "h", 3600 * NANOSECONDS_PER_SECOND },
	{ "d", 86400 * NANOSECONDS_PER_SECOND },
};

static int64_t duration_unit(const char *unit)
{
	for (size_t i = 0; i < array_length(duration_units); i++)
		if (strcmp(unit, duration_units[i].name) == 0)
			return duration_units[i].nanoseconds;
	return 0;
}

/* Reads ".125" into parts of 10^9; the digits beyond nanoseconds are dropped. */
static const char *read_fraction(const char *at, int64_t *billionths)
{
	int64_t place = NANOSECONDS_PER_SECOND / 10;

	*billionths = 0;
	if (*at != '.')
		return at;
	for (at++; isdigit((unsigned char)*at); at++, place /= 10)
		*billionths += (*at - '0') * place;
	return at;
}

/* A part of units, in billionths: units below a second divide one, all others are seconds. */
static int64_t part_of(int64_t billionths, int64_t unit)
{
	if (unit < NANOSECONDS_PER_SECOND)
		return billionths * unit / NANOSECONDS_PER_SECOND;
	return billionths * (unit / NANOSECONDS_PER_SECOND);
}

int number_factor(const char *text, int64_t *value, struct error *err)
{
	uint64_t whole;
	int64_t part = 0, total;
	const char *end = read_digits(text, 10, &whole);

	if (end != NULL)
		end = read_fraction(end, &part);
	if (end == NULL || *end != '\0' || whole > INT64_MAX ||
	    __builtin_mul_overflow((int64_t)whole, NANOSECONDS_PER_SECOND, &total) ||
	    __builtin_add_overflow(total, part, &total))
		return error_usage(err, "\"%s\" is not how many times (as in 2, 0.5)", text);
	*value = total;
	return 0;
}

int number_duration(const char *text, nanoseconds *value, struct error *err)
{
	uint64_t whole;
	int64_t part = 0, unit = 0, total;
	const char *end = read_digits(text, 10, &whole);

	if (end != NULL) {
		end = read_fraction(end, &part);
		unit = duration_unit(end);
	}
	if (unit == 0 || whole > INT64_MAX ||
	    __builtin_mul_overflow((int64_t)whole, unit, &total) ||
	    __builtin_add_overflow(total, part_of(part, unit), &total))
		return error_usage(err, "\"%s\" is not a duration (as in 250ms, 1.5s, 2m)", text);
	*value = total;
	return 0;
}
