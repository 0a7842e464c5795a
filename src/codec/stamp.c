/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing and reading the times of messages; clock_gettime(2). */
#include "codec/stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BILLION		1000000000L
#define SECONDS_PER_DAY 86400

const struct name stamp_styles[] = {
	{ "absolute", STAMP_ABSOLUTE, "seconds since 1970" },
	{ "delta", STAMP_DELTA, "seconds since the message before" },
	{ "zero", STAMP_ZERO, "seconds since the first message" },
	{ "date", STAMP_DATE, "date and time in UTC" },
	{ NULL, 0, NULL },
};

struct timespec stamp_add(struct timespec a, struct timespec b)
{
	struct timespec sum = { .tv_nsec = a.tv_nsec + b.tv_nsec };
	long carry = sum.tv_nsec >= BILLION;

	sum.tv_nsec -= carry * BILLION;
	if (__builtin_add_overflow(a.tv_sec, b.tv_sec, &sum.tv_sec) ||
	    __builtin_add_overflow(sum.tv_sec, carry, &sum.tv_sec))
		return (struct timespec){ 0 };
	return sum;
}

struct timespec stamp_subtract(struct timespec a, struct timespec b)
{
	struct timespec difference = { .tv_nsec = a.tv_nsec - b.tv_nsec };
	long borrow = difference.tv_nsec < 0;

	difference.tv_nsec += borrow * BILLION;
	if (__builtin_sub_overflow(a.tv_sec, b.tv_sec, &difference.tv_sec) ||
	    __builtin_sub_overflow(difference.tv_sec, borrow, &difference.tv_sec))
		return (struct timespec){ 0 };
	return difference;
}

