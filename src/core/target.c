/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking a spec against its family: fields by type, options by table. */
#include "core/target.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/target_parts.h"
#include "option/flags.h"
#include "option/sockopt_call.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

const struct name target_eofs[] = {
	{ "wait", 0, "the peer is not told; go on receiving until it ends" },
	{ "half", 1, "shut the sending side down, then read the answer to its end" },
	{ "close", 2, "the first end, of either side, is the last" },
	{ NULL, 0, NULL },
};

const struct name target_crlfs[] = {
	{ "send", TARGET_CRLF_SEND, "what is sent ends its lines with CR LF" },
	{ "both", TARGET_CRLF_BOTH, "what is received also does, and ends them with LF here" },
	{ NULL, 0, NULL },
};

const struct parameter target_common_parameters[] = {
	{ .name = "accept-timeout", .type = VALUE_DURATION, .help = "how long a listener waits for a connection" },
	{ .name = "backlog", .type = VALUE_NUMBER, .minimum = 0, .maximum = INT32_MAX, .help = "connections that may wait to be accepted (4096)" },
	{ .name = "bind", .aliases = "sourceaddr", .type = VALUE_TEXT, .argument = "ADDRESS", .help = "the local end" },
	{ .name = "connect-timeout", .type = VALUE_DURATION, .help = "how long to try to connect" },
	{ .name = "crlf", .type = VALUE_CHOICE, .names = target_crlfs, .flags = PARAMETER_OPTIONAL, .fallback = TARGET_CRLF_SEND, .help = "lines of this stream end with CR LF" },
	{ .name = "eof", .type = VALUE_CHOICE, .names = target_eofs, .help = "what the end of input does" },
	{ .name = "forever", .type = VALUE_FLAG, .help = "try again without end" },
	{ .name = "frame", .type = VALUE_TEXT, .argument = "FRAMING", .help = "messages on a stream: line, len16, len32, cobs, slip, hex" },
	{ .name = "group", .aliases = "gid", .type = VALUE_TEXT, .argument = "GROUP", .help = "group of a path that is created" },
	{ .name = "idle-timeout", .type = VALUE_DURATION, .help = "end when nothing moved for so long" },
	{ .name = "inherit", .type = VALUE_FLAG, .help = "programs that are started keep the descriptor" },
	{ .name = "interface", .aliases = "if", .type = VALUE_TEXT, .argument = "NAME", .help = "only over this interface, by any of its names (SO_BINDTODEVICE)" },
	{ .name = "interval", .type = VALUE_DURATION, .help = "time between two tries (it grows, from 200ms to 30s)" },
	{ .name = "keep", .aliases = "fork", .type = VALUE_FLAG, .help = "go on listening after the first connection" },
	{ .name = "max-children", .aliases = "max", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .help = "connections at once" },
	{ .name = "max-per-source", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .help = "connections at once of one host, user or machine" },
	{ .name = "mode", .aliases = "perm", .type = VALUE_MODE, .help = "permissions of a path that is created" },
	{ .name = "netns", .type = VALUE_TEXT, .argument = "NAME", .help = "make the socket in this network namespace" },
	{ .name = "protocol", .aliases = "so-protocol", .type = VALUE_TEXT, .argument = "PROTOCOL", .help = "protocol of the socket, by number or name" },
	{ .name = "read-bytes", .aliases = "readbytes", .type = VALUE_SIZE, .help = "stop reading after so many bytes" },
	{ .name = "retry", .type = VALUE_NUMBER, .minimum = 0, .maximum = INT32_MAX, .help = "further tries when opening fails" },
	{ .name = "sockopt", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "LEVEL:NAME:VALUE", .help = "any socket option by number or name" },
	{ .name = "telnet", .type = VALUE_FLAG, .help = "refuse what telnet negotiates, and take it out of this stream" },
	{ .name = "type", .aliases = "so-type socktype", .type = VALUE_TEXT, .argument = "TYPE", .help = "socket type: stream, dgram, seqpacket, raw, rdm" },
	{ .name = "unlink-early", .type = VALUE_FLAG, .help = "remove what is at the path before binding" },
	{ .name = "user", .aliases = "uid owner", .type = VALUE_TEXT, .argument = "USER", .help = "owner of a path that is created" },
	{ .name = NULL },
};

bool target_sets(const struct target *target, int level, int number)
{
	for (size_t i = 0; i < target->sockopt_count; i++)
		if (target->sockopts[i].level == level && target->sockopts[i].number == number)
			return true;
	return false;
}

