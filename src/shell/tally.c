/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reporting tests; testanything.org's version 14, and the XML that JUnit made common. */
#include "shell/tally.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

void tally_release(struct tally *tally)
{
	for (size_t i = 0; i < tally->count; i++) {
		free(tally->results[i].name);
		free(tally->results[i].why);
		free(tally->results[i].report);
	}
	free(tally->results);
	*tally = (struct tally){ 0 };
}

/* Each line behind the indent. */
static void print_indented(FILE *out, const char *text, const char *indent)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", indent, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* "#" and "\" mean something in a test's name. */
static void print_name(FILE *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == '#' || *name == '\\')
			fputc('\\', out);
		fputc(*name, out);
	}
}

static void print_tap(const struct tally *tally, const struct test_result *result)
{
	struct buf quoted cleanup_buf = { 0 };
	struct json json = { .out = &quoted };

	fprintf(tally->out, "%sok %zu - ", result->outcome == TEST_FAILED ? "not " : "", tally->count);
	print_name(tally->out, result->name);
	if (result->outcome == TEST_SKIPPED) {
		fputs(" # SKIP ", tally->out);
		print_name(tally->out, result->why);
	}
	fputc('\n', tally->out);
	if (result->outcome != TEST_FAILED)
		return;
	json_string(&json, NULL, result->why);
	fprintf(tally->out, "  ---\n  message: %s\n  duration_ms: %.3f\n  report: |\n", buf_text(&quoted),
		(double)result->duration / NANOSECONDS_PER_MILLISECOND);
	print_indented(tally->out, result->report, "    ");
	fputs("  ...\n", tally->out);
}

static void print_json(const struct tally *tally, const struct test_result *result)
{
	static const char *const outcomes[] = { "passed", "failed", "skipped" };
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "test");
	if (tally->file != NULL)
		json_string(&json, "file", tally->file);
	json_unsigned(&json, "number", tally->count);
	json_string(&json, "name", result->name);
	json_string(&json, "outcome", outcomes[result->outcome]);
	json_real(&json, "duration", (double)result->duration / NANOSECONDS_PER_SECOND, 6);
	if (result->why != NULL)
		json_string(&json, "why", result->why);
	if (result->report != NULL)
		json_string(&json, "report", result->report);
	json_close_object(&json);
	fprintf(tally->out, "%s\n", buf_text(&text));
}

static void end(struct tally *tally, enum test_outcome outcome, const char *why, const char *report)
{
	struct test_result *result = &tally->results[tally->count - 1];

	if (!tally->is_running)
		return;
	tally->is_running = false;
	result->outcome = outcome;
	result->duration = deadline_now() - tally->began;
	result->why = why != NULL ? memory_string(why) : NULL;
	result->report = report != NULL ? memory_string(report) : NULL;
	tally->failed += outcome == TEST_FAILED;
	tally->skipped += outcome == TEST_SKIPPED;
	if (tally->out == NULL)
		return;
	(tally->as_json ? print_json : print_tap)(tally, result);
	fflush(tally->out);
}

/* What is told on one line stays there. */
static char *one_line(const char *text)
{
	struct buf safe = { 0 };

	bytes_print_safe(&safe, text, strlen(text));
	return buf_steal(&safe);
}

void tally_begin(struct tally *tally, const char *name)
{
	tally_pass(tally);
	if (tally->count == 0 && tally->out != NULL && !tally->as_json)
		fputs("TAP version 14\n", tally->out);
	tally->results = memory_resize(tally->results, tally->count + 1, sizeof(*tally->results));
	tally->results[tally->count++] = (struct test_result){ .name = one_line(name) };
	tally->is_running = true;
	tally->began = deadline_now();
}

void tally_pass(struct tally *tally)
{
	if (tally->is_running)
		end(tally, TEST_PASSED, NULL, NULL);
}

void tally_skip(struct tally *tally, const char *why)
{
	char *line cleanup_free = one_line(why);

	if (tally->is_running)
		end(tally, TEST_SKIPPED, line, NULL);
}

void tally_fail(struct tally *tally, const struct error *err, const struct buf *diagnosis)
{
	char *report = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&report, &length);

	report_error(memory, false, NULL, err);
	fputs(buf_text(diagnosis), memory);
	fclose(memory);
	if (tally->is_running)
		end(tally, TEST_FAILED, err->text, report);
	free(report);
}

void tally_fail_script(struct tally *tally, const struct error *err, const struct buf *diagnosis)
{
	if (tally->file == NULL)
		return;
	/* A script without tests is no document of TAP. */
	if (tally->count == 0 && !tally->as_json)
		tally->out = NULL;
	tally_begin(tally, "the script itself");
	tally_fail(tally, err, diagnosis);
}

void tally_finish(struct tally *tally)
{
	tally_pass(tally);
	if (tally->out != NULL && !tally->as_json && tally->count > 0)
		fprintf(tally->out, "1..%zu\n", tally->count);
	if (tally->out != NULL)
		fflush(tally->out);
}

void tally_remark(struct tally *tally, const char *text)
{
	if (tally->out == NULL || tally->as_json)
		return;
	print_indented(tally->out, text, "# ");
	fflush(tally->out);
}

/* Whether XML may have it at all, be it as a reference. */
static bool is_of_xml(uint32_t point)
{
	return point >= ' ' ? point != 0xfffe && point != 0xffff : point == '\n' || point == '\t';
}

static void print_xml(struct buf *out, const char *text)
{
	size_t left = strlen(text), taken;

	for (; left > 0; text += taken, left -= taken) {
		uint32_t point = 0;
		size_t length = utf8_decode(text, left, &point);

		taken = length > 0 ? length : 1;
		if (length == 0 || !is_of_xml(point))
			buf_add_char(out, '?');
		else if (strchr("&<>\"", *text) != NULL)
			buf_print(out, "&#%u;", (unsigned int)point);
		else
			buf_add(out, text, length);
	}
}

static void print_attribute(struct buf *out, const char *name, const char *text)
{
	buf_print(out, " %s=\"", name);
	print_xml(out, text);
	buf_add_char(out, '"');
}

static void print_case(const struct tally *tally, const struct test_result *result, struct buf *out)
{
	buf_add_string(out, "    <testcase");
	print_attribute(out, "classname", tally->file != NULL ? tally->file : "shell");
	print_attribute(out, "name", result->name);
	buf_print(out, " time=\"%.6f\"", (double)result->duration / NANOSECONDS_PER_SECOND);
	if (result->outcome == TEST_PASSED) {
		buf_add_string(out, "/>\n");
		return;
	}
	buf_add_string(out, result->outcome == TEST_FAILED ? ">\n      <failure" : ">\n      <skipped");
	print_attribute(out, "message", result->why != NULL ? result->why : "");
	buf_add_char(out, '>');
	print_xml(out, result->report != NULL ? result->report : "");
	buf_add_string(out, result->outcome == TEST_FAILED ? "</failure>\n" : "</skipped>\n");
	buf_add_string(out, "    </testcase>\n");
}

void tally_print_junit(const struct tally *tally, struct buf *out)
{
	buf_add_string(out, "  <testsuite");
	print_attribute(out, "name", tally->file != NULL ? tally->file : "shell");
	buf_print(out, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", tally->count,
		  tally->failed, tally->skipped);
	for (size_t i = 0; i < tally->count; i++)
		print_case(tally, &tally->results[i], out);
	buf_add_string(out, "  </testsuite>\n");
}
