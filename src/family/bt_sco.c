/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Voice over Bluetooth: packets at the pace of the air; net/bluetooth/sco.h of the kernel, scotest(1) of BlueZ. */
#include "family/bt.h"

#include "base/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define PACKET_USUAL 48
#define PACKET_MAXIMUM 255
/* Of eight thousand samples in a second, two bytes each; what is wideband has half of them on air. */
#define BYTES_PER_SECOND 16000
#define LEAD_PACKETS 4 /* that may be ahead of the clock, so that no beat is missed */

static const struct shape_field fields[] = {
	{ .name = "bdaddr", .help = "address; to listen, any, local or the name of a controller too", .kind = FIELD_BDADDR, .has_default = true },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "sco", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE },
	{ .name = NULL },
};

static const struct name voices[] = {
	{ "cvsd", BT_VOICE_CVSD_16BIT, "narrowband: 16-bit samples, coded by the controller" },
	{ "wideband", BT_VOICE_TRANSPARENT, "bytes as they are, coded by programs (mSBC)" },
	{ "transparent-16bit", BT_VOICE_TRANSPARENT_16BIT, "the same in 16-bit units" },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	BT_ADAPTER,
	{ .name = "packet", .type = VALUE_NUMBER, .minimum = 1, .maximum = PACKET_MAXIMUM, .argument = "BYTES", .help = "length of the packets that are sent (48, or what the link takes)" },
	{ .name = "pace", .type = VALUE_NUMBER, .minimum = 0, .maximum = 1000000, .argument = "BYTES", .help = "bytes in a second that are sent (16000, wideband 8000); 0: as fast as they are taken" },
	{ .name = "voice", .type = VALUE_CHOICE, .names = voices, .help = "who codes the voice" },
	{ .name = NULL },
};

static const int levels[] = { SOL_SCO, SOL_BLUETOOTH, SOL_SOCKET, -1 };

/* What waits to be a whole packet, and when the next one is due. */
struct pacing {
	uint8_t packet[PACKET_MAXIMUM];
	size_t length, size;
	int64_t rate;	 /* bytes in a second; 0: no pace */
	nanoseconds due; /* 0: nothing was sent yet */
};

static int sco_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct sockaddr_sco address = { .family = AF_BLUETOOTH };

	(void)may_block;
	if (end == ADDRESS_LOCAL && target->common.bind == NULL)
		return 0;
	if (bt_find(target, end, &address.bdaddr, err) < 0)
		return -1;
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static void sco_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const struct sockaddr_sco *sco = (const void *)&address->storage;

	(void)target;
	bt_print_field(&sco->bdaddr, out);
}

static void sco_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_sco *sco = (const void *)&address->storage;
	cleanup_buf struct buf bdaddr = { 0 };

	bt_print(&sco->bdaddr, &bdaddr);
	json_string(json, "bdaddr", buf_text(&bdaddr));
}

static void sco_reached_at(const struct target *target, struct address *address)
{
	struct sockaddr_sco *sco = (void *)&address->storage;

	(void)target;
	bt_reached(&sco->bdaddr);
}

/* The voice setting of a listener is that of what it accepts: it is told before there is a link. */
static int sco_settings(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err)
{
	const uint16_t voice = (uint16_t)target_number(target, "voice", BT_VOICE_CVSD_16BIT);

	(void)domain;
	(void)err;
	if (target_setting(target, "voice") != NULL)
		sockopt_list_add(list, SOL_BLUETOOTH, BT_VOICE, &voice, sizeof(voice))->name = "voice";
	return 0;
}

