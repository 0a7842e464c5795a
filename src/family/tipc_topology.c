/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subscribing to the topology of a TIPC cluster: which services, nodes and links come and go; struct tipc_subscr of linux/tipc.h. */
#include "family/tipc.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* A type may be one of the two that TIPC itself publishes; "node-state" and "link-state:0:5". */
static int read_service(const char *text, struct tipc_service_range *range, struct error *err)
{
	static const struct name known[] = { { "node-state", TIPC_NODE_STATE, NULL },
					     { "link-state", TIPC_LINK_STATE, NULL },
					     { NULL, 0, NULL } };
	size_t length = strcspn(text, ":");
	cleanup_buf struct buf number = { 0 };

	for (const struct name *row = known; row->name != NULL; row++) {
		if (!name_equal_length(text, length, row->name))
			continue;
		buf_print(&number, "%u%s", (unsigned int)row->value, text + length);
		return tipc_range_read(buf_text(&number), range, err);
	}
	return tipc_range_read(text, range, err);
}

static bool is_service(const struct setting *setting)
{
	return strcmp(setting->parameter->name, "service") == 0;
}

int tipc_topology_check(struct target *target, struct error *err)
{
	const struct setting *type = target_setting(target, "type");
	struct tipc_service_range range;

	target->format = "tipc";
	if (type != NULL && !name_equal(type->value.bytes, target->type->name)) {
		error_usage(err, "tipc: the topology service speaks type=%s alone", target->type->name);
		return target_error_setting(target, type, err);
	}
	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (!is_service(setting) || read_service(setting->value.bytes, &range, err) == 0)
			continue;
		error_context(err, "service");
		error_hint(err, "service=1000, service=1000:5, service=1000:0:99, service=node-state");
		return target_error_setting(target, setting, err);
	}
	return 0;
}

static int subscribe(const struct target *target, int fd, const struct tipc_service_range *range,
		     struct error *err)
{
	int64_t until = target_number(target, "until", 0);
	struct tipc_subscr request = {
		.seq = *range,
		.timeout = until > 0 ? (uint32_t)(until / NANOSECONDS_PER_MILLISECOND) : (uint32_t)TIPC_WAIT_FOREVER,
		.filter = (uint32_t)target_number(target, "filter", TIPC_SUB_PORTS),
	};

	if (send(fd, &request, sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return error_system(err, "subscribe");
	return 0;
}

int tipc_topology_subscribe(const struct target *target, int fd, struct error *err)
{
	static const struct tipc_service_range nodes = { TIPC_NODE_STATE, 0, UINT32_MAX };
	struct tipc_service_range range;

	if (target_setting(target, "service") == NULL)
		return subscribe(target, fd, &nodes, err);
	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (!is_service(setting))
			continue;
		if (read_service(setting->value.bytes, &range, err) < 0 ||
		    subscribe(target, fd, &range, err) < 0)
			return -1;
	}
	return 0;
}
