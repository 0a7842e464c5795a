/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, MTU and state of an interface that we made; rtnetlink(7), netdevice(7). */
#ifndef FAMILY_TUN_CONFIGURE_H
#define FAMILY_TUN_CONFIGURE_H

#include "base/buf.h"
#include "base/error.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* "10.0.0.1/24" or "fd00::1/64". */
struct tun_address {
	int domain; /* AF_INET or AF_INET6 */
	unsigned char bytes[16];
	uint8_t prefix;
};

/* Reads one; without "/" the prefix has all bits. A usage error else. */
int tun_address_read(const char *text, struct tun_address *address, struct error *err);
/* Adds it to the interface of this network namespace; one that is there already is left. */
int tun_address_add(unsigned int interface, const struct tun_address *address, struct error *err);
/* Sets the MTU (0: leaves it) and brings the interface up where up says so. */
int tun_bring_up(const char *name, uint32_t mtu, bool up, struct error *err);
/* Add for explain the calls of both, a line each. */
void tun_add_address_calls(const char *address, struct buf *out);
void tun_add_up_calls(uint32_t mtu, bool up, struct buf *out);

#endif
