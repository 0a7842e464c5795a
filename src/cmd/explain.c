/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock explain: how a spec is read, the bytes of its addresses, and the calls that would be made. */
#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/calls.h"
#include "cmd/command.h"
#include "cmd/open.h"
#include "core/address.h"
#include "option/sockaddr.h"

#include <inttypes.h>
#include <string.h>

#define PICTURE_WIDTH 8 /* bytes in a row */

static const struct parameter options[] = {
	{ .name = "listen", .letter = 'l', .type = VALUE_FLAG, .help = "as the command listen would read it" },
	{ .name = "resolve", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "look names up as well" },
	{ .name = NULL },
};

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false }, { .name = NULL } };

static const char *const examples[] = { "anysock explain 'tcp:[fe80::1%lo]:80'",
					"anysock explain --json unix:@name,type=seqpacket", NULL };

/* A spec that is explained: what it says and what it leads to. */
struct explanation {
	struct target target;
	struct address_list addresses;
	bool may_block;	   /* names are looked up */
	bool needs_lookup; /* a name has to be looked up first */
	struct error lookup_error;
};

static const char *role_name(enum role role)
{
	static const char *const names[] = { "connect", "listen", "bind" };

	return names[role];
}

static void print_indented(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		fprintf(out, "  %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* Up to a row of bytes; padded to the whole row where a name follows. */
static void print_bytes(FILE *out, const uint8_t *bytes, size_t length, bool padded)
{
	size_t shown = length < PICTURE_WIDTH ? length : PICTURE_WIDTH;

	for (size_t i = 0; i < shown; i++)
		fprintf(out, " %02x", bytes[i]);
	if (padded)
		fprintf(out, "%*s", (int)(PICTURE_WIDTH - shown) * 3, "");
}

/* A member of the picture of an address: "   4  00 00 00 00  sin6_flowinfo  0x0"; long ones take several rows. */
static void print_part(FILE *out, const struct sockaddr_part *part, const uint8_t *bytes)
{
	for (size_t i = 0; i < part->length; i += PICTURE_WIDTH) {
		bool is_named = i == 0 && part->name[0] != '\0';

		fprintf(out, "  %3zu ", part->offset + i);
		print_bytes(out, bytes + part->offset + i, part->length - i, is_named);
		if (is_named)
			fprintf(out, "  %-22s %s", part->name, buf_text(&part->value));
		fputc('\n', out);
	}
}

static void add_calls(const struct explanation *explanation, size_t place, struct buf *out)
{
	const struct calls calls = { .target = &explanation->target,
				     .addresses = &explanation->addresses,
				     .place = place,
				     .may_block = explanation->may_block,
				     .out = out };

	calls_print(&calls);
}

static void print_address(FILE *out, const struct explanation *explanation, size_t place)
{
	const struct target *target = &explanation->target;
	const struct address *address = &explanation->addresses.items[place];
	struct sockaddr_part part cleanup_sockaddr_part = { 0 };
	cleanup_buf struct buf text = { 0 }, fields = { 0 }, calls = { 0 };
	struct json json = { .out = &fields };
	const void *bytes = &address->storage;
	size_t offset = 0;

	target_print_address(target, address, &text);
	fprintf(out, "\naddress   %s, struct %s of %u bytes\n", buf_text(&text),
		sockaddr_struct(bytes, address->length, target->protocol), address->length);
	for (; sockaddr_next(bytes, address->length, target->protocol, offset, &part);
	     offset += part.length)
		print_part(out, &part, bytes);
	if (target->family->describe_address != NULL) {
		json_open_object(&json, NULL);
		target->family->describe_address(address, &json);
		json_close_object(&json);
		fprintf(out, "  %s\n", buf_text(&fields));
	}
	add_calls(explanation, place, &calls);
	fputs("calls\n", out);
	print_indented(out, buf_text(&calls));
}

/* What a name stands for may be known only when it is opened. */
static bool is_known(const struct shape_field *shape, uint64_t number)
{
	return shape->type != FIELD_TEXT && (shape->maximum == 0 || number <= shape->maximum);
}

static void print_fields(FILE *out, const struct target *target)
{
	const struct shape_field *shape = spec_fields(&target->spec);

	for (size_t i = 0; shape != NULL && shape[i].name != NULL; i++) {
		const struct target_field *field = &target->fields[i];
		cleanup_buf struct buf safe = { 0 };

		bytes_print_safe(&safe, field->text, field->length);
		if (field->given)
			fprintf(out, "%-9s %s", shape[i].name, buf_text(&safe));
		if (field->given && is_known(&shape[i], field->number))
			fprintf(out, " = %" PRIu64 " (0x%" PRIx64 ")", field->number, field->number);
		if (field->given)
			fputc('\n', out);
	}
}

static const char *phase_name(enum sockopt_phase phase)
{
	static const char *const names[PHASE_COUNT] = { "before bind", "before connect",
							"before listen", "on accepted",
							"once connected" };

	return names[phase];
}

/* "so-rcvbuf", or LEVEL:NUMBER where no row has it; and the value, unless it is secret. */
static void print_option(const struct sockopt_setting *setting, struct buf *name, struct buf *value)
{
	if (setting->row == NULL) {
		buf_print(name, "%d:%d", setting->level, setting->number);
		bytes_print_hex(value, buf_text(&setting->bytes), setting->bytes.length);
		return;
	}
	buf_add_string(name, sockopt_name(setting->row));
	if (sockopt_is_secret(setting->row))
		buf_add_string(value, "…");
	else
		sockopt_print(setting->row, buf_text(&setting->bytes), setting->bytes.length, value);
}

/* In the order in which they are set: by phase, then as typed. */
static void print_options(const struct target *target, FILE *out, struct json *json)
{
	for (size_t i = 0; i < PHASE_COUNT * target->sockopt_count; i++) {
		enum sockopt_phase phase = (enum sockopt_phase)(i / target->sockopt_count);
		const struct sockopt_setting *setting = &target->sockopts[i % target->sockopt_count];
		cleanup_buf struct buf name = { 0 }, value = { 0 };

		if (setting->phase != phase)
			continue;
		print_option(setting, &name, &value);
		if (out != NULL) {
			fprintf(out, "option    %s=%s %s\n", buf_text(&name), buf_text(&value),
				phase_name(phase));
			continue;
		}
		json_open_object(json, NULL);
		json_string(json, "name", buf_text(&name));
		json_string(json, "value", buf_text(&value));
		json_string(json, "phase", phase_name(phase));
		json_close_object(json);
	}
}

/* Those of a family that makes no socket. */
static void print_open_calls(FILE *out, const struct target *target)
{
	cleanup_buf struct buf calls = { 0 };

	if (target->family->add_open_calls == NULL)
		return;
	target->family->add_open_calls(target, &calls);
	if (calls.length > 0)
		fputs("\ncalls\n", out);
	print_indented(out, buf_text(&calls));
}

static int print_text(FILE *out, const struct explanation *explanation)
{
	const struct target *target = &explanation->target;
	cleanup_buf struct buf spec = { 0 };

	target_print(target, &spec);
	fprintf(out, "spec      %s\nfamily    %s: %s\nrole      %s\n", buf_text(&spec),
		target->family->shape.name, target->family->summary, role_name(target->role));
	if (target->type != NULL)
		fprintf(out, "type      %s\n", target->type->name);
	print_fields(out, target);
	print_options(target, out, NULL);
	if (explanation->needs_lookup)
		fputs("address   of a name that must be looked up; --resolve does it\n", out);
	if (error_is_set(&explanation->lookup_error))
		fprintf(out, "address   %s\n", explanation->lookup_error.text);
	for (size_t i = 0; i < explanation->addresses.count; i++)
		print_address(out, explanation, i);
	print_open_calls(out, target);
	return 0;
}

static void json_picture(struct json *json, const struct target *target,
			 const struct address *address)
{
	struct sockaddr_part part cleanup_sockaddr_part = { 0 };
	const char *bytes = (const char *)&address->storage;
	size_t offset = 0;

	json_string(json, "struct", sockaddr_struct(bytes, address->length, target->protocol));
	json_open_array(json, "members");
	for (; sockaddr_next(bytes, address->length, target->protocol, offset, &part);
	     offset += part.length) {
		json_open_object(json, NULL);
		json_string(json, "name", part.name);
		json_unsigned(json, "offset", part.offset);
		json_hex(json, "bytes", bytes + part.offset, part.length);
		json_string(json, "value", buf_text(&part.value));
		json_close_object(json);
	}
	json_close_array(json);
}

static void json_lines(struct json *json, const char *key, const struct buf *text)
{
	json_open_array(json, key);
	for (const char *line = buf_text(text); *line != '\0'; line += strcspn(line, "\n") + 1)
		json_string_length(json, NULL, line, strcspn(line, "\n"));
	json_close_array(json);
}

static void json_calls(struct json *json, const struct explanation *explanation, size_t place)
{
	cleanup_buf struct buf text = { 0 };

	add_calls(explanation, place, &text);
	json_lines(json, "calls", &text);
}

static void json_open_calls(struct json *json, const struct target *target)
{
	cleanup_buf struct buf text = { 0 };

	if (target->family->add_open_calls == NULL)
		return;
	target->family->add_open_calls(target, &text);
	json_lines(json, "calls", &text);
}

static void json_address(struct json *json, const struct explanation *explanation, size_t place)
{
	const struct target *target = &explanation->target;
	const struct address *address = &explanation->addresses.items[place];
	cleanup_buf struct buf text = { 0 };

	json_open_object(json, NULL);
	target_print_address(target, address, &text);
	json_string(json, "text", buf_text(&text));
	json_unsigned(json, "length", address->length);
	json_hex(json, "bytes", &address->storage, address->length);
	if (target->family->describe_address != NULL) {
		json_open_object(json, "fields");
		target->family->describe_address(address, json);
		json_close_object(json);
	}
	json_picture(json, target, address);
	json_calls(json, explanation, place);
	json_close_object(json);
}

static void json_fields(struct json *json, const struct target *target)
{
	const struct shape_field *shape = spec_fields(&target->spec);

	json_open_object(json, "fields");
	for (size_t i = 0; shape != NULL && shape[i].name != NULL; i++)
		if (target->fields[i].given)
			json_string_length(json, shape[i].name, target->fields[i].text,
					   target->fields[i].length);
	json_close_object(json);
}

static int print_json(FILE *out, const struct explanation *explanation)
{
	const struct target *target = &explanation->target;
	cleanup_buf struct buf text = { 0 }, spec = { 0 };
	struct json json = { .out = &text };

	target_print(target, &spec);
	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "spec", buf_text(&spec));
	json_string(&json, "family", target->family->shape.name);
	json_string(&json, "role", role_name(target->role));
	if (target->type != NULL)
		json_string(&json, "type", target->type->name);
	json_fields(&json, target);
	json_open_array(&json, "options");
	print_options(target, NULL, &json);
	json_close_array(&json);
	json_boolean(&json, "needs_lookup", explanation->needs_lookup);
	json_open_array(&json, "addresses");
	for (size_t i = 0; i < explanation->addresses.count; i++)
		json_address(&json, explanation, i);
	json_close_array(&json);
	json_open_calls(&json, target);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
	return 0;
}

static void look_up(struct explanation *explanation)
{
	const struct family *family = explanation->target.family;
	int found;

	if (family->resolve == NULL)
		return;
	found = family->resolve(&explanation->target, ADDRESS_PEER, explanation->may_block,
				&explanation->addresses, &explanation->lookup_error);
	explanation->needs_lookup = found > 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct explanation explanation = { .may_block = arguments_flag(arguments, "resolve") };
	struct wish wish = { .listens = arguments_flag(arguments, "listen"),
			     .no_input = arguments_flag(arguments, "left-to-right"),
			     .no_output = arguments_flag(arguments, "right-to-left") };

	if (open_target(&explanation.target, arguments->words[0], &wish, arguments, err) < 0)
		return -1;
	look_up(&explanation);
	if (arguments_flag(arguments, "json"))
		print_json(context->out, &explanation);
	else
		print_text(context->out, &explanation);
	address_list_release(&explanation.addresses);
	target_release(&explanation.target);
	return 0;
}

const struct command explain_command = {
	.name = "explain",
	.summary = "how a spec is read: its fields, the bytes of its addresses, the calls",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
