/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces by all their names: their own, and longer ones that ip link property gives; rtnetlink(7). */
#ifndef OPTION_INTERFACE_H
#define OPTION_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#define INTERFACE_NAME_MAXIMUM 127 /* bytes of a further name; its own has 15 at most */

/* Whether these bytes can be a name, as far as can be told without the system. */
bool interface_is_name(const char *name, size_t length);
/* As if_nametoindex(3), for every name: 0 and errno where there is none in this network namespace. */
unsigned int interface_index(const char *name);
/* Its own name, for calls that take no longer one; a short name is copied. -1 and errno where there is none. */
int interface_own_name(const char *name, char own[IF_NAMESIZE]);

#endif
