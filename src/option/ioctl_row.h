/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a row of ioctls.def holds, for the files of ioctl.h only. */
#ifndef OPTION_IOCTL_ROW_H
#define OPTION_IOCTL_ROW_H

#include "option/ioctl.h"
#include "option/type.h"

enum style {
	STYLE_VALUE,
	STYLE_NUMBER,
	STYLE_NOTHING,
	STYLE_DATA,
	STYLE_ETHTOOL,
	STYLE_NAMED,
	STYLE_VLAN_GET,
	STYLE_VLAN_SET,
	STYLE_COUNTED,
	STYLE_CONF,
	STYLE_DESCRIPTOR,
	STYLE_RESULT,
};

enum effect { EFFECT_GET, EFFECT_SET };

/* Offsets into a blob of strings rather than pointers: nothing to relocate at start-up. */
struct ioctl {
	uint32_t code; /* the request, or the command inside it */
	uint16_t family, symbol, help;
	struct type type;
	uint8_t style, inputs, effect;
};

/* How a list begins that says how many entries there is room for. */
struct counted {
	unsigned long number;
	uint8_t header; /* enum layout of what is typed */
	uint8_t count_offset, count_size, items;
};

const struct counted *ioctl_counted(unsigned long number);
/* Whether it is passed inside a struct ifreq, so that the first word is an interface. */
bool ioctl_has_interface(const struct ioctl *row);
/* The type of what is typed. */
struct type ioctl_input_type(const struct ioctl *row);

#endif
