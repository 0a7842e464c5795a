/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, names, buffers, bytes and UTF-8: what is read, what is refused, and at which byte. */
#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"
#include "base/number.h"
#include "base/utf8.h"
#include "unit.h"

#define SECOND	    NANOSECONDS_PER_SECOND
#define MILLISECOND NANOSECONDS_PER_MILLISECOND

static void check_unsigned(struct unit *unit, const char *text, uint64_t least, uint64_t most,
			   intmax_t wanted)
{
	uint64_t value = 77;
	struct error err = { 0 };
	int status = number_unsigned(text, least, most, &value, &err);

	if (wanted < 0) {
		unit_check_int(unit, status, -1);
		unit_check_int(unit, err.kind, ERROR_USAGE);
		unit_check(unit, strstr(err.text, text) != NULL);
		unit_check_int(unit, value, 77);
		return;
	}
	unit_check_int(unit, status, 0);
	unit_check_int(unit, value, wanted);
	unit_check_int(unit, err.kind, ERROR_NONE);
}

static void reads_unsigned(struct unit *unit)
{
	check_unsigned(unit, "0", 0, 65535, 0);
	check_unsigned(unit, "65535", 0, 65535, 65535);
	check_unsigned(unit, "65536", 0, 65535, -1);
	check_unsigned(unit, "0xFFff", 0, 65535, 65535);
	check_unsigned(unit, "0X1f", 0, 65535, 31);
	check_unsigned(unit, "5", 6, 10, -1);
	check_unsigned(unit, "010", 0, 100, -1);
	check_unsigned(unit, "00", 0, 100, -1);
	check_unsigned(unit, "", 0, 100, -1);
	check_unsigned(unit, "0x", 0, 100, -1);
	check_unsigned(unit, "-1", 0, 100, -1);
	check_unsigned(unit, "+1", 0, 100, -1);
	check_unsigned(unit, " 1", 0, 100, -1);
	check_unsigned(unit, "1 ", 0, 100, -1);
	check_unsigned(unit, "1e3", 0, UINT64_MAX, -1);
	check_unsigned(unit, "9223372036854775807", 0, UINT64_MAX, INT64_MAX);
	check_unsigned(unit, "18446744073709551616", 0, UINT64_MAX, -1);
	check_unsigned(unit, "0x10000000000000000", 0, UINT64_MAX, -1);
}

static void reads_all_64_bits(struct unit *unit)
{
	uint64_t value = 0;
	int64_t least = 0;

	unit_check_int(unit, number_unsigned("18446744073709551615", 0, UINT64_MAX, &value, NULL),
		       0);
	unit_check(unit, value == UINT64_MAX);
	unit_check_int(unit, number_signed("-9223372036854775807", INT64_MIN, 0, &least, NULL), 0);
	unit_check(unit, least == -INT64_MAX);
}

static void reads_signed(struct unit *unit)
{
	int64_t value = 0;

	unit_check_int(unit, number_signed("-5", -5, 5, &value, NULL), 0);
	unit_check_int(unit, value, -5);
	unit_check_int(unit, number_signed("-0x10", -100, 5, &value, NULL), 0);
	unit_check_int(unit, value, -16);
	unit_check_int(unit, number_signed("-6", -5, 5, &value, NULL), -1);
	unit_check_int(unit, number_signed("6", -5, 5, &value, NULL), -1);
	unit_check_int(unit, number_signed("--5", -5, 5, &value, NULL), -1);
	unit_check_int(unit, number_signed("-", -5, 5, &value, NULL), -1);
	unit_check_int(unit, number_signed("", -5, 5, &value, NULL), -1);
	unit_check_int(unit, number_signed("-01", -5, 5, &value, NULL), -1);
	unit_check_int(
		unit, number_signed("9223372036854775808", INT64_MIN, INT64_MAX, &value, NULL), -1);
	unit_check_int(unit, value, -16);
}

static void reads_other_bases(struct unit *unit)
{
	uint64_t value = 0;

	unit_check_int(unit, number_hex("7E8", 0x7ff, &value, NULL), 0);
	unit_check_int(unit, value, 0x7e8);
	unit_check_int(unit, number_hex("0x07e8", 0x7ff, &value, NULL), 0);
	unit_check_int(unit, value, 0x7e8);
	unit_check_int(unit, number_hex("800", 0x7ff, &value, NULL), -1);
	unit_check_int(unit, number_hex("7G", 0x7ff, &value, NULL), -1);
	unit_check_int(unit, number_hex("", 0x7ff, &value, NULL), -1);
	unit_check_int(unit, number_octal("0644", 07777, &value, NULL), 0);
	unit_check_int(unit, value, 0644);
	unit_check_int(unit, number_octal("600", 07777, &value, NULL), 0);
	unit_check_int(unit, value, 0600);
	unit_check_int(unit, number_octal("608", 07777, &value, NULL), -1);
	unit_check_int(unit, number_octal("10000", 07777, &value, NULL), -1);
}

