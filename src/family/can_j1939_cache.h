/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address a J1939 name had last, in a file. */
#ifndef FAMILY_CAN_J1939_CACHE_H
#define FAMILY_CAN_J1939_CACHE_H

#include <stdint.h>

/* The address of a name, J1939_NO_ADDR where the file does not know it. */
uint8_t j1939_cache_read(const char *path, uint64_t name);
/* Replaces the file by one with the name's new address; -1 and errno. */
int j1939_cache_write(const char *path, uint64_t name, uint8_t address);

#endif
