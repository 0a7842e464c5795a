/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the command line, one transfer each; their lines as those of sha256sum(1). */
#include "cmd/each.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "cmd/join.h"
#include "cmd/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAXIMUM (64U << 10) /* bytes of what comes back for one file */

/* What comes back is kept until the name is put behind it. */
static ssize_t answer_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct buf *answer = endpoint->state;

	if (answer->length + length > ANSWER_MAXIMUM) {
		errno = EMSGSIZE;
		return -1;
	}
	buf_add(answer, bytes, length);
	return (ssize_t)length;
}

static const struct endpoint_ops ops = { .write = answer_write };

static int open_file(struct join *join, const char *name, struct buf *answer, struct error *err)
{
	struct endpoint *endpoint = &join->left_endpoint;
	bool is_stdin = strcmp(name, "-") == 0;

	endpoint->in = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
				  open(name, O_RDONLY | O_CLOEXEC);
	if (endpoint->in < 0)
		return error_system(err, "%s", name);
	endpoint->ops = &ops;
	endpoint->state = answer;
	endpoint->target = &join->left;
	endpoint->shared = is_stdin;
	endpoint_classify(endpoint);
	return 0;
}

/* A name with a newline or a backslash gets escapes, and a backslash in front of its line tells so. */
static void print_line(FILE *out, struct buf *answer, const char *name)
{
	bool is_escaped = strpbrk(name, "\\\n\r") != NULL;

	while (answer->length > 0 && answer->data[answer->length - 1] == '\n')
		answer->length--;
	fprintf(out, "%s%.*s  ", is_escaped ? "\\" : "", (int)answer->length, buf_text(answer));
	for (; *name != '\0'; name++) {
		if (*name == '\\')
			fputs("\\\\", out);
		else if (*name == '\n')
			fputs("\\n", out);
		else if (*name == '\r')
			fputs("\\r", out);
		else
			fputc(*name, out);
	}
	fputc('\n', out);
	fflush(out);
}

static int check_format(const struct join *join, struct error *err)
{
	const struct codec *output = join->session.output;

	if (output != NULL ? output->text : join->right.format != NULL)
		return 0;
	error_usage(err, "--each: the answer must be a line of text");
	return error_hint(err, "alg:hash has one; of others --format raw:hex makes one");
}

static int prepare(struct join *join, const struct arguments *arguments, struct error *err)
{
	static const struct wish console = { 0 }, sink = { .is_sink = true };

	if (open_target(&join->left, "-", &console, arguments, err) < 0 ||
	    open_target(&join->right, arguments->words[0], &sink, arguments, err) < 0 ||
	    join_read_options(join, arguments, err) < 0 ||
	    join_read_format(join, &join->right, arguments, err) < 0)
		return -1;
	return check_format(join, err);
}

/* One transfer: an exit status, or -1 with the error. */
static int run_file(struct context *context, const struct arguments *arguments, const char *name,
		    struct error *err)
{
	cleanup_buf struct buf answer = { 0 };
	struct join join;
	int status = -1;

	join_init(&join);
	join.is_one_of_several = true;
	if (prepare(&join, arguments, err) == 0 && open_file(&join, name, &answer, err) == 0)
		status = join_run(&join, context, arguments, err);
	join_release(&join);
	if (status == 0 && context->died_by == 0)
		print_line(context->out, &answer, name);
	return status;
}

int each_run(struct context *context, const struct arguments *arguments, struct error *err)
{
	int status = 0;

	if (arguments->word_count < 2)
		return error_usage(err, "--each: the files are missing");
	for (size_t i = 1; i < arguments->word_count && context->died_by == 0; i++) {
		struct error failure = { 0 };
		int one = run_file(context, arguments, arguments->words[i], &failure);

		if (one < 0 && failure.kind == ERROR_USAGE) {
			*err = failure;
			return -1;
		}
		if (one < 0)
			fprintf(context->errors, "anysock: %s\n", failure.text);
		if (one != 0 && status == 0)
			status = one > 0 ? one : error_status(&failure);
	}
	return status;
}