/* 1 sent, 0 not now: errno or endpoint->try_at tells when; -1. */
static int send_packet(struct endpoint *endpoint, struct pacing *pacing)
{
	nanoseconds now = deadline_now();

	if (pacing->due > now) {
		endpoint->try_at = pacing->due;
		errno = EAGAIN;
		return 0;
	}
	if (send(endpoint->out, pacing->packet, pacing->length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		bt_write_failed(endpoint->out);
		return errno == EAGAIN ? 0 : -1;
	}
	if (pacing->rate > 0) {
		nanoseconds beat = (nanoseconds)pacing->length * NANOSECONDS_PER_SECOND / pacing->rate;

		if (pacing->due < now - LEAD_PACKETS * beat)
			pacing->due = now - LEAD_PACKETS * beat;
		pacing->due += beat;
	}
	pacing->length = 0;
	return 1;
}

/* Bytes are gathered to whole packets, since the air has room for no other. */
static ssize_t sco_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct pacing *pacing = endpoint->state;
	const uint8_t *from = bytes;
	size_t taken = 0;

	while (taken < length) {
		size_t room = pacing->size - pacing->length;
		size_t part = length - taken < room ? length - taken : room;
		int sent;

		memcpy(pacing->packet + pacing->length, from + taken, part);
		pacing->length += part;
		taken += part;
		if (pacing->length < pacing->size)
			break;
		sent = send_packet(endpoint, pacing);
		if (sent < 0)
			return -1;
		if (sent > 0)
			continue;
		/* The packet stays whole; none of its last bytes counts as taken before it is gone. */
		pacing->length -= part;
		taken -= part;
		break;
	}
	if (taken == 0 && length > 0)
		errno = EAGAIN;
	return taken > 0 ? (ssize_t)taken : -1;
}

/* The last packet may be short. */
static int sco_finish(struct endpoint *endpoint)
{
	struct pacing *pacing = endpoint->state;

	if (pacing != NULL && pacing->length > 0 && send_packet(endpoint, pacing) < 1)
		return -1;
	return bt_finish(endpoint);
}

static void sco_release(struct endpoint *endpoint)
{
	free(endpoint->state);
	endpoint->state = NULL;
}

static const struct endpoint_ops sco_ops = {
	.read = bt_stream_read,
	.write = sco_write,
	.finish = sco_finish,
	.pending = bt_pending,
	.release = sco_release,
};

static size_t packet_size(const struct target *target, int fd)
{
	uint16_t mtu = 0;
	socklen_t length = sizeof(mtu);
	size_t size = (size_t)target_number(target, "packet", PACKET_USUAL);

	if (getsockopt(fd, SOL_SCO, SCO_OPTIONS, &mtu, &length) == 0 && mtu > 0 && mtu < size)
		return mtu;
	return size;
}

static int sco_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	bool is_wideband = target_number(target, "voice", BT_VOICE_CVSD_16BIT) != BT_VOICE_CVSD_16BIT;
	struct pacing *pacing;

	(void)err;
	if (bt_is_listener(endpoint->in))
		return 0;
	bt_accept_deferred(target, endpoint->in);
	pacing = memory_new(sizeof(*pacing));
	pacing->size = packet_size(target, endpoint->in);
	pacing->rate = target_number(target, "pace", is_wideband ? BYTES_PER_SECOND / 2 : BYTES_PER_SECOND);
	endpoint->state = pacing;
	endpoint->ops = &sco_ops;
	return 0;
}

static void sco_explain_error(const struct target *target, struct error *err)
{
	if (err->code == EOPNOTSUPP)
		error_hint(err, "the controller has no links for voice, or not with that voice=");
	else if (err->code == ECONNREFUSED)
		error_hint(err, "the device refuses voice: it wants a headset or hands-free link first");
	else
		bt_explain_error(target, err);
}

const struct family bt_sco_family = {
	.shape = { .name = "bt-sco", .known_as = NAMES("bluetooth"), .aliases = aliases, .roles = ROLES_STREAM, .fields = fields },
	.summary = "voice over Bluetooth",
	.domain = AF_BLUETOOTH,
	.protocol = BTPROTO_SCO,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.module = "bluetooth",
	.check = bt_check,
	.resolve = sco_resolve,
	.print_address = sco_print_address,
	.describe_address = sco_describe_address,
	.reached_at = sco_reached_at,
	.settings = sco_settings,
	.ready = sco_ready,
	.explain_error = sco_explain_error,
};