int target_error_field(const struct target *target, size_t field, struct error *err)
{
	return spec_error_at(&target->spec, &target->spec.fields[field], err);
}

int target_error_setting(const struct target *target, const struct setting *setting,
			 struct error *err)
{
	return error_place(err, target->spec.source, setting->column, setting->source_length);
}

static const char *family_name(const struct target *target)
{
	return target->family->shape.name;
}

static int place_option(const struct target *target, const struct spec_option *option,
			bool at_value, struct error *err)
{
	return spec_error_at(&target->spec, at_value ? &option->value : &option->name, err);
}

static struct setting *add_setting(struct target *target, const struct parameter *parameter,
				   const struct spec_option *option)
{
	const struct spec_text *part = option->value.bytes != NULL ? &option->value : &option->name;
	struct setting *setting;

	target->settings = memory_resize(target->settings, target->setting_count + 1,
					 sizeof(*target->settings));
	setting = &target->settings[target->setting_count];
	*setting = (struct setting){ .parameter = parameter,
				     .column = part->column,
				     .source_length = part->source_length };
	return setting;
}

static bool is_given(const struct target *target, const struct parameter *parameter)
{
	for (size_t i = 0; i < target->setting_count; i++)
		if (target->settings[i].parameter == parameter)
			return true;
	return false;
}

static int read_parameter(struct target *target, const struct parameter *parameter,
			  const struct spec_option *option, struct error *err)
{
	struct setting *setting;

	if (!(parameter->flags & PARAMETER_REPEATS) && !option->implied &&
	    is_given(target, parameter)) {
		error_usage(err, "%s is given twice", parameter->name);
		return place_option(target, option, false, err);
	}
	setting = add_setting(target, parameter, option);
	if (value_read(parameter, option->value.bytes, option->value.length, &setting->value, err) < 0) {
		error_context(err, "%s", parameter->name);
		return place_option(target, option, option->value.bytes != NULL, err);
	}
	target->setting_count++;
	return 0;
}

static int read_sockopt(struct target *target, const struct sockopt *row,
			const struct spec_option *option, struct error *err)
{
	struct sockopt_setting *setting;
	int read;

	target->sockopts = memory_resize(target->sockopts, target->sockopt_count + 1,
					 sizeof(*target->sockopts));
	setting = &target->sockopts[target->sockopt_count];
	memset(setting, 0, sizeof(*setting));
	read = row != NULL ? sockopt_read(row, option->value.bytes, option->value.length, setting, err) :
			     sockopt_read_any(option->value.bytes, option->value.length, setting, err);
	if (read < 0)
		return place_option(target, option, option->value.bytes != NULL, err);
	setting->column = option->value.column;
	setting->source_length = option->value.source_length;
	target->sockopt_count++;
	return 0;
}

/* Whether the spec has a path-like last field, in which a comma must be doubled. */
static bool has_rest_field(const struct target *target)
{
	const struct shape_field *shape = spec_fields(&target->spec);
	enum field_kind kind;

	if (shape == NULL || target->spec.field_count == 0)
		return false;
	kind = shape[target->spec.field_count - 1].kind;
	return kind == FIELD_REST || kind == FIELD_COMMAND;
}

static int unknown_option(const struct target *target, const struct spec_option *option,
			  struct error *err)
{
	struct name_guess guess = { .wanted = option->name.bytes };

	error_usage(err, "%s has no option \"%s\"", family_name(target), option->name.bytes);
	if (target->family->parameters != NULL)
		parameter_guess(target->family->parameters, &guess);
	parameter_guess(target_common_parameters, &guess);
	if (target->family->types != NULL)
		sockopt_guess(target->family->levels, &guess);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	else if (has_rest_field(target))
		error_hint(err, "a comma that belongs to the %s is written \",,\"",
			   spec_fields(&target->spec)[target->spec.field_count - 1].name);
	return place_option(target, option, false, err);
}

static int read_option(struct target *target, const struct spec_option *option, struct error *err)
{
	const struct family *family = target->family;
	const char *name = option->name.bytes;
	const struct parameter *parameter = NULL;
	const struct sockopt *row = NULL;

	if (family->parameters != NULL)
		parameter = parameter_find(family->parameters, name);
	if (parameter == NULL)
		parameter = parameter_find(target_common_parameters, name);
	if (parameter != NULL && strcmp(parameter->name, "sockopt") == 0) {
		if (option->value.bytes == NULL) {
			error_usage(err, "sockopt: LEVEL:NAME:VALUE expected");
			return place_option(target, option, false, err);
		}
		return read_sockopt(target, NULL, option, err);
	}
	if (parameter != NULL)
		return read_parameter(target, parameter, option, err);
	if (family->types != NULL)
		row = sockopt_find(name, family->levels, true);
	if (row == NULL)
		return unknown_option(target, option, err);
	return read_sockopt(target, row, option, err);
}

