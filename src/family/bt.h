/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the Bluetooth families share: addresses, controllers, how bytes move and what errors mean; net/bluetooth of the kernel. */
#ifndef FAMILY_BT_H
#define FAMILY_BT_H

#include "base/uapi.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"

/* An address as the kernel has it: the octet that is written last comes first. */
struct bdaddr {
	uint8_t octets[6];
};

/* The kernel's socket addresses, of which no header of its own tells. */
struct sockaddr_rc {
	sa_family_t family;
	struct bdaddr bdaddr;
	uint8_t channel;
};

struct sockaddr_l2 {
	sa_family_t family;
	uint16_t psm; /* little-endian */
	struct bdaddr bdaddr;
	uint16_t cid; /* little-endian */
	uint8_t type; /* BDADDR_ */
};

struct sockaddr_sco {
	sa_family_t family;
	struct bdaddr bdaddr;
};

struct sockaddr_hci {
	sa_family_t family;
	uint16_t device; /* HCI_DEV_NONE: none */
	uint16_t channel; /* HCI_CHANNEL_ */
};

/* The place of the address in all families but bt-hci, which has no remote devices. */
enum { BT_BDADDR };

/* "AA:BB:CC:DD:EE:FF", also with "-" */
int bt_read(const char *text, struct bdaddr *bdaddr, struct error *err);
/* "aa:bb:cc:dd:ee:ff", or "any" */
void bt_print(const struct bdaddr *bdaddr, struct buf *out);
/* The same in the brackets of a spec. */
void bt_print_field(const struct bdaddr *bdaddr, struct buf *out);
bool bt_is_any(const struct bdaddr *bdaddr);

/*
 * The addresses of a spec. Checks the field, bind= and adapter=, which
 * becomes what bind= is. Text behind the address of bind= (":PSM") is left to
 * the family.
 */
int bt_check(struct target *target, struct error *err);
/* One end: an address, any, local (our first controller), or hciN (that one's). -1 where there is none. */
int bt_find(const struct target *target, enum address_end end, struct bdaddr *bdaddr,
	    struct error *err);
/* The number of "hciN"; -1 where it is none. */
int64_t bt_controller_number(const char *text);
/* What listens at any address is reached at that of our first controller. */
void bt_reached(struct bdaddr *bdaddr);
/* Where the address ends in a text such as "[AA:BB:CC:DD:EE:FF]:PSM" or "hci0:PSM". */
size_t bt_length(const char *text);

/* A controller of this machine. */
struct bt_controller {
	uint16_t index; /* hciN */
	struct bdaddr bdaddr;
	char name[9];
	bool is_up;
	bool is_blocked; /* by rfkill(8) */
};
#define BT_CONTROLLERS_MAXIMUM 16

/* Lists those that there are, by index: their number, 0 where Bluetooth is missing. */
size_t bt_controllers(struct bt_controller list[BT_CONTROLLERS_MAXIMUM]);

/* The option that all have, as a row of their tables. */
/* clang-format off */
#define BT_ADAPTER { .name = "adapter", .type = VALUE_TEXT, .argument = "CONTROLLER", .help = "our own end by its controller: hci0, hci1, ..." }
/* clang-format on */

/*
 * Connections end as a whole. The kernel shows the peer's close as a reset
 * before it gives out what came earlier: these read to the end, and wait with
 * their own end until what was written is on its way.
 */
ssize_t bt_stream_read(struct endpoint *endpoint, void *bytes, size_t size);
ssize_t bt_stream_write(struct endpoint *endpoint, const void *bytes, size_t length);
int bt_packet_send(struct endpoint *endpoint, const struct message *message, struct error *err);
int bt_packet_receive(struct endpoint *endpoint, struct message_room *room,
		      struct message *message, struct error *err);
int bt_finish(struct endpoint *endpoint);
int64_t bt_pending(struct endpoint *endpoint, struct error *err);
/* What errno means where a write failed: a link that is not there yet, or no more. */
void bt_write_failed(int fd);
/* With BT_DEFER_SETUP the peer of what was accepted waits until it is first read. */
void bt_accept_deferred(const struct target *target, int fd);

bool bt_is_listener(int fd);
/* Adds what to do about an error. */
void bt_explain_error(const struct target *target, struct error *err);

#endif
