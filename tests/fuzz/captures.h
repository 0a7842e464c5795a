/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading captures for sockets of several families, and writing what was read again. */
#ifndef CAPTURES_H
#define CAPTURES_H

#include "codec_check.h"

#include "core/target.h"

#include <net/if.h>
#include <sys/socket.h>

static const struct family_type raw_type[] = {
	{ .name = "raw", .type = SOCK_RAW, .messages = true }, { .name = NULL }
};
static const struct family_type dgram_type[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .messages = true }, { .name = NULL }
};
static const struct family can_like = { .shape = { .name = "can" }, .domain = AF_CAN };
static const struct family udp_like = { .shape = { .name = "udp" }, .domain = AF_INET };
static const struct family packet_like = { .shape = { .name = "packet" }, .domain = AF_PACKET };
static const struct family tun_like = { .shape = { .name = "tun" }, .domain = -1 };
static const struct target capture_targets[] = {
	{ .family = &can_like, .type = raw_type, .protocol = 1 },
	{ .family = &udp_like, .type = dgram_type },
	{ .family = &packet_like, .type = raw_type },
	{ .family = &packet_like, .type = dgram_type },
	{ .family = &tun_like },
};

/* The kernel's answer to names that no interface has: three system calls for each take longer than what is asked for. */
__attribute__((weak)) unsigned int if_nametoindex(const char *name)
{
	(void)name;
	return 0;
}

/* For one of the sockets, or none: for all, an input would take the time of six. */
static inline void check_captures(const char *data, size_t size, size_t step)
{
	struct codec *codec = (struct codec *)(uintptr_t)codec_find("pcap");
	const uint8_t *bytes = (const uint8_t *)data;
	size_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += bytes[i];
	sum %= array_length(capture_targets) + 1;
	check_reader(codec, sum > 0 ? &capture_targets[sum - 1] : NULL, bytes, size, step, check_message, codec);
}

#endif