static void check_size(struct unit *unit, const char *text, intmax_t wanted)
{
	uint64_t value = 0;

	unit_check_int(unit, number_size(text, INT64_MAX, &value, NULL), wanted < 0 ? -1 : 0);
	unit_check_int(unit, value, wanted < 0 ? 0 : wanted);
}

static void reads_sizes(struct unit *unit)
{
	check_size(unit, "0", 0);
	check_size(unit, "4096", 4096);
	check_size(unit, "64k", 65536);
	check_size(unit, "64K", 65536);
	check_size(unit, "64KiB", 65536);
	check_size(unit, "1M", 1 << 20);
	check_size(unit, "2G", 2LL << 30);
	check_size(unit, "1T", 1LL << 40);
	check_size(unit, "0x10k", 16384);
	check_size(unit, "", -1);
	check_size(unit, "k", -1);
	check_size(unit, "1kk", -1);
	check_size(unit, "1 k", -1);
	check_size(unit, "1m", -1);
	check_size(unit, "1.5M", -1);
	check_size(unit, "-1k", -1);
	check_size(unit, "16777216T", -1);
	check_size(unit, "8388608T", -1);
}

static void check_duration(struct unit *unit, const char *text, intmax_t wanted)
{
	nanoseconds value = -1;

	unit_check_int(unit, number_duration(text, &value, NULL), wanted < 0 ? -1 : 0);
	unit_check_int(unit, value, wanted < 0 ? -1 : wanted);
}

static void reads_durations(struct unit *unit)
{
	check_duration(unit, "0", 0);
	check_duration(unit, "5", 5 * SECOND);
	check_duration(unit, "250ms", 250 * MILLISECOND);
	check_duration(unit, "1.5s", 1500 * MILLISECOND);
	check_duration(unit, "1.5", 1500 * MILLISECOND);
	check_duration(unit, "0.25ms", 250000);
	check_duration(unit, "10us", 10000);
	check_duration(unit, "7ns", 7);
	check_duration(unit, "2m", 120 * SECOND);
	check_duration(unit, "1.5h", 5400 * SECOND);
	check_duration(unit, "1d", 86400 * SECOND);
	check_duration(unit, "0.0000000019", 1);
	check_duration(unit, "", -1);
	check_duration(unit, "s", -1);
	check_duration(unit, ".5s", -1);
	check_duration(unit, "-1s", -1);
	check_duration(unit, "1 s", -1);
	check_duration(unit, "1sec", -1);
	check_duration(unit, "1S", -1);
	check_duration(unit, "9223372036854775807", -1);
	check_duration(unit, "106752d", -1);
	check_duration(unit, "106751d", 106751 * (86400 * SECOND));
}

static void compares_names(struct unit *unit)
{
	unit_check(unit, name_equal("SO_RCVBUF", "so-rcvbuf"));
	unit_check(unit, !name_equal("so-rcvbuf", "so-rcvbu"));
	unit_check(unit, !name_equal("so-rcvbu", "so-rcvbuf"));
	unit_check(unit, name_equal("", ""));
	unit_check(unit, name_equal_length("tcp-listen", 3, "tcp"));
	unit_check(unit, !name_equal_length("tcp-listen", 3, "tcp4"));
	unit_check(unit, !name_equal_length("tcp-listen", 4, "tcp"));
}

static void finds_names(struct unit *unit)
{
	static const struct name table[] = {
		{ "any", 1, NULL },	   { "wildcard", 1, NULL }, { "local", 2, NULL },
		{ "hypervisor", 3, NULL }, { NULL, 0, NULL },
	};

	unit_check_int(unit, name_find(table, "WildCard")->value, 1);
	unit_check(unit, name_find(table, "wild") == NULL);
	unit_check_string(unit, name_of(table, 1), "any");
	unit_check_string(unit, name_of(table, 4), NULL);
	unit_check_string(unit, name_nearest(table, "locla"), "local");
	unit_check_string(unit, name_nearest(table, "hyperviser"), "hypervisor");
	unit_check_string(unit, name_nearest(table, "zzzzzz"), NULL);
	unit_check_string(unit, name_nearest(table, "amy"), "any");
	unit_check_string(unit, name_nearest(table, "bnd"), NULL);
}

static void measures_names(struct unit *unit)
{
	unit_check_int(unit, name_distance("", ""), 0);
	unit_check_int(unit, name_distance("", "abc"), 3);
	unit_check_int(unit, name_distance("abc", ""), 3);
	unit_check_int(unit, name_distance("tcp", "TCP"), 0);
	unit_check_int(unit, name_distance("a_b", "a-b"), 0);
	unit_check_int(unit, name_distance("tpc", "tcp"), 1);
	unit_check_int(unit, name_distance("lisen", "listen"), 1);
	unit_check_int(unit, name_distance("listten", "listen"), 1);
	unit_check_int(unit, name_distance("kitten", "sitting"), 3);
}

