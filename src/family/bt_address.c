/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bluetooth addresses: of a spec, of our controllers, and as text; net/bluetooth/bluetooth.h of the kernel. */
#include "family/bt.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <ctype.h>
#include <string.h>

#define ADDRESS_LENGTH 17 /* of "AA:BB:CC:DD:EE:FF" */

static bool is_spelled(const char *text)
{
	for (size_t i = 0; i < ADDRESS_LENGTH; i++)
		if (i % 3 == 2 ? text[i] != ':' && text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

int bt_read(const char *text, struct bdaddr *bdaddr, struct error *err)
{
	cleanup_buf struct buf octets = { 0 };

	if (!is_spelled(text) || text[ADDRESS_LENGTH] != '\0' ||
	    bytes_read_hex(text, ADDRESS_LENGTH, &octets, err) < 0)
		return error_usage(err, "\"%s\" is no Bluetooth address: six pairs of hex digits expected",
				   text);
	for (size_t i = 0; i < sizeof(bdaddr->octets); i++)
		bdaddr->octets[sizeof(bdaddr->octets) - 1 - i] = (uint8_t)octets.data[i];
	return 0;
}

bool bt_is_any(const struct bdaddr *bdaddr)
{
	static const struct bdaddr any;

	return memcmp(bdaddr, &any, sizeof(any)) == 0;
}

void bt_print(const struct bdaddr *bdaddr, struct buf *out)
{
	const uint8_t *octets = bdaddr->octets;

	if (bt_is_any(bdaddr))
		buf_add_string(out, "any");
	else
		buf_print(out, "%02x:%02x:%02x:%02x:%02x:%02x", octets[5], octets[4], octets[3],
			  octets[2], octets[1], octets[0]);
}

void bt_print_field(const struct bdaddr *bdaddr, struct buf *out)
{
	bool is_any = bt_is_any(bdaddr);

	buf_add_string(out, is_any ? "" : "[");
	bt_print(bdaddr, out);
	buf_add_string(out, is_any ? "" : "]");
}

size_t bt_length(const char *text)
{
	const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;

	if (bracket != NULL)
		return (size_t)(bracket - text) + 1;
	return is_spelled(text) ? ADDRESS_LENGTH : strcspn(text, ":");
}

int64_t bt_controller_number(const char *text)
{
	uint64_t number;

	if (strncasecmp(text, "hci", 3) != 0 ||
	    number_unsigned(text + 3, 0, HCI_DEV_NONE - 1, &number, NULL) < 0)
		return -1;
	return (int64_t)number;
}

/* What names no address of its own: "any", "local", "hciN", nothing. */
static bool is_own(const char *text)
{
	return text[0] == '\0' || name_equal(text, "any") || name_equal(text, "local") ||
	       bt_controller_number(text) >= 0;
}

/* The address of bind= or adapter= without what stands behind it, and without brackets. */
static char *own_word(const char *text)
{
	size_t length = bt_length(text), bracket = text[0] == '[' && length > 1;

	return memory_copy(text + bracket, length - 2 * bracket);
}

static int check_own(const struct target *target, const struct setting *setting, struct error *err)
{
	const struct target_field *field = &target->fields[BT_BDADDR];
	cleanup_free char *word = own_word(setting->value.bytes);
	bool is_bind = strcmp(setting->parameter->name, "bind") == 0;
	struct bdaddr bdaddr;

	if (target->role != ROLE_CONNECT && (is_bind || field->given))
		error_usage(err, "the spec itself names the local end");
	else if (!is_bind && target_setting(target, "bind") != NULL)
		error_usage(err, "bind= says already which end is ours");
	else if (is_own(word) || bt_read(word, &bdaddr, err) == 0)
		return 0;
	else
		error_hint(err, "hci0, hci1, ... and local are controllers of ours");
	error_context(err, "%s", setting->parameter->name);
	return target_error_setting(target, setting, err);
}

int bt_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");
	const struct setting *adapter = target_setting(target, "adapter");
	const struct target_field *field = &target->fields[BT_BDADDR];
	const char *name = target->family->shape.name;
	struct bdaddr bdaddr;

	if ((bind != NULL && check_own(target, bind, err) < 0) ||
	    (adapter != NULL && check_own(target, adapter, err) < 0))
		return -1;
	if (adapter != NULL)
		target->common.bind = adapter->value.bytes;
	if (target->role == ROLE_CONNECT && (!field->given || name_equal(field->text, "any"))) {
		error_usage(err, "%s: the address of a device expected", name);
		error_hint(err, "%s:AA:BB:CC:DD:EE:FF; to listen: %s-listen", name, name);
		return target_error_field(target, BT_BDADDR, err);
	}
	if (!field->quoted && is_own(field->text))
		return 0;
	if (bt_read(field->text, &bdaddr, err) == 0)
		return 0;
	error_hint(err, "AA:BB:CC:DD:EE:FF, any, local, or hci0 for the address of a controller");
	error_context(err, "%s: bdaddr", name);
	return target_error_field(target, BT_BDADDR, err);
}

/* The address of a controller of ours; of the first that is up where number is -1. */
static int find_controller(int64_t number, struct bdaddr *bdaddr, struct error *err)
{
	struct bt_controller list[BT_CONTROLLERS_MAXIMUM];
	size_t count = bt_controllers(list);

	for (size_t i = 0; i < count; i++)
		if (number < 0 ? list[i].is_up : list[i].index == number) {
			*bdaddr = list[i].bdaddr;
			return 0;
		}
	if (number < 0)
		error_set(err, ERROR_UNAVAILABLE, "no Bluetooth controller is up");
	else
		error_set(err, ERROR_UNAVAILABLE, "there is no Bluetooth controller hci%u",
			  (unsigned int)number);
	return error_hint(err, count == 0 ? "`hciconfig -a` or `bluetoothctl list` would show one" :
					    "`anysock ioctl bt-hci:none HCIGETDEVLIST` lists those there are");
}

static int find(const char *text, struct bdaddr *bdaddr, struct error *err)
{
	int64_t number = bt_controller_number(text);

	*bdaddr = (struct bdaddr){ 0 };
	if (text[0] == '\0' || name_equal(text, "any"))
		return 0;
	if (number >= 0 || name_equal(text, "local"))
		return find_controller(number, bdaddr, err);
	return bt_read(text, bdaddr, err);
}

int bt_find(const struct target *target, enum address_end end, struct bdaddr *bdaddr,
	    struct error *err)
{
	const struct target_field *field = &target->fields[BT_BDADDR];
	cleanup_free char *own = NULL;

	if (end == ADDRESS_PEER && (target->role == ROLE_CONNECT || target->common.bind == NULL))
		return find(field->text, bdaddr, err);
	own = own_word(target->common.bind);
	return find(own, bdaddr, err);
}

void bt_reached(struct bdaddr *bdaddr)
{
	if (bt_is_any(bdaddr))
		find_controller(-1, bdaddr, NULL);
}
