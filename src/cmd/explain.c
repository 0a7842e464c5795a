/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock explain: how a spec is read, the bytes of its addresses, and the calls that would be made. */
#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/open.h"
#include "core/address.h"
#include "option/flags.h"

#include <inttypes.h>
#include <string.h>

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
	bool needs_lookup; /* a name has to be looked up first */
	struct error lookup_error;
};

static const char *role_name(enum role role)
{
	static const char *const names[] = { "connect", "listen", "bind" };

	return names[role];
}

static void symbol(struct buf *out, enum flags table, int64_t value)
{
	const char *name = flags_symbol(table, value);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%" PRId64, value);
}

/* The options of one phase, as setsockopt(2) will be called. */
static void add_options(const struct target *target, enum sockopt_phase phase, struct buf *out)
{
	for (size_t i = 0; i < target->sockopt_count; i++) {
		const struct sockopt_setting *setting = &target->sockopts[i];
		const char *level = sockopt_level_name(setting->level);

		if (setting->phase != phase)
			continue;
		buf_print(out, "setsockopt(fd, %s, ", level != NULL ? level : "?");
		if (setting->row != NULL)
			buf_print(out, "%s, ", sockopt_symbol(setting->row));
		else
			buf_print(out, "%d, ", setting->number);
		if (setting->row != NULL && sockopt_is_secret(setting->row))
			buf_add_string(out, "…");
		else if (setting->row != NULL)
			sockopt_print(setting->row, setting->bytes.data, setting->bytes.length, out);
		else
			bytes_print_hex(out, setting->bytes.data, setting->bytes.length);
		buf_print(out, ", %zu)\n", setting->bytes.length);
	}
}

static void add_address(const struct target *target, const struct address *address,
			const char *call, struct buf *out)
{
	buf_print(out, "%s(fd, ", call);
	target_print_address(target, address, out);
	buf_print(out, ", %u)\n", address->length);
}

static void add_connected_calls(const struct target *target, const struct address *address,
				struct buf *out)
{
	if (target->common.bind != NULL)
		buf_print(out, "bind(fd, %s)\n", target->common.bind);
	add_options(target, PHASE_CONNECT, out);
	if (target->step != STEP_NONE)
		add_address(target, address, "connect", out);
	add_options(target, PHASE_CONNECTED, out);
}

static void add_bound_calls(const struct target *target, const struct address *address,
			    struct buf *out)
{
	add_address(target, address, "bind", out);
	add_options(target, PHASE_LISTEN, out);
	if (target->role != ROLE_LISTEN || target->type->no_listen)
		return;
	buf_print(out, "listen(fd, %d)\n", target->common.backlog);
	buf_add_string(out, "accept4(fd, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)\n");
	add_options(target, PHASE_ACCEPTED, out);
}

/* The calls for one address, a line each. */
static void add_calls(const struct target *target, const struct address *address, struct buf *out)
{
	bool is_bound = target->role != ROLE_CONNECT || target->step == STEP_BIND;

	if (target->type == NULL) /* no socket, no calls */
		return;
	buf_add_string(out, "socket(");
	symbol(out, FLAGS_domain, address->any.sa_family);
	buf_add_string(out, ", ");
	symbol(out, FLAGS_type, target->type->type);
	buf_print(out, "|SOCK_CLOEXEC|SOCK_NONBLOCK, %d)\n", target->protocol);
	if (target->role != ROLE_CONNECT)
		buf_add_string(out, "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1, 4)\n");
	if (target->common.interface != NULL)
		buf_print(out, "setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, %s, %zu)\n",
			  target->common.interface, strlen(target->common.interface) + 1);
	add_options(target, PHASE_BIND, out);
	if (is_bound)
		add_bound_calls(target, address, out);
	else
		add_connected_calls(target, address, out);
	if (target->family->add_calls != NULL)
		target->family->add_calls(target, out);
}

static void print_indented(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		fprintf(out, "  %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* Sixteen bytes a row. */
static void print_bytes(FILE *out, const struct address *address)
{
	const unsigned char *bytes = (const unsigned char *)&address->storage;

	for (socklen_t i = 0; i < address->length; i++)
		fprintf(out, "%s%02x%s", i % 16 == 0 ? "  " : " ", bytes[i],
			i % 16 == 15 || i + 1 == address->length ? "\n" : "");
}

static void print_address(FILE *out, const struct target *target, const struct address *address)
{
	cleanup_buf struct buf text = { 0 }, fields = { 0 }, calls = { 0 };
	struct json json = { .out = &fields };

	target_print_address(target, address, &text);
	fprintf(out, "\naddress   %s, %u bytes\n", buf_text(&text), address->length);
	print_bytes(out, address);
	if (target->family->describe_address != NULL) {
		json_open_object(&json, NULL);
		target->family->describe_address(address, &json);
		json_close_object(&json);
		fprintf(out, "  %s\n", buf_text(&fields));
	}
	add_calls(target, address, &calls);
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
	if (explanation->needs_lookup)
		fputs("address   of a name that must be looked up; --resolve does it\n", out);
	if (error_is_set(&explanation->lookup_error))
		fprintf(out, "address   %s\n", explanation->lookup_error.text);
	for (size_t i = 0; i < explanation->addresses.count; i++)
		print_address(out, target, &explanation->addresses.items[i]);
	return 0;
}

static void json_address(struct json *json, const struct target *target,
			 const struct address *address)
{
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
	json_open_array(json, "calls");
	buf_clear(&text);
	add_calls(target, address, &text);
	for (const char *line = buf_text(&text); *line != '\0'; line += strcspn(line, "\n") + 1)
		json_string_length(json, NULL, line, strcspn(line, "\n"));
	json_close_array(json);
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
	json_boolean(&json, "needs_lookup", explanation->needs_lookup);
	json_open_array(&json, "addresses");
	for (size_t i = 0; i < explanation->addresses.count; i++)
		json_address(&json, target, &explanation->addresses.items[i]);
	json_close_array(&json);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
	return 0;
}

static void look_up(struct explanation *explanation, bool may_block)
{
	const struct family *family = explanation->target.family;
	int found;

	if (family->resolve == NULL)
		return;
	found = family->resolve(&explanation->target, ADDRESS_PEER, may_block,
				&explanation->addresses, &explanation->lookup_error);
	explanation->needs_lookup = found > 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct explanation explanation = { 0 };
	struct wish wish = { .listens = arguments_flag(arguments, "listen") };

	if (open_target(&explanation.target, arguments->words[0], &wish, arguments, err) < 0)
		return -1;
	look_up(&explanation, arguments_flag(arguments, "resolve"));
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
