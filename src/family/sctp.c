/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCTP over IPv4 and IPv6, one association a socket or many; sctp(7), linux/sctp.h, RFC 6458. */
#include "family/sctp.h"

#include "core/endpoint.h"
#include "family/ip_options.h"
#include "family/ip_peer.h"

#include <errno.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE, .messages = true },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

#define EVENT_BIT(type) (INT64_C(1) << ((type) - SCTP_SN_TYPE_BASE))
#define ALL_EVENTS (2 * EVENT_BIT(SCTP_SN_TYPE_MAX) - 1)

static const struct name notifications[] = {
	{ "association", EVENT_BIT(SCTP_ASSOC_CHANGE), "associations come up, are lost and end" },
	{ "address", EVENT_BIT(SCTP_PEER_ADDR_CHANGE), "what becomes of the peer's addresses" },
	{ "send-failed", EVENT_BIT(SCTP_SEND_FAILED_EVENT), "messages that did not arrive" },
	{ "peer-error", EVENT_BIT(SCTP_REMOTE_ERROR), "errors that the peer tells" },
	{ "shutdown", EVENT_BIT(SCTP_SHUTDOWN_EVENT), "the peer sends no more" },
	{ "partial-delivery", EVENT_BIT(SCTP_PARTIAL_DELIVERY_EVENT), "a message that came in parts broke off" },
	{ "adaptation", EVENT_BIT(SCTP_ADAPTATION_INDICATION), "the number that the peer shows at the start" },
	{ "authentication", EVENT_BIT(SCTP_AUTHENTICATION_INDICATION), "keys that come and go" },
	{ "sender-dry", EVENT_BIT(SCTP_SENDER_DRY_EVENT), "all that was sent is acknowledged" },
	{ "stream-reset", EVENT_BIT(SCTP_STREAM_RESET_EVENT), "streams begin anew" },
	{ "assoc-reset", EVENT_BIT(SCTP_ASSOC_RESET_EVENT), "the numbers of an association begin anew" },
	{ "stream-change", EVENT_BIT(SCTP_STREAM_CHANGE_EVENT), "streams are added" },
	{ "all", ALL_EVENTS, "all of them" },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	IP_PARAMETERS,
	{ .name = "notify", .type = VALUE_SET, .names = notifications, .help = "notifications that come as messages of their own" },
	{ .name = "ppid", .type = VALUE_NUMBER, .maximum = UINT32_MAX, .help = "payload protocol of what is sent (0)" },
	{ .name = "stream", .type = VALUE_NUMBER, .maximum = UINT16_MAX, .help = "stream of what is sent (0)" },
	{ .name = "unordered", .type = VALUE_FLAG, .help = "what is sent may overtake what was sent before" },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_SCTP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { IPPROTO_SCTP, SOL_SOCKET, IPPROTO_IP, -1 };

static int sctp_check(struct target *target, struct error *err)
{
	/* Notifications are no text: only the family's own format can show them. */
	if (target_setting(target, "notify") != NULL)
		target->format = "sctp";
	if (target->role == ROLE_BIND && !sctp_is_many(target)) {
		error_usage(err, "sctp: only type=seqpacket does without a connection");
		error_hint(err, "sctp-listen accepts connections");
		return target_error_field(target, IP_HOST, err);
	}
	return ip_check(target, err);
}

static void subscribe(int64_t wanted, struct sockopt_list *list)
{
	for (int type = SCTP_ASSOC_CHANGE; type <= SCTP_SN_TYPE_MAX; type++) {
		const struct sctp_event event = { .se_type = (uint16_t)type, .se_on = 1 };
		struct sockopt_item *item;

		if (!(wanted & EVENT_BIT(type)))
			continue;
		item = sockopt_list_add(list, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof(event));
		item->name = "notify";
		item->need = wanted != ALL_EVENTS ? SOCKOPT_NEEDED : SOCKOPT_OPTIONAL;
	}
}

static void list_defaults(const struct target *target, struct sockopt_list *list)
{
	const struct sctp_sndinfo info = {
		.snd_sid = (uint16_t)target_number(target, "stream", 0),
		.snd_ppid = htonl((uint32_t)target_number(target, "ppid", 0)),
		.snd_flags = target_flag(target, "unordered") ? SCTP_UNORDERED : 0,
	};

	sockopt_list_add(list, IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, &info, sizeof(info))->name = "stream and ppid";
}

static int sctp_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err)
{
	int64_t wanted = target_number(target, "notify", 0);

	/* How a one-to-many socket learns that nobody answers. */
	if (sctp_is_many(target) && target->role == ROLE_CONNECT)
		wanted |= EVENT_BIT(SCTP_ASSOC_CHANGE);
	sockopt_list_add_number(list, IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
	list_defaults(target, list);
	subscribe(wanted, list);
	return ip_settings(target, domain, list, err);
}

static int sctp_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	sctp_transfer(endpoint);
	/* Many associations need no accept(2), but only a socket that listens has them come in. */
	if (!sctp_is_many(target) || target->role == ROLE_CONNECT)
		return 0;
	if (listen(endpoint->in, target->common.backlog) < 0)
		return error_system(err, "listen");
	return 0;
}