static void grows_buffers(struct unit *unit)
{
	cleanup_buf struct buf buf = { 0 };
	cleanup_free char *stolen = NULL;

	unit_check_string(unit, buf_text(&buf), "");
	for (int i = 0; i < 1000; i++)
		buf_print(&buf, "%03d", i);
	unit_check_int(unit, buf.length, 3000);
	unit_check_int(unit, strlen(buf_text(&buf)), 3000);
	unit_check(unit, memcmp(buf.data + 2997, "999", 4) == 0);
	buf_consume(&buf, 2994);
	unit_check_string(unit, buf_text(&buf), "998999");
	buf_consume(&buf, 100);
	unit_check_int(unit, buf.length, 0);
	buf_add_string(&buf, "x");
	buf_add(&buf, "\0y", 2);
	unit_check_bytes(unit, buf.data, buf.length, "x\0y", 3);
	stolen = buf_steal(&buf);
	unit_check_bytes(unit, stolen, 4, "x\0y", 4);
	unit_check(unit, buf.data == NULL && buf.length == 0 && buf.capacity == 0);
	free(buf_steal(&buf));
}

static void bounds_buffers(struct unit *unit)
{
	cleanup_buf struct buf buf = { .maximum = 8 };

	unit_check_int(unit, buf_add_string(&buf, "12345678"), 0);
	unit_check(unit, !buf.overflowed);
	unit_check_int(unit, buf_add_char(&buf, '9'), -1);
	unit_check(unit, buf.overflowed);
	unit_check_int(unit, buf_print(&buf, "%d", 9), -1);
	unit_check_string(unit, buf_text(&buf), "12345678");
	unit_check(unit, buf_reserve(&buf, SIZE_MAX) == NULL);
	unit_check(unit, buf_reserve(&buf, SIZE_MAX - 8) == NULL);
	buf_consume(&buf, 4);
	unit_check_int(unit, buf_add_string(&buf, "abcd"), 0);
	unit_check_string(unit, buf_text(&buf), "5678abcd");
}

static void check_hex(struct unit *unit, const char *text, const char *wanted, size_t length)
{
	cleanup_buf struct buf out = { 0 };

	unit_check_int(unit, bytes_read_hex(text, strlen(text), &out, NULL), 0);
	unit_check_bytes(unit, out.data, out.length, wanted, length);
}

static void check_no_hex(struct unit *unit, const char *text, size_t column)
{
	cleanup_buf struct buf out = { 0 };
	struct error err = { 0 };

	unit_check_int(unit, bytes_read_hex(text, strlen(text), &out, &err), -1);
	unit_check_int(unit, err.kind, ERROR_USAGE);
	unit_check_int(unit, err.place.column, column);
}

static void reads_hex(struct unit *unit)
{
	cleanup_buf struct buf out = { 0 };

	check_hex(unit, "", "", 0);
	check_hex(unit, "00fFA5", "\x00\xff\xa5", 3);
	check_hex(unit, "0x00ff", "\x00\xff", 2);
	check_hex(unit, "aa:bb-cc.dd ee", "\xaa\xbb\xcc\xdd\xee", 5);
	check_no_hex(unit, "abc", 3);
	check_no_hex(unit, "a:bc", 1);
	check_no_hex(unit, "aa,bb", 2);
	check_no_hex(unit, "aaxx", 2);
	check_no_hex(unit, "0x", 2);
	check_no_hex(unit, "0xg0", 2);
	bytes_print_hex(&out, "\x00\xff\xa5", 3);
	unit_check_string(unit, buf_text(&out), "00ffa5");
}

static void bounds_hex(struct unit *unit)
{
	cleanup_buf struct buf out = { .maximum = 2 };
	struct error err = { 0 };

	unit_check_int(unit, bytes_read_hex("aabbcc", 6, &out, &err), -1);
	unit_check_string(unit, err.text, "more than 2 bytes");
}

static void check_base64(struct unit *unit, const char *bytes, const char *text)
{
	cleanup_buf struct buf printed = { 0 }, read = { 0 };

	bytes_print_base64(&printed, bytes, strlen(bytes));
	unit_check_string(unit, buf_text(&printed), text);
	unit_check_int(unit, bytes_read_base64(text, strlen(text), &read, NULL), 0);
	unit_check_bytes(unit, read.data, read.length, bytes, strlen(bytes));
}

