/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses cut into the members of their structs; sockaddr(3type). */
#include "option/sockaddr.h"

#include "base/bytes.h"
#include "option/headers.h"
#include "option/type.h"

#include <string.h>

#define ANY -1
#define PROTOCOL_HCI 1
#define PROTOCOL_SCO 2
#define PROTOCOL_RFCOMM 3
#define PROTOCOL_ISO 8

/* The first row that fits: variant is the protocol, for TIPC the kind of address. */
static const struct {
	int16_t domain, variant;
	uint8_t layout;
	char name[22];
} structs[] = {
	{ AF_INET, ANY, LAYOUT_sockaddr_in, "sockaddr_in" },
	{ AF_INET6, ANY, LAYOUT_sockaddr_in6, "sockaddr_in6" },
	{ AF_UNIX, ANY, LAYOUT_sockaddr_un, "sockaddr_un" },
	{ AF_NETLINK, ANY, LAYOUT_sockaddr_nl, "sockaddr_nl" },
	{ AF_PACKET, ANY, LAYOUT_sockaddr_ll, "sockaddr_ll" },
	{ AF_CAN, CAN_ISOTP, LAYOUT_sockaddr_can_tp, "sockaddr_can" },
	{ AF_CAN, CAN_J1939, LAYOUT_sockaddr_can_j1939, "sockaddr_can" },
	{ AF_CAN, ANY, LAYOUT_sockaddr_can, "sockaddr_can" },
	{ AF_VSOCK, ANY, LAYOUT_sockaddr_vm, "sockaddr_vm" },
	{ AF_TIPC, TIPC_SOCKET_ADDR, LAYOUT_sockaddr_tipc_id, "sockaddr_tipc" },
	{ AF_TIPC, TIPC_SERVICE_RANGE, LAYOUT_sockaddr_tipc_range, "sockaddr_tipc" },
	{ AF_TIPC, ANY, LAYOUT_sockaddr_tipc_name, "sockaddr_tipc" },
	{ AF_ALG, ANY, LAYOUT_sockaddr_alg, "sockaddr_alg" },
	{ AF_QIPCRTR, ANY, LAYOUT_sockaddr_qrtr, "sockaddr_qrtr" },
	{ AF_BLUETOOTH, PROTOCOL_HCI, LAYOUT_sockaddr_hci, "sockaddr_hci" },
	{ AF_BLUETOOTH, PROTOCOL_SCO, LAYOUT_sockaddr_sco, "sockaddr_sco" },
	{ AF_BLUETOOTH, PROTOCOL_RFCOMM, LAYOUT_sockaddr_rc, "sockaddr_rc" },
	{ AF_BLUETOOTH, PROTOCOL_ISO, LAYOUT_sockaddr_iso, "sockaddr_iso" },
	{ AF_BLUETOOTH, ANY, LAYOUT_sockaddr_l2, "sockaddr_l2" },
	{ AF_LLC, ANY, LAYOUT_sockaddr_llc, "sockaddr_llc" },
	{ AF_PHONET, ANY, LAYOUT_sockaddr_pn, "sockaddr_pn" },
	{ AF_XDP, ANY, LAYOUT_sockaddr_xdp, "sockaddr_xdp" },
	{ ANY, ANY, LAYOUT_sockaddr_any, "sockaddr" },
};

static size_t find(const void *address, size_t length, int protocol)
{
	sa_family_t domain = AF_UNSPEC;
	int variant = protocol;
	size_t i = 0;

	if (length >= sizeof(domain))
		memcpy(&domain, address, sizeof(domain));
	if (domain == AF_TIPC && length > offsetof(struct sockaddr_tipc, addrtype))
		variant = ((const uint8_t *)address)[offsetof(struct sockaddr_tipc, addrtype)];
	while (structs[i].domain != ANY && (structs[i].domain != domain ||
					    (structs[i].variant != ANY && structs[i].variant != variant)))
		i++;
	return i;
}

const char *sockaddr_struct(const void *address, size_t length, int protocol)
{
	return structs[find(address, length, protocol)].name;
}

/* A text is all of its bytes: the names of abstract UNIX sockets begin with NUL. */
static void print_text(const char *at, size_t length, struct buf *out)
{
	if (length > 0 && at[0] != '\0')
		length = strnlen(at, length);
	bytes_print_safe(out, at, length);
}

static void print_value(const struct field *field, const char *at, size_t length, struct buf *out)
{
	struct type type = { field->kind, field->table, field->size };
	const char *symbol;
	uint16_t number;

	if (field->kind == TYPE_TEXT) {
		print_text(at, length, out);
		return;
	}
	if (field->kind == TYPE_ENUM && field->table == FLAGS_domain) {
		memcpy(&number, at, sizeof(number));
		symbol = flags_symbol(FLAGS_domain, number);
		if (symbol != NULL) {
			buf_add_string(out, symbol);
			return;
		}
	}
	if (field->kind == TYPE_BYTES)
		bytes_print_hex(out, at, length);
	else
		type_print(&type, at, length, out);
}

bool sockaddr_next(const void *address, size_t length, int protocol, size_t offset,
		   struct sockaddr_part *part)
{
	const struct field *field = layout_fields(structs[find(address, length, protocol)].layout);
	size_t end = length;

	buf_clear(&part->value);
	part->name = "";
	part->offset = offset;
	if (offset >= length)
		return false;
	while (field->name[0] != '\0' && field->offset < offset)
		field++;
	if (field->name[0] != '\0' && field->offset == offset) {
		part->name = field->name;
		end = offset + field->size;
	} else if (field->name[0] != '\0') {
		end = field->offset;
	}
	part->length = (end < length ? end : length) - offset;
	if (part->name[0] != '\0')
		print_value(field, (const char *)address + offset, part->length, &part->value);
	return true;
}

void sockaddr_part_release(struct sockaddr_part *part)
{
	buf_release(&part->value);
}
