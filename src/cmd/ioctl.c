/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock ioctl: makes requests by name or number; ioctl(2). */
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "cmd/subject.h"
#include "option/ioctl.h"

#include <string.h>
#include <sys/socket.h>

static const struct parameter options[] = {
	{ .name = "list", .letter = 'l', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "list the requests there are, of the family or group SPEC where one is named" },
	{ .name = "type", .type = VALUE_TEXT, .argument = "NAME", .help = "socket type, where SPEC is a family's name alone" },
	{ .name = NULL },
};

static const struct argument words[] = {
	{ "SPEC", ARGUMENT_SPEC, true, false },
	{ "REQUEST", ARGUMENT_IOCTL, true, false },
	{ "ARG", ARGUMENT_TEXT, true, true },
	{ .name = NULL },
};

static const char *const examples[] = {
	"anysock ioctl udp SIOCGIFMTU lo",
	"anysock ioctl udp SIOCSIFMTU eth0 1400",
	"anysock ioctl fd:0 TIOCGWINSZ",
	"anysock ioctl /dev/vsock IOCTL_VM_SOCKETS_GET_LOCAL_CID",
	"anysock ioctl fd:3 0x541B hex:00000000",
	"anysock ioctl --list bt-hci",
	NULL,
};

/* Families whose requests stand in a group of another name; "ip" stands for all of IP. */
static const struct {
	char family[12], group[12];
} groups[] = {
	{ "bt", "hci" },	 { "bt-hci", "hci" }, { "bt-l2cap", "bnep" }, { "bt-rfcomm", "rfcomm" },
	{ "ip", "arp" },	 { "ip", "route" },   { "packet", "ethtool" }, { "pty", "tty" },
	{ "tap", "tun" },
};

static bool is_of_ip(const struct family *family)
{
	return family->domain == AF_INET || family->domain == AF_INET6 || family->domain == AF_UNSPEC;
}

/* Every socket has the requests of sockets and of interfaces, and maybe some of its own. */
static bool has_group(const struct family *family, const char *group)
{
	const char *name = family->shape.name;
	bool is_socket = family->types != NULL && family->domain >= 0;

	if (strcmp(group, name) == 0)
		return true;
	for (size_t i = 0; i < array_length(groups); i++)
		if (strcmp(group, groups[i].group) == 0 &&
		    (strcmp(name, groups[i].family) == 0 ||
		     (is_socket && is_of_ip(family) && strcmp(groups[i].family, "ip") == 0)))
			return true;
	return is_socket && (strcmp(group, "socket") == 0 || strcmp(group, "interface") == 0);
}

/* Letters of a name are folded, as everywhere. */
static bool is_listed(const struct ioctl *row, const char *name, const struct family *family)
{
	return name == NULL || name_equal(name, ioctl_family(row)) ||
	       (family != NULL && has_group(family, ioctl_family(row)));
}

