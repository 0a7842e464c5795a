/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bluetooth controllers of this machine, and whether they can be used; HCIGETDEVLIST, HCIGETDEVINFO, rfkill(8). */
#include "family/bt.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLAG_UP 1U /* HCI_UP */

/* struct hci_dev_list_req */
struct device_list {
	uint16_t count;
	struct {
		uint16_t index;
		uint32_t flags;
	} devices[BT_CONTROLLERS_MAXIMUM];
};

/* struct hci_dev_info as far as it is of use here. */
struct device_info {
	uint16_t index;
	char name[8];
	struct bdaddr bdaddr;
	uint32_t flags;
	char others[72];
};

/* One of rfkill's switches that belong to a controller. */
static bool is_off(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char state = '0';

	return fd >= 0 && read(fd, &state, 1) == 1 && state == '1';
}

static bool is_blocked(unsigned int index)
{
	cleanup_free char *pattern = memory_print("/sys/class/bluetooth/hci%u/rfkill*/[hs]*[td]", index);
	glob_t found = { 0 };
	bool blocked = false;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			blocked |= is_off(found.gl_pathv[i]);
	globfree(&found);
	return blocked;
}

static bool describe(int fd, uint16_t index, struct bt_controller *controller)
{
	struct device_info info = { .index = index };

	if (ioctl(fd, HCIGETDEVINFO, &info) < 0)
		return false;
	*controller = (struct bt_controller){ .index = index, .bdaddr = info.bdaddr };
	memcpy(controller->name, info.name, sizeof(info.name));
	controller->is_up = info.flags & FLAG_UP;
	controller->is_blocked = !controller->is_up && is_blocked(index);
	return true;
}

static int by_index(const void *a, const void *b)
{
	return ((const struct bt_controller *)a)->index - ((const struct bt_controller *)b)->index;
}

size_t bt_controllers(struct bt_controller list[BT_CONTROLLERS_MAXIMUM])
{
	cleanup_close int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC, BTPROTO_HCI);
	struct device_list devices = { .count = BT_CONTROLLERS_MAXIMUM };
	size_t count = 0;

	if (fd < 0 || ioctl(fd, HCIGETDEVLIST, &devices) < 0)
		return 0;
	for (size_t i = 0; i < devices.count; i++)
		count += describe(fd, devices.devices[i].index, &list[count]);
	qsort(list, count, sizeof(*list), by_index);
	return count;
}

/* Which of our controllers stand in the way. */
static void explain_controllers(struct error *err)
{
	struct bt_controller list[BT_CONTROLLERS_MAXIMUM];
	size_t count = bt_controllers(list);

	if (count == 0 || err->code == ENODEV) {
		err->kind = ERROR_UNAVAILABLE;
		error_hint(err, count == 0 ? "this machine has no Bluetooth controller" :
					     "`anysock ioctl bt-hci:none HCIGETDEVLIST` lists the controllers");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (list[i].is_up)
			continue;
		if (list[i].is_blocked)
			error_hint(err, "%s is switched off by rfkill: rfkill unblock bluetooth", list[i].name);
		else
			error_hint(err, "%s is down; as root: bluetoothctl power on, or anysock ioctl bt-hci:none HCIDEVUP %u",
				   list[i].name, list[i].index);
		return;
	}
	error_hint(err, "no controller of ours leads there; an own address cannot be connected to");
}

bool bt_is_listener(int fd)
{
	int listens = 0;
	socklen_t length = sizeof(listens);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens;
}

static const struct {
	int code;
	const char *hint;
} hints[] = {
	{ EHOSTDOWN, "the device did not answer: is it in range, on and connectable, and the address right?" },
	{ ETIMEDOUT, "the link was lost, or the device did not answer in time" },
	{ ECONNREFUSED, "the device answers, but nothing serves that channel: `sdptool browse BDADDR` lists what does" },
	{ EACCES, "the device or our security level wants pairing: bluetoothctl pair BDADDR; bt-security=low asks for less" },
	{ EKEYREJECTED, "the key is not the device's any more: bluetoothctl remove BDADDR, then pair again" },
	{ EBADE, "the device wants pairing, or refuses it: bluetoothctl pair BDADDR" },
	{ EPERM, "it needs CAP_NET_ADMIN or CAP_NET_RAW: run it as root" },
	{ EBUSY, "there is a connection or a request of that kind already" },
	{ EADDRINUSE, "another program has it; bluetoothd's own plugins take some: choose another, 0 takes a free one" },
	{ EADDRNOTAVAIL, "no controller of ours has that address" },
	{ ERFKILL, "the controller is switched off: rfkill unblock bluetooth" },
	{ EMLINK, "the controller has no room for more links" },
};

void bt_explain_error(const struct target *target, struct error *err)
{
	(void)target;
	if (err->code == EHOSTUNREACH || err->code == ENETDOWN || err->code == ENODEV) {
		explain_controllers(err);
		return;
	}
	for (size_t i = 0; i < array_length(hints); i++)
		if (hints[i].code == err->code)
			error_hint(err, "%s", hints[i].hint);
}
