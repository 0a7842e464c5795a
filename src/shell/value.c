/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables and terms: what they stand for when a line runs. */
#include "shell/value.h"

#include "base/memory.h"
#include "base/number.h"
#include "shell/notation.h"
#include "shell/state.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_MAXIMUM (256U << 20) /* bytes of one value */

void content_release(struct content *content)
{
	for (size_t i = 0; i < content->member_count; i++) {
		free(content->members[i].name);
		buf_release(&content->members[i].bytes);
	}
	free(content->members);
	free(content->json);
	buf_release(&content->bytes);
	*content = (struct content){ 0 };
}

void content_add_member(struct content *content, const char *name, const void *bytes, size_t length)
{
	struct member *member;

	content->members = memory_resize(content->members, content->member_count + 1,
					 sizeof(*content->members));
	member = &content->members[content->member_count++];
	*member = (struct member){ .name = memory_string(name) };
	buf_add(&member->bytes, bytes, length);
}

struct content *variable_find(const struct shell *shell, const char *name)
{
	for (size_t i = 0; i < shell->variable_count; i++)
		if (strcmp(shell->variables[i].name, name) == 0)
			return &shell->variables[i].value;
	return NULL;
}

void variable_forget(struct shell *shell, const char *name)
{
	for (size_t i = 0; i < shell->variable_count; i++) {
		struct variable *variable = &shell->variables[i];

		if (strcmp(variable->name, name) != 0)
			continue;
		free(variable->name);
		content_release(&variable->value);
		*variable = shell->variables[--shell->variable_count];
		return;
	}
}

void variable_set(struct shell *shell, const char *name, struct content *value)
{
	struct content *found = variable_find(shell, name);

	if (found == NULL) {
		struct variable *added;

		shell->variables = memory_resize(shell->variables, shell->variable_count + 1,
						 sizeof(*shell->variables));
		added = &shell->variables[shell->variable_count++];
		*added = (struct variable){ .name = memory_string(name) };
		found = &added->value;
	}
	content_release(found);
	*found = *value;
	*value = (struct content){ 0 };
}

void variable_set_text(struct shell *shell, const char *name, const char *text)
{
	struct content content = { 0 };

	buf_add_string(&content.bytes, text);
	variable_set(shell, name, &content);
}

static int add_member(struct shell *shell, const struct content *content, const char *name,
		      struct buf *out, struct error *err)
{
	for (size_t i = 0; i < content->member_count; i++)
		if (strcmp(content->members[i].name, name) == 0)
			return buf_add(out, buf_text(&content->members[i].bytes),
				       content->members[i].bytes.length) == 0;
	if (strcmp(name, "data") == 0)
		return buf_add(out, buf_text(&content->bytes), content->bytes.length) == 0;
	return content->json != NULL ? field_find(shell, content->json, name, out, err) : 0;
}

/* $ENV.HOME, $TMP, $UID. */
static int add_given(struct shell *shell, const char *base, const char *member, struct buf *out,
		     struct error *err)
{
	const char *text = NULL;

	if (strcmp(base, "ENV") == 0 && member != NULL) {
		text = getenv(member);
		if (text == NULL)
			return error_usage(err, "the environment has no %s", member);
	} else if (strcmp(base, "TMP") == 0) {
		text = shell_folder(shell, err);
		if (text == NULL)
			return -1;
	} else if (strcmp(base, "UID") == 0) {
		buf_print(out, "%u", (unsigned int)geteuid());
	} else if (strcmp(base, "PID") == 0) {
		buf_print(out, "%d", (int)getpid());
	} else {
		return 0;
	}
	buf_add_string(out, text != NULL ? text : "");
	return 1;
}

static int add_named(struct shell *shell, const char *base, const char *member, struct buf *out,
		     struct error *err)
{
	const struct content *content = variable_find(shell, base);
	struct channel *channel = shell_find(shell, base);
	int found = 0;

	if (content != NULL && member == NULL)
		return buf_add(out, buf_text(&content->bytes), content->bytes.length) == 0;
	if (content != NULL)
		found = add_member(shell, content, member, out, err);
	if (found == 0 && channel != NULL && member != NULL)
		found = channel_attribute(shell, channel, member, out, err);
	if (found == 0 && channel != NULL && member == NULL) {
		channel_print_spec(channel, out);
		found = 1;
	}
	return found != 0 ? found : add_given(shell, base, member, out, err);
}