static void print_row(FILE *out, const struct ioctl *row, bool as_json)
{
	struct buf text cleanup_buf = { 0 }, arguments cleanup_buf = { 0 };
	struct json json = { .out = &text };

	ioctl_print_arguments(row, &arguments);
	if (!as_json) {
		fprintf(out, "%-10s %-30s %s%s%s%s\n", ioctl_family(row), ioctl_name(row),
			buf_text(&arguments), arguments.length > 0 ? ": " : "", ioctl_help(row),
			ioctl_changes(row) ? " (changes)" : "");
		return;
	}
	json_open_object(&json, NULL);
	json_string(&json, "name", ioctl_name(row));
	json_string(&json, "group", ioctl_family(row));
	json_unsigned(&json, "number", ioctl_number(row));
	json_string(&json, "arguments", buf_text(&arguments));
	json_boolean(&json, "changes", ioctl_changes(row));
	json_string(&json, "help", ioctl_help(row));
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

static int list(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *name = arguments->word_count > 0 ? arguments->words[0] : NULL;
	const struct family *family = name != NULL ? family_find(name) : NULL;
	bool found = false;

	for (size_t i = 0; ioctl_at(i) != NULL; i++)
		if (is_listed(ioctl_at(i), name, family)) {
			print_row(context->out, ioctl_at(i), arguments_flag(arguments, "json"));
			found = true;
		}
	if (!found) {
		error_usage(err, "ioctl: there is no group or family \"%s\" with requests", name);
		return error_hint(err, "socket, interface, arp, route, ethtool, bridge, vlan, tun, "
				       "tty, hci ... : `anysock ioctl --list` has all");
	}
	return 0;
}

/* What another request shows of the same thing; "" where it cannot. */
static void look(const struct ioctl *row, const struct arguments *arguments, int fd,
		 struct ioctl_request *shown)
{
	const struct ioctl *reader = row != NULL ? ioctl_reader(row) : NULL;

	memset(shown, 0, sizeof(*shown));
	if (reader == NULL || ioctl_read(ioctl_name(reader), arguments->words + 2,
					 ioctl_reader_inputs(row), shown, NULL) < 0)
		return;
	if (ioctl_perform(shown, fd, NULL) < 0) {
		ioctl_request_release(shown);
		memset(shown, 0, sizeof(*shown));
	}
}

static void print_json(FILE *out, const struct ioctl_request *request,
		       const struct ioctl_request *before, const struct ioctl_request *after)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	if (request->row != NULL)
		json_string(&json, "request", ioctl_name(request->row));
	else
		json_unsigned(&json, "request", request->number);
	if (after->row != NULL) {
		if (before->row != NULL)
			ioctl_print_json(before, "before", &json);
		else
			json_null(&json, "before");
		ioctl_print_json(after, "after", &json);
	} else {
		ioctl_print_json(request, "result", &json);
	}
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

static void print_text(FILE *out, const struct ioctl_request *request,
		       const struct ioctl_request *before, const struct ioctl_request *after)
{
	struct buf text cleanup_buf = { 0 };

	if (after->row != NULL) {
		ioctl_print(before, &text);
		buf_print(&text, "%s -> ", before->row != NULL ? "" : "none");
		ioctl_print(after, &text);
	} else {
		ioctl_print(request, &text);
	}
	if (text.length == 0 && request->row != NULL && ioctl_changes(request->row))
		buf_print(&text, "%s: %s", ioctl_name(request->row), ioctl_help(request->row));
	if (text.length > 0)
		fprintf(out, "%s\n", buf_text(&text));
}

/* What changes something is shown as it was and as it became. */
static int perform(struct context *context, const struct arguments *arguments,
		   struct ioctl_request *request, int fd, struct error *err)
{
	struct ioctl_request before, after = { 0 };
	int status;

	look(request->row, arguments, fd, &before);
	status = ioctl_perform(request, fd, err);
	if (status == 0) {
		look(request->row, arguments, fd, &after);
		(arguments_flag(arguments, "json") ? print_json : print_text)(context->out, request,
									      &before, &after);
	}
	ioctl_request_release(&before);
	ioctl_request_release(&after);
	return status;
}

/* What the family knows to do about what its kernel refused. */
static void explain_refusal(const struct subject *subject, struct error *err)
{
	if (subject->has_target && err->kind != ERROR_USAGE && subject->target.family->explain_error != NULL)
		subject->target.family->explain_error(&subject->target, err);
}

/* Requests that a device answers to, not the family's sockets; the family's name alone stands for it. */
static const char *answering(const char *word, const struct ioctl_request *request)
{
	static const struct {
		const char *group, *device;
	} devices[] = { { "vsock", "/dev/vsock" } };

	for (size_t i = 0; i < array_length(devices); i++)
		if (request->row != NULL && strcmp(ioctl_family(request->row), devices[i].group) == 0 &&
		    name_equal(word, devices[i].group))
			return devices[i].device;
	return word;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct ioctl_request request;
	struct subject subject;
	struct buf text cleanup_buf = { 0 };
	int status;

	if (arguments_flag(arguments, "list"))
		return list(context, arguments, err);
	if (arguments->word_count < 2)
		return error_usage(err, "ioctl: SPEC and REQUEST are needed");
	if (ioctl_read(arguments->words[1], arguments->words + 2, arguments->word_count - 2,
		       &request, err) < 0)
		return error_context(err, "ioctl");
	if (request.row == NULL && !arguments_flag(arguments, "quiet")) {
		ioctl_describe_number(request.number, &text);
		fprintf(context->errors, "%s\n", buf_text(&text));
	}
	status = subject_open(&subject, answering(arguments->words[0], &request), arguments, err);
	if (status == 0) {
		status = perform(context, arguments, &request, subject.fd, err);
		if (status < 0)
			explain_refusal(&subject, err);
		subject_close(&subject);
	}
	ioctl_request_release(&request);
	return status;
}

const struct command ioctl_command = {
	.name = "ioctl",
	.summary = "make a request of a descriptor, by name or number",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