static int read_options(struct target *target, struct error *err)
{
	for (size_t i = 0; i < target->spec.option_count; i++)
		if (read_option(target, &target->spec.options[i], err) < 0)
			return -1;
	return 0;
}

static int choose_type(struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "type");
	cleanup_buf struct buf names = { 0 };

	target->type = target->family->types;
	if (setting == NULL || target->type == NULL)
		return 0;
	for (const struct family_type *type = target->family->types; type->name != NULL; type++) {
		uint64_t number;

		if (name_equal(type->name, setting->value.bytes) ||
		    (target_read_natural(setting->value.bytes, INT32_MAX, &number, NULL) == 0 &&
		     (int)number == type->type)) {
			target->type = type;
			return 0;
		}
		buf_print(&names, "%s%s", names.length > 0 ? ", " : "", type->name);
	}
	error_usage(err, "type: %s has no type \"%s\"", family_name(target), setting->value.bytes);
	error_hint(err, "one of: %s", buf_text(&names));
	return target_error_setting(target, setting, err);
}

static const struct name *protocol_names(const struct family *family)
{
	bool is_ip = family->domain == AF_UNSPEC || family->domain == AF_INET || family->domain == AF_INET6;

	return family->protocols != NULL || !is_ip ? family->protocols : flags_protocol;
}

static int choose_protocol(struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "protocol");
	const struct name *row = NULL, *names = protocol_names(target->family);
	uint64_t number;

	target->protocol = target->family->protocol;
	if (setting == NULL)
		return 0;
	if (names != NULL)
		row = name_find(names, setting->value.bytes);
	if (row != NULL)
		number = (uint64_t)row->value;
	else if (target_read_natural(setting->value.bytes, INT32_MAX, &number, NULL) < 0) {
		error_usage(err, "protocol: \"%s\" is neither a number nor the name of a protocol",
			    setting->value.bytes);
		return target_error_setting(target, setting, err);
	}
	target->protocol = (int)number;
	return 0;
}

static void read_common(struct target *target)
{
	struct target_common *common = &target->common;

	common->accept_timeout = target_number(target, "accept-timeout", 0);
	common->connect_timeout = target_number(target, "connect-timeout", 0);
	common->idle_timeout = target_number(target, "idle-timeout", 0);
	common->retries = (uint64_t)target_number(target, "retry", 0);
	if (target_flag(target, "forever"))
		common->retries = UINT64_MAX;
	common->interval = target_number(target, "interval", 0);
	common->backlog = (int)target_number(target, "backlog", 4096);
	common->crlf = (enum target_crlf)target_number(target, "crlf", TARGET_CRLF_NONE);
	common->telnet = target_flag(target, "telnet");
	common->max_children = (uint64_t)target_number(target, "max-children", 0);
	common->max_per_source = (uint64_t)target_number(target, "max-per-source", 0);
	common->read_bytes = (uint64_t)target_number(target, "read-bytes", 0);
	common->keep = target_flag(target, "keep");
	common->unlink_early = target_flag(target, "unlink-early");
	common->inherit = target_flag(target, "inherit");
	common->mode = (int)target_number(target, "mode", -1);
	common->interface = target_text(target, "interface", NULL);
	common->netns = target_text(target, "netns", NULL);
	common->bind = target_text(target, "bind", NULL);
	common->frame = target_text(target, "frame", NULL);
	if (target_setting(target, "eof") != NULL)
		common->eof = name_of(target_eofs, target_number(target, "eof", 0));
}

static int check(struct target *target, struct error *err)
{
	if (target_read_fields(target, err) < 0 || read_options(target, err) < 0)
		return -1;
	if (choose_type(target, err) < 0 || choose_protocol(target, err) < 0)
		return -1;
	if (target_check_fit(target, err) < 0)
		return -1;
	read_common(target);
	if (target->family->check == NULL)
		return 0;
	return target->family->check(target, err);
}