/* $p.out.received: the name of the endpoint has a dot itself. */
static int add_dotted(struct shell *shell, const char *name, struct buf *out, struct error *err)
{
	for (size_t length = strlen(name); length > 0; length--) {
		char *base cleanup_free = memory_copy(name, length);
		struct channel *channel = name[length] == '.' || name[length] == '\0' ? shell_find(shell, base) : NULL;

		if (channel == NULL)
			continue;
		if (name[length] == '.')
			return channel_attribute(shell, channel, name + length + 1, out, err);
		channel_print_spec(channel, out);
		return 1;
	}
	return 0;
}

static int work_out_variable(struct shell *shell, const struct term *term, struct buf *out,
			     struct error *err)
{
	const char *name = buf_text(&term->text);
	size_t length = strcspn(name, ".");
	char *base cleanup_free = memory_copy(name, length);
	int found = add_named(shell, base, name[length] != '\0' ? name + length + 1 : NULL, out, err);

	if (found == 0)
		found = add_dotted(shell, name, out, err);
	if (found == 0)
		error_usage(err, "$%s has no value", name);
	return found == 1 ? 0 : -1;
}

/* "-4" counts from the end. What lies outside is the end. */
static int work_out_bound(const struct term *term, size_t length, size_t fallback, size_t *bound,
			  struct error *err)
{
	const char *text = buf_text(&term->text);
	bool from_end = *text == '-';
	uint64_t number;

	*bound = fallback;
	if (term->text.length == 0)
		return 0;
	if (number_unsigned(text + from_end, 0, UINT32_MAX, &number, err) < 0)
		return -1;
	if (number > length)
		number = length;
	*bound = from_end ? length - (size_t)number : (size_t)number;
	return 0;
}

static int work_out_slice(struct shell *shell, const struct term *term, struct buf *out,
			  struct error *err)
{
	cleanup_buf struct buf whole = { 0 };
	size_t from, to;

	if (term_work_out(shell, &term->parts[0], &whole, err) < 0 ||
	    work_out_bound(&term->parts[1], whole.length, 0, &from, err) < 0)
		return -1;
	to = from < whole.length ? from + 1 : from;
	if (term->part_count > 2 && work_out_bound(&term->parts[2], whole.length, whole.length, &to, err) < 0)
		return -1;
	if (from < to)
		buf_add(out, whole.data + from, to - from);
	return 0;
}

static int work_out_times(struct shell *shell, const struct term *term, struct buf *out,
			  struct error *err)
{
	cleanup_buf struct buf once = { 0 }, count = { 0 };
	uint64_t times;

	if (term_work_out(shell, &term->parts[0], &once, err) < 0 ||
	    term_work_out(shell, &term->parts[1], &count, err) < 0)
		return -1;
	if (number_size(buf_text(&count), VALUE_MAXIMUM, &times, err) < 0)
		return -1;
	if (once.length > 0 && times > VALUE_MAXIMUM / once.length)
		return error_usage(err, "that would be more than 256 MiB");
	for (uint64_t i = 0; i < times && once.length > 0; i++)
		buf_add(out, once.data, once.length);
	return 0;
}

static int work_out_call(struct shell *shell, const struct term *term, struct buf *out,
			 struct error *err)
{
	cleanup_buf struct buf value = { 0 };

	for (size_t i = 0; i < term->part_count; i++)
		if (term_work_out(shell, &term->parts[i], &value, err) < 0)
			return -1;
	return notation_call(buf_text(&term->text), &value, 1, out, err);
}

static int work_out(struct shell *shell, const struct term *term, struct buf *out, struct error *err)
{
	switch (term->kind) {
	case TERM_BYTES:
		buf_add(out, buf_text(&term->text), term->text.length);
		return 0;
	case TERM_VARIABLE:
		return work_out_variable(shell, term, out, err);
	case TERM_SLICE:
		return work_out_slice(shell, term, out, err);
	case TERM_TIMES:
		return work_out_times(shell, term, out, err);
	case TERM_CALL:
		return work_out_call(shell, term, out, err);
	default:
		break;
	}
	for (size_t i = 0; i < term->part_count; i++)
		if (term_work_out(shell, &term->parts[i], out, err) < 0)
			return -1;
	return 0;
}

int term_work_out(struct shell *shell, const struct term *term, struct buf *out, struct error *err)
{
	if (work_out(shell, term, out, err) == 0)
		return 0;
	/* The innermost part is what was wrong. */
	return err == NULL || err->place.text != NULL ? -1 :
							source_error(shell->source, term->place, err);
}

char *term_text(struct shell *shell, const struct term *term, struct error *err)
{
	struct buf out = { 0 };

	if (term_work_out(shell, term, &out, err) == 0)
		return buf_steal(&out);
	buf_release(&out);
	return NULL;
}
