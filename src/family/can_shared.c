/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the families of CAN share: interfaces, identifiers, hints; netdevice(7). */
#include "base/memory.h"
#include "core/netns.h"
#include "family/can.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "core/socket.h"
#include "option/flags.h"
#include "option/interface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define RECEIVE_BUFFER (32 << 20) /* bytes, which the kernel doubles; a frame takes about 800 of them */

static bool means_any(const struct target_field *field)
{
	return !field->quoted && (field->length == 0 || strcmp(field->text, "any") == 0);
}

static int check_name(const struct target *target, struct can_interface one, struct error *err)
{
	if (interface_is_name(one.name, one.length))
		return 0;
	if (one.length == 0)
		error_usage(err, "%s: the name of an interface expected",
			    target->family->shape.name);
	else
		error_usage(err, "%s: the name of an interface has at most %d bytes and no \"/\"",
			    target->family->shape.name, INTERFACE_NAME_MAXIMUM);
	return target_error_field(target, 0, err);
}

int can_interfaces(const struct target *target, struct can_interface *interfaces,
		   struct error *err)
{
	const struct target_field *field = &target->fields[0];
	const char *rest = field->text;
	int count = 0;

	if (means_any(field))
		return 0;
	while (rest != NULL) {
		size_t length = field->quoted ? field->length : strcspn(rest, "+");

		if (count == CAN_INTERFACES_MAXIMUM) {
			error_usage(err, "more than %d interfaces: any takes all of them",
				    CAN_INTERFACES_MAXIMUM);
			return target_error_field(target, 0, err);
		}
		interfaces[count] = (struct can_interface){ rest, length };
		if (check_name(target, interfaces[count++], err) < 0)
			return -1;
		rest = rest[length] == '+' ? rest + length + 1 : NULL;
	}
	return count;
}

int can_check_one(const struct target *target, struct error *err)
{
	struct can_interface interfaces[CAN_INTERFACES_MAXIMUM];
	int count = can_interfaces(target, interfaces, err);

	if (count < 0 || count == 1)
		return count < 0 ? -1 : 0;
	error_usage(err, "%s: the name of one interface expected", target->family->shape.name);
	return target_error_field(target, 0, err);
}

int can_index(const struct target *target, struct can_interface interface, struct error *err)
{
	cleanup_free char *name = memory_copy(interface.name, interface.length);
	int index = -1;

	if (netns_find_interface(target->common.netns, name, &index, err) == 0)
		return index;
	/* Without the family nobody can have made one: that is what is missing. */
	if (index < 0 || family_probe(target->family, target->type, err) < 0)
		return -1;
	return error_hint(err, "`anysock interfaces` lists those there are; a virtual one is made by: ip link add dev "
			       "%s type vcan; ip link set %s up", name, name);
}

int can_address(const struct target *target, struct sockaddr_can *can, struct error *err)
{
	struct can_interface interfaces[CAN_INTERFACES_MAXIMUM];
	int count = can_interfaces(target, interfaces, err);
	int index = count == 1 ? can_index(target, interfaces[0], err) : 0;

	if (count < 0 || index < 0)
		return -1;
	*can = (struct sockaddr_can){ .can_family = AF_CAN, .can_ifindex = index };
	return 0;
}

void can_print_index(int index, struct buf *out)
{
	char name[IF_NAMESIZE];

	if (index == 0)
		buf_add_string(out, "any");
	else if (if_indextoname((unsigned int)index, name) != NULL)
		spec_print_text(name, strlen(name), FIELD_WORD, out);
	else
		buf_print(out, "if%d", index);
}

int can_is_up(int fd, int index)
{
	struct ifreq request = { .ifr_ifindex = index };

	if (ioctl(fd, SIOCGIFNAME, &request) < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -1;
	return (request.ifr_flags & IFF_UP) != 0;
}

int can_read_hex(const char *text, uint64_t maximum, uint64_t *number, struct error *err)
{
	int64_t value;

	if (!flags_constant(text, &value) || (uint64_t)value > maximum)
		return number_hex(text, maximum, number, err);
	*number = (uint64_t)value;
	return 0;
}

int can_read_id(const char *text, size_t length, uint32_t *id, struct error *err)
{
	char digits[20];
	uint64_t number;
	size_t count;

	if (length >= sizeof(digits))
		return error_usage(err, "an identifier of up to 8 hex digits expected");
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (can_read_hex(digits, CAN_EFF_MASK | CAN_EFF_FLAG, &number, err) < 0)
		return -1;
	count = length > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') ?
			length - 2 :
			length;
	*id = (uint32_t)number;
	if (count >= 8 || number > CAN_SFF_MASK)
		*id |= CAN_EFF_FLAG;
	return 0;
}

void can_print_id(uint32_t id, struct buf *out)
{
	if (id & CAN_EFF_FLAG)
		buf_print(out, "%08X", id & CAN_EFF_MASK);
	else
		buf_print(out, "%03X", id & CAN_SFF_MASK);
}

void can_explain_error(const struct target *target, struct error *err)
{
	const char *name = target->fields[0].text;

	switch (err->code) {
	case ENETDOWN:
		error_hint(err, "as root: ip link set %s up", name);
		break;
	case ENODEV:
	case ENXIO:
		error_hint(err, "%s is gone, or is no CAN interface", name);
		break;
	case ENOBUFS:
		error_hint(err, "the bus takes nothing: no other node that acknowledges, a wrong "
				"bitrate, bus-off; `ip -details link show %s` tells; a longer queue: ip "
				"link set %s txqueuelen 1000",
			   name, name);
		break;
	default:
		break;
	}
}

void can_describe_interface(const struct address *address, struct json *json)
{
	const struct sockaddr_can *can = (const void *)&address->storage;
	cleanup_buf struct buf name = { 0 };

	can_print_index(can->can_ifindex, &name);
	json_string(json, "interface", buf_text(&name));
	json_integer(json, "index", can->can_ifindex);
}

/* The default holds some 270 frames: what a busy bus brings while a program is not scheduled. */
void can_widen(struct sockopt_list *list)
{
	sockopt_list_add_number(list, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)->need = SOCKOPT_OR_NEXT;
	sockopt_list_add_number(list, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)->need = SOCKOPT_OPTIONAL;
}
