/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams between the processors of a Qualcomm system; linux/qrtr.h, qrtr-lookup(1). */
#include "family/qrtr.h"

#include "core/endpoint.h"

#include <errno.h>
#include <sys/socket.h>

enum { QRTR_NODE, QRTR_PORT };

/* Nodes that are not known before it is opened. */
#define OWN_NODE ((int64_t)1 << 32)
#define ANY_NODE ((int64_t)2 << 32)

static const struct name nodes[] = {
	{ "local", OWN_NODE, "this node" },
	{ "broadcast", QRTR_NODE_BCAST, "all nodes" },
	{ "any", ANY_NODE, "wherever the service is; to listen: this node" },
	{ NULL, 0, NULL },
};

static const struct name ports[] = {
	{ "control", QRTR_PORT_CTRL, "the name service" },
	{ "any", 0, "a free one" },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "node", .help = "number; empty: this node", .type = FIELD_NUMBER, .has_default = true, .names = nodes, .maximum = UINT32_MAX, .fallback = OWN_NODE },
	{ .name = "port", .help = "number, or control; 0 to listen: a free one", .type = FIELD_NUMBER, .instead = "service", .names = ports, .maximum = UINT32_MAX },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "qipcrtr", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .blind = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "departures", .type = VALUE_FLAG, .help = "service, to listen: tell as messages who of the clients goes" },
	{ .name = "list", .type = VALUE_TEXT, .flags = PARAMETER_OPTIONAL, .argument = "SERVICE[:INSTANCE[:VERSION]]", .help = "control: ask which services there are, and end" },
	{ .name = "lookup", .type = VALUE_TEXT, .flags = PARAMETER_OPTIONAL, .argument = "SERVICE[:INSTANCE[:VERSION]]", .help = "control: ask which services come and go" },
	{ .name = "service", .type = VALUE_TEXT, .argument = "SERVICE[:INSTANCE[:VERSION]]", .help = "the port where it is registered; to listen: register it" },
	{ .name = NULL },
};

static const int levels[] = { SOL_SOCKET, -1 };

static bool is_control(const struct target *target)
{
	return target->fields[QRTR_PORT].given && target->fields[QRTR_PORT].number == QRTR_PORT_CTRL;
}

static int check_service(const struct target *target, const char *name, struct error *err)
{
	const struct setting *setting = target_setting(target, name);
	struct qrtr_service service;

	if (setting == NULL || setting->value.bytes == NULL ||
	    qrtr_service_read(setting->value.bytes, &service, err) == 0)
		return 0;
	error_context(err, "%s", name);
	return target_error_setting(target, setting, err);
}

static int check_setting(const struct target *target, const char *name, bool allowed,
			 const char *words, struct error *err)
{
	const struct setting *setting = target_setting(target, name);

	if (setting == NULL || allowed)
		return 0;
	error_usage(err, "%s: %s", name, words);
	return target_error_setting(target, setting, err);
}

static int check_places(const struct target *target, struct error *err)
{
	bool connects = target->role == ROLE_CONNECT, asks = connects && is_control(target);
	bool serves = !connects && target_setting(target, "service") != NULL;

	if (check_setting(target, "lookup", asks,
			  "only the control port is asked: qrtr::control,lookup", err) < 0 ||
	    check_setting(target, "list", asks && target_setting(target, "lookup") == NULL,
			  "only the control port is asked, and once: qrtr::control,list", err) < 0 ||
	    check_setting(target, "service", !connects || !target->fields[QRTR_PORT].given,
			  "it stands in the place of the port", err) < 0 ||
	    check_setting(target, "departures", serves,
			  "only a listener with service= is told who goes", err) < 0)
		return -1;
	return check_setting(target, "bind", false, "the kernel chooses our end", err);
}

static bool is_number(const struct target_field *field)
{
	return field->given && field->number < OWN_NODE;
}

static int qrtr_check(struct target *target, struct error *err)
{
	struct target_field *node = &target->fields[QRTR_NODE], *port = &target->fields[QRTR_PORT];
	bool connects = target->role == ROLE_CONNECT;

	/* With service= a port need not be there, and a number that stands alone is one all the same. */
	if (!connects && is_number(node) && !port->given && target->spec.field_count < 2) {
		*port = *node;
		*node = (struct target_field){ .text = "", .number = OWN_NODE };
	}
	if (is_control(target) || target_setting(target, "departures") != NULL)
		target->format = "qrtr";
	if (check_places(target, err) < 0 || check_service(target, "lookup", err) < 0 ||
	    check_service(target, "list", err) < 0)
		return -1;
	return check_service(target, "service", err);
}

static int find_service(const struct target *target, uint32_t node, bool may_block,
			struct address_list *list, struct error *err)
{
	const char *text = target_text(target, "service", "");
	bool is_any = !target->fields[QRTR_NODE].given || target->fields[QRTR_NODE].number == ANY_NODE;
	struct qrtr_service service;