int target_bind(struct target *target, struct spec *spec, struct error *err)
{
	*target = (struct target){ .family = family_of_shape(spec->shape),
				   .spec = *spec,
				   .role = spec->role,
				   .step = family_of_shape(spec->shape)->step,
				   .format = family_of_shape(spec->shape)->format,
				   .text_format = family_of_shape(spec->shape)->text_format,
				   .wants_input = true,
				   .wants_output = true,
				   .common = { .mode = -1 },
				   .holders = memory_new(sizeof(*target->holders)) };
	atomic_init(target->holders, 1);
	*spec = (struct spec){ 0 };
	if (check(target, err) == 0)
		return 0;
	target_release(target);
	return -1;
}

void target_share(struct target *copy, const struct target *target)
{
	*copy = *target;
	atomic_fetch_add(copy->holders, 1);
}

static void free_contents(struct target *target)
{
	for (size_t i = 0; i < target->setting_count; i++)
		value_release(&target->settings[i].value);
	for (size_t i = 0; i < target->sockopt_count; i++)
		sockopt_setting_release(&target->sockopts[i]);
	free(target->settings);
	free(target->sockopts);
	spec_release(&target->spec);
	free(target->holders);
}

void target_release(struct target *target)
{
	if (target->holders != NULL && atomic_fetch_sub(target->holders, 1) == 1)
		free_contents(target);
	*target = (struct target){ 0 };
}

const struct setting *target_setting(const struct target *target, const char *name)
{
	for (size_t i = target->setting_count; i > 0; i--)
		if (strcmp(target->settings[i - 1].parameter->name, name) == 0)
			return &target->settings[i - 1];
	return NULL;
}

int64_t target_number(const struct target *target, const char *name, int64_t fallback)
{
	const struct setting *setting = target_setting(target, name);

	return setting != NULL ? setting->value.number : fallback;
}

const char *target_text(const struct target *target, const char *name, const char *fallback)
{
	const struct setting *setting = target_setting(target, name);

	return setting != NULL ? setting->value.bytes : fallback;
}

bool target_flag(const struct target *target, const char *name)
{
	return target_number(target, name, 0) != 0;
}

enum family_end target_end(const struct target *target)
{
	if (target->type == NULL)
		return END_HALF;
	if (target->common.eof != NULL && strcmp(target->common.eof, "half") == 0)
		return END_HALF;
	/* The end is not shown: the peer's is waited for. */
	if (target->common.eof != NULL && strcmp(target->common.eof, "wait") == 0 &&
	    target->type->end == END_HALF)
		return END_WHOLE;
	return target->type->end;
}

struct backoff target_backoff(const struct target *target)
{
	nanoseconds interval = target->common.interval;

	return interval > 0 ? backoff_from(interval, interval) :
			      backoff_from(200 * NANOSECONDS_PER_MILLISECOND, 30 * NANOSECONDS_PER_SECOND);
}

bool target_has_messages(const struct target *target)
{
	return target->common.frame != NULL || (target->type != NULL && target->type->messages);
}

int target_apply(const struct target *target, enum sockopt_phase phase, int fd, struct error *err)
{
	for (size_t i = 0; i < target->sockopt_count; i++) {
		const struct sockopt_setting *setting = &target->sockopts[i];

		if (setting->phase == phase && sockopt_apply(setting, fd, err) < 0)
			return -1;
	}
	return 0;
}

void target_add_calls(const struct target *target, enum sockopt_phase phase, struct buf *out)
{
	for (size_t i = 0; i < target->sockopt_count; i++) {
		if (target->sockopts[i].phase != phase)
			continue;
		sockopt_add_call(target->family->levels, &target->sockopts[i], out);
		buf_add_char(out, '\n');
	}
}

static int first_address(const struct target *target, struct address *address, struct error *err)
{
	struct address_list list = { 0 };
	int found = -1;

	if (target->family->resolve != NULL)
		found = target->family->resolve(target, ADDRESS_PEER, false, &list, err);
	if (found == 0 && list.count > 0)
		*address = list.items[0];
	else if (found >= 0)
		error_usage(err, "an address was expected, not a name");
	address_list_release(&list);
	return found == 0 ? 0 : -1;
}

int target_read_address(const char *spec, struct address *address, struct error *err)
{
	struct spec parsed;
	struct target target;
	int result;

	if (spec_parse(&parsed, spec, family_vocabulary(), err) < 0 ||
	    target_bind(&target, &parsed, err) < 0)
		return -1;
	result = first_address(&target, address, err);
	target_release(&target);
	return result;
}
