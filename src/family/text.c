/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of the command line as a source of bytes; memfd_create(2). */
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/plain_calls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct shape_field fields[] = {
	{ .name = "text", .help = "what is sent", .kind = FIELD_REST, .has_default = true },
	{ .name = NULL },
};

static int write_text(int fd, const struct target_field *text)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t put = write(fd, text->text + done, text->length - done);

		if (put < 0)
			return -1;
		done += (size_t)put;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

/* Answers go to /dev/null: a peer whose answer nobody reads might see the connection reset. */
static int text_open(const struct target *target, const struct endpoint *client,
		     struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;

	(void)client;
	made.target = target;
	made.end = END_HALF;
	made.in = memfd_create("text", MFD_CLOEXEC);
	if (made.in >= 0 && target->wants_output)
		made.out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (made.in < 0 || write_text(made.in, &target->fields[0]) < 0 ||
	    (target->wants_output && made.out < 0)) {
		error_system(err, "text");
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

static void text_add_open_calls(const struct target *target, struct buf *out)
{
	const struct target_field *text = &target->fields[0];

	buf_add_string(out, "memfd_create(\"text\", MFD_CLOEXEC)\n");
	if (target->wants_output)
		plain_add_open("/dev/null", O_WRONLY | O_CLOEXEC, 0, "for what comes back", out);
	if (text->length > 0)
		plain_add_write(text->text, text->length, out);
	buf_add_string(out, "lseek(fd, 0, SEEK_SET)\n");
}

const struct family text_family = {
	.shape = { .name = "text", .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "words as a source of bytes",
	.domain = -1,
	.step = STEP_NONE,
	.open = text_open,
	.add_open_calls = text_add_open_calls,
};