static void sctp_add_calls(const struct target *target, struct buf *out)
{
	if (sctp_is_many(target) && target->role != ROLE_CONNECT)
		buf_print(out, "listen(fd, %d)\n", target->common.backlog);
}

static void sctp_note(const struct endpoint *endpoint, struct buf *out)
{
	_Alignas(struct sctp_getaddrs) char room[4096] = { 0 };
	struct sctp_getaddrs *found = (void *)room;
	struct sctp_status status = { 0 };
	socklen_t length = sizeof(status);

	if (sctp_is_many(endpoint->target) ||
	    getsockopt(endpoint->in, IPPROTO_SCTP, SCTP_STATUS, &status, &length) < 0)
		return;
	buf_print(out, "%u streams out, %u in", status.sstat_outstrms, status.sstat_instrms);
	length = sizeof(room);
	if (getsockopt(endpoint->in, IPPROTO_SCTP, SCTP_GET_PEER_ADDRS, found, &length) == 0)
		buf_print(out, ", %u address%s of the peer", found->addr_num,
			  found->addr_num == 1 ? "" : "es");
}

static void sctp_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EMSGSIZE:
		error_hint(err, "a larger send buffer takes larger messages: so-sndbuf=400k, or as "
				"root so-sndbufforce=4M");
		break;
	case EINVAL:
		if (target_number(target, "stream", 0) > 0)
			error_hint(err, "there are fewer streams than that; to ask for more: "
					"sctp-initmsg=OUT:IN");
		else
			ip_explain_error(target, err);
		break;
	default:
		ip_explain_error(target, err);
		break;
	}
}

/* clang-format off */
#define SCTP_SLOTS .types = types, .protocol = IPPROTO_SCTP, .parameters = parameters, \
	.step = STEP_CONNECT, .text_format = "sctp", .module = "sctp", \
	.check = sctp_check, .resolve = sctp_resolve, .bound_settings = sctp_bound_settings, .connect_setting = sctp_connect_setting, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.admit = ip_peer_admit, .source = ip_peer_source, \
	.settings = sctp_settings, .ready = sctp_ready, .add_calls = sctp_add_calls, .note = sctp_note, \
	.explain_error = sctp_explain_error
/* clang-format on */

const struct family sctp_family = {
	.shape = { .name = "sctp", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "SCTP over IPv6 or IPv4: messages, in streams, over several addresses",
	.domain = AF_UNSPEC,
	.levels = levels,
	SCTP_SLOTS,
};

const struct family sctp4_family = {
	.shape = { .name = "sctp4", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "SCTP over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	SCTP_SLOTS,
};

const struct family sctp6_family = {
	.shape = { .name = "sctp6", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "SCTP over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	SCTP_SLOTS,
};