static void print_date(int64_t seconds, char between, struct buf *out)
{
	struct tm parts;
	time_t time = (time_t)seconds;

	if (gmtime_r(&time, &parts) == NULL)
		memset(&parts, 0, sizeof(parts));
	buf_print(out, "%04d-%02d-%02d%c%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
		  parts.tm_mday, between, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

static void print_decimals(const struct codec_context *context, long nanoseconds, struct buf *out)
{
	if (context->nanoseconds)
		buf_print(out, ".%09ld) ", nanoseconds);
	else
		buf_print(out, ".%06ld) ", nanoseconds / 1000);
}

/* candump shows times that run backwards as zero. */
static struct timespec since(struct timespec time, struct timespec before)
{
	struct timespec difference = stamp_subtract(time, before);

	return difference.tv_sec < 0 ? (struct timespec){ 0 } : difference;
}

void stamp_print(struct codec_context *context, const struct timespec *time, struct buf *out)
{
	const struct name *style = context->timestamp_style;
	struct timespec shown = *time;

	if (!context->timestamps)
		return;
	if (context->first.tv_sec == 0)
		context->first = context->last = *time;
	switch (style != NULL ? style->value : STAMP_ABSOLUTE) {
	case STAMP_DELTA:
		shown = since(*time, context->last);
		buf_print(out, "(%03" PRId64, (int64_t)shown.tv_sec);
		break;
	case STAMP_ZERO:
		shown = since(*time, context->first);
		buf_print(out, "(%03" PRId64, (int64_t)shown.tv_sec);
		break;
	case STAMP_DATE:
		buf_add_char(out, '(');
		print_date(shown.tv_sec, ' ', out);
		break;
	default:
		buf_print(out, "(%010" PRId64, (int64_t)shown.tv_sec);
	}
	print_decimals(context, shown.tv_nsec, out);
	context->last = *time;
}

bool stamp_read_seconds(struct span text, struct timespec *time)
{
	const char *point = memchr(text.text, '.', text.length);
	struct span whole = text, part = { 0 };
	uint64_t seconds, fraction = 0;

	if (point != NULL) {
		whole.length = (size_t)(point - text.text);
		part = (struct span){ point + 1, text.length - whole.length - 1 };
	}
	if (!span_decimal(whole, &seconds) || seconds > INT64_MAX / 2 || part.length > 9 ||
	    (part.length > 0 && !span_decimal(part, &fraction)))
		return false;
	for (size_t i = part.length; i < 9; i++)
		fraction *= 10;
	time->tv_sec = (time_t)seconds;
	time->tv_nsec = (long)fraction;
	return true;
}

/* A delta does not look different from a time: the context says which it is. */
static struct timespec time_of(struct codec_context *context, struct timespec read)
{
	const struct name *style = context->timestamp_style;

	if (style != NULL && style->value == STAMP_DELTA)
		read = stamp_add(context->last, read);
	context->last = read;
	return read;
}

static int malformed(struct error *err)
{
	return error_set(err, ERROR_FAILED, "a time such as (1436509052.249713) was expected");
}

int stamp_read(struct codec_context *context, struct span *line, struct timespec *time,
	       struct error *err)
{
	struct timespec read;
	struct span inside;
	const char *end;

	if (line->length == 0 || line->text[0] != '(')
		return 0;
	end = memchr(line->text, ')', line->length);
	if (end == NULL)
		return malformed(err);
	inside = (struct span){ line->text + 1, (size_t)(end - line->text) - 1 };
	span_trim(&inside);
	if (!stamp_read_seconds(inside, &read) && !stamp_read_rfc3339(inside, &read))
		return malformed(err);
	*time = time_of(context, read);
	line->length -= (size_t)(end + 1 - line->text);
	line->text = end + 1;
	if (line->length > 0 && line->text[0] == ' ') {
		line->text++;
		line->length--;
	}
	return 1;
}

void stamp_print_rfc3339(const struct timespec *time, struct buf *out)
{
	print_date(time->tv_sec, 'T', out);
	buf_print(out, ".%09ldZ", time->tv_nsec);
}

/* Takes count digits and the character behind them (0: none) off the front. */
static bool take_digits(struct span *text, size_t count, const char *behind, int *value)
{
	struct span digits = { text->text, count };
	uint64_t number;

	if (text->length < count || !span_decimal(digits, &number))
		return false;
	*value = (int)number;
	text->text += count;
	text->length -= count;
	if (behind == NULL)
		return true;
	if (text->length == 0 || strchr(behind, text->text[0]) == NULL)
		return false;
	text->text++;
	text->length--;
	return true;
}

static bool take_fraction(struct span *text, long *nanoseconds)
{
	long unit = BILLION / 10;

	*nanoseconds = 0;
	if (text->length == 0 || (text->text[0] != '.' && text->text[0] != ','))
		return true;
	text->text++;
	text->length--;
	while (text->length > 0 && text->text[0] >= '0' && text->text[0] <= '9') {
		*nanoseconds += (text->text[0] - '0') * unit;
		unit /= 10;
		text->text++;
		text->length--;
	}
	return true;
}

/* "Z", nothing, "+02:00": seconds east of UTC. */
static bool take_offset(struct span text, long *seconds)
{
	int hours, minutes;
	bool is_west;

	*seconds = 0;
	if (text.length == 0 || (text.length == 1 && (text.text[0] == 'Z' || text.text[0] == 'z')))
		return true;
	if (text.text[0] != '+' && text.text[0] != '-')
		return false;
	is_west = text.text[0] == '-';
	text.text++;
	text.length--;
	if (!take_digits(&text, 2, ":", &hours) || !take_digits(&text, 2, NULL, &minutes) ||
	    text.length > 0 || hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 60L + minutes) * (is_west ? -60 : 60);
	return true;
}

static bool are_sane(const struct tm *parts)
{
	return parts->tm_mon >= 0 && parts->tm_mon <= 11 && parts->tm_mday >= 1 &&
	       parts->tm_mday <= 31 && parts->tm_hour <= 23 && parts->tm_min <= 59 &&
	       parts->tm_sec <= 60;
}

bool stamp_read_rfc3339(struct span text, struct timespec *time)
{
	struct tm parts = { 0 };
	long nanoseconds, offset;

	if (!take_digits(&text, 4, "-", &parts.tm_year) ||
	    !take_digits(&text, 2, "-", &parts.tm_mon) ||
	    !take_digits(&text, 2, "Tt ", &parts.tm_mday) ||
	    !take_digits(&text, 2, ":", &parts.tm_hour) ||
	    !take_digits(&text, 2, ":", &parts.tm_min) ||
	    !take_digits(&text, 2, NULL, &parts.tm_sec) || !take_fraction(&text, &nanoseconds) ||
	    !take_offset(text, &offset))
		return false;
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	if (!are_sane(&parts))
		return false;
	time->tv_sec = timegm(&parts) - offset;
	time->tv_nsec = nanoseconds;
	return true;
}
