/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a row of sockopts.def holds, for the files of sockopt.h only. */
#ifndef OPTION_SOCKOPT_ROW_H
#define OPTION_SOCKOPT_ROW_H

#include "option/sockopt.h"
#include "option/type.h"

enum sockopt_access {
	ACCESS_NO = 0,
	ACCESS_RO = 1,
	ACCESS_WO = 2,
	ACCESS_RW = ACCESS_RO | ACCESS_WO,
	ACCESS_ASKED = 4, /* read only when named */
	ACCESS_RX = ACCESS_RO | ACCESS_ASKED,
	ACCESS_RWX = ACCESS_RW | ACCESS_ASKED,
};

/* Offsets into blobs of strings rather than pointers: nothing to relocate at start-up. */
struct sockopt {
	int32_t number;
	uint16_t symbol, name, help;
	struct type type;
	uint8_t level; /* index of the level */
	uint8_t access, phase;
};

#endif