	if (!may_block)
		return 1;
	if (qrtr_service_read(text, &service, err) < 0)
		return -1;
	return qrtr_find(&service, is_any ? QRTR_NODE_BCAST : node, list, err);
}

static int qrtr_resolve(const struct target *target, enum address_end end, bool may_block,
			struct address_list *list, struct error *err)
{
	const struct target_field *node = &target->fields[QRTR_NODE], *port = &target->fields[QRTR_PORT];
	struct sockaddr_qrtr address = { .sq_family = AF_QIPCRTR,
					 .sq_node = (uint32_t)node->number,
					 .sq_port = (uint32_t)port->number };

	if (end == ADDRESS_LOCAL)
		return 0;
	if (node->number >= OWN_NODE)
		address.sq_node = qrtr_own_node();
	if (target->role == ROLE_CONNECT && !port->given)
		return find_service(target, address.sq_node, may_block, list, err);
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static void print_part(const struct name *names, uint32_t value, struct buf *out)
{
	const char *name = name_of(names, value);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%u", value);
}

static void qrtr_print_address(const struct target *target, const struct address *address,
			       struct buf *out)
{
	const struct sockaddr_qrtr *qrtr = (const void *)&address->storage;

	(void)target;
	print_part(nodes, qrtr->sq_node, out);
	buf_add_char(out, ':');
	print_part(ports, qrtr->sq_port, out);
}

static void qrtr_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_qrtr *qrtr = (const void *)&address->storage;

	json_unsigned(json, "node", qrtr->sq_node);
	json_unsigned(json, "port", qrtr->sq_port);
}

static int look_up(const struct target *target, const char *name, int fd, struct error *err)
{
	const char *text = target_text(target, name, NULL);
	struct qrtr_service service = { 0 };

	if (text != NULL && qrtr_service_read(text, &service, err) < 0)
		return -1;
	return qrtr_ask(fd, &service) < 0 ? error_system(err, "%s", name) : 0;
}

static int serve(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct qrtr_service own;

	if (target_setting(target, "departures") == NULL)
		endpoint->ops = &qrtr_service_ops;
	if (qrtr_service_read(target_text(target, "service", ""), &own, err) < 0)
		return -1;
	return qrtr_register(endpoint->out, &own) < 0 ? error_system(err, "register the service") : 0;
}

static void qrtr_add_calls(const struct target *target, struct buf *out)
{
	bool asks = target_setting(target, "lookup") != NULL || target_setting(target, "list") != NULL;
	bool serves = target->role != ROLE_CONNECT && target_setting(target, "service") != NULL;

	if (asks || serves)
		buf_print(out, "sendto(fd, {%s, ...}, 20, control port)\n",
			  asks ? "QRTR_TYPE_NEW_LOOKUP" : "QRTR_TYPE_NEW_SERVER");
}

static int qrtr_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	endpoint->ops = &qrtr_ops;
	if (target_setting(target, "lookup") != NULL)
		return look_up(target, "lookup", endpoint->out, err);
	if (target_setting(target, "list") != NULL) {
		endpoint->ops = &qrtr_list_ops;
		return look_up(target, "list", endpoint->out, err);
	}
	if (target->role == ROLE_CONNECT || target_setting(target, "service") == NULL)
		return 0;
	return serve(target, endpoint, err);
}

static void qrtr_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EINVAL:
		if (target->role != ROLE_CONNECT)
			error_hint(err, "only this node's own ports can be bound: qrtr-bind:PORT");
		break;
	case EACCES:
	case EPERM:
		error_hint(err, "ports below 16384 need CAP_NET_ADMIN: choose a higher one or run it as root");
		break;
	case ENODEV:
	case ECONNRESET:
		error_hint(err, "nobody has that port; to see who has: anysock recv qrtr::control,list");
		break;
	case EHOSTUNREACH:
		error_hint(err, "there is no such node");
		break;
	case EADDRINUSE:
		error_hint(err, "another socket has that port; port any takes a free one");
		break;
	default:
		break;
	}
}

const struct family qrtr_family = {
	.shape = { .name = "qrtr", .known_as = NAMES("qualcomm"), .aliases = aliases, .roles = ROLES_ALL, .fields = fields },
	.summary = "datagrams between the processors of a Qualcomm system",
	.domain = AF_QIPCRTR,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.text_format = "qrtr",
	.directory = "qrtr::control,list",
	.module = "qrtr",
	.check = qrtr_check,
	.resolve = qrtr_resolve,
	.print_address = qrtr_print_address,
	.describe_address = qrtr_describe_address,
	.add_calls = qrtr_add_calls,
	.ready = qrtr_ready,
	.explain_error = qrtr_explain_error,
};