static void check_no_base64(struct unit *unit, const char *text, size_t column)
{
	cleanup_buf struct buf out = { 0 };
	struct error err = { 0 };

	unit_check_int(unit, bytes_read_base64(text, strlen(text), &out, &err), -1);
	unit_check_int(unit, err.place.column, column);
}

/* The examples of RFC 4648, section 10. */
static void reads_base64(struct unit *unit)
{
	check_base64(unit, "", "");
	check_base64(unit, "f", "Zg==");
	check_base64(unit, "fo", "Zm8=");
	check_base64(unit, "foo", "Zm9v");
	check_base64(unit, "foob", "Zm9vYg==");
	check_base64(unit, "fooba", "Zm9vYmE=");
	check_base64(unit, "foobar", "Zm9vYmFy");
	check_base64(unit, "\xff\xfe\xfd", "//79");
	check_no_base64(unit, "Zg", 2);
	check_no_base64(unit, "Zg=", 3);
	check_no_base64(unit, "Zg==Zg==", 2);
	check_no_base64(unit, "Zh==", 1);
	check_no_base64(unit, "Zm9=", 2);
	check_no_base64(unit, "Z===", 1);
	check_no_base64(unit, "Zm 9", 2);
}

static void check_safe(struct unit *unit, const char *text, const char *wanted)
{
	cleanup_buf struct buf out = { 0 };

	bytes_print_safe(&out, text, strlen(text));
	unit_check_string(unit, buf_text(&out), wanted);
}

static void shows_bytes_safely(struct unit *unit)
{
	check_safe(unit, "plain é € 😀", "plain é € 😀");
	check_safe(unit, "\x1b[31m", "\\x1b[31m");
	check_safe(unit, "a\tb\nc\rd\x7f", "a\\tb\\nc\\x0dd\\x7f");
	check_safe(unit, "\xc2\x9b", "\\xc2\\x9b");
	check_safe(unit, "\xe2\x80\xae", "\\xe2\\x80\\xae");
	check_safe(unit, "\xff\xc3", "\\xff\\xc3");
	check_safe(unit, "\xc0\xaf", "\\xc0\\xaf");
	check_safe(unit, "\xed\xa0\x80", "\\xed\\xa0\\x80");
	unit_check(unit, bytes_are_text("a\tb\r\né", 7));
	unit_check(unit, !bytes_are_text("a\0b", 3));
	unit_check(unit, !bytes_are_text("a\x1b", 2));
	unit_check(unit, !bytes_are_text("\xc3", 1));
	unit_check(unit, !bytes_are_text("\xc2\x80", 2));
	unit_check(unit, bytes_are_text("", 0));
}

/* Every code point there and back, against the encoding rule written the other way round. */
static void decodes_utf8(struct unit *unit)
{
	for (uint32_t point = 0; point <= 0x110000; point++) {
		bool valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
		size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
		char bytes[4];
		uint32_t got = 0, rest = point;

		for (size_t i = length; i-- > 1; rest >>= 6)
			bytes[i] = (char)(0x80 | (rest & 63));
		bytes[0] = (char)(length == 1 ? rest : (0xf00U >> length & 0xff) | rest);
		if (utf8_decode(bytes, length, &got) != (valid ? length : 0) ||
		    (valid && got != point))
			unit_fail(unit, __FILE__, __LINE__, "U+%04" PRIX32, point);
		if (length > 1 && utf8_decode(bytes, length - 1, &got) != 0)
			unit_fail(unit, __FILE__, __LINE__, "U+%04" PRIX32 " cut short", point);
	}
	unit_check_int(unit, unit->wrong, 0);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "number: decimal and 0x, within limits, without leading zeros",
		 reads_unsigned);
	unit_run(&unit, "number: all 64 bits are read", reads_all_64_bits);
	unit_run(&unit, "number: signed numbers", reads_signed);
	unit_run(&unit, "number: hex and octal", reads_other_bases);
	unit_run(&unit, "number: sizes with units", reads_sizes);
	unit_run(&unit, "number: durations with units", reads_durations);
	unit_run(&unit, "name: letter case and _ do not matter", compares_names);
	unit_run(&unit, "name: tables are searched and guessed from", finds_names);
	unit_run(&unit, "name: the distance counts letters and swaps", measures_names);
	unit_run(&unit, "buf: bytes are added and taken", grows_buffers);
	unit_run(&unit, "buf: nothing goes beyond the maximum", bounds_buffers);
	unit_run(&unit, "bytes: hex is read and refused at its place", reads_hex);
	unit_run(&unit, "bytes: hex respects the buffer's maximum", bounds_hex);
	unit_run(&unit, "bytes: base64 is read, printed and refused at its place", reads_base64);
	unit_run(&unit, "bytes: what no terminal should see is escaped", shows_bytes_safely);
	unit_run(&unit, "utf8: every code point, none that is not", decodes_utf8);
	return unit_end(&unit);
}
