/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary: a line for each packet of an interface, as tcpdump(1) has it; hex is what is read. */
#include "codec/summary.h"

#include "base/memory.h"
#include "codec/interface.h"
#include "codec/link.h"
#include "codec/stamp.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>

extern const struct codec codec_hex;

static uint16_t ethertype_of(const struct message *message)
{
	const struct sockaddr_ll *packet = (const void *)&message->peer.storage;
	unsigned int version = message->length > 0 ? (unsigned char)message->data[0] >> 4 : 0;

	if (message->peer.length >= sizeof(*packet) && packet->sll_family == AF_PACKET)
		return ntohs(packet->sll_protocol);
	return version == 6 ? ETH_P_IPV6 : ETH_P_IP;
}

static void print(const struct codec_context *context, const struct message *message, struct buf *out)
{
	struct span packet = { message->data, message->length };
	const struct address *address = message->peer.length > 0 ? &message->peer : &context->local;

	if (link_of_address(context->target, address) == LINK_ETHERNET)
		summary_print_frame(packet, out);
	else
		summary_print(ethertype_of(message), packet, out);
}

static int summary_encode(struct codec_context *context, const struct message *message,
			  struct buf *out, struct error *err)
{
	(void)err;
	stamp_print(context, &message->time, out);
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct interfaces));
	if (context->show_interface)
		buf_print(out, "%s ", interfaces_of(context->state, context, message));
	print(context, message, out);
	buf_add_char(out, '\n');
	return 0;
}

static void summary_describe(struct codec_context *context, const struct message *message,
			     struct json *json, const char *key)
{
	cleanup_buf struct buf line = { 0 };

	print(context, message, &line);
	json_string(json, key, buf_text(&line));
}

static int summary_read_line(struct codec_context *context, struct span line,
			     struct message *message, struct error *err)
{
	int got = codec_hex.read_line(context, line, message, err);

	if (got < 0)
		error_hint(err, "a summary is only written; what is sent is read in hex");
	return got;
}

static void summary_release(struct codec_context *context)
{
	free(context->state);
}

const struct codec codec_summary = {
	.name = "summary",
	.summary = "packets of an interface: a line for each, as tcpdump has it; reads hex",
	.text = true,
	.encode = summary_encode,
	.describe = summary_describe,
	.read_line = summary_read_line,
	.release = summary_release,
};
