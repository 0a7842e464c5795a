/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for whoever reads what we write, which may be nobody. */
#ifndef BASE_ROOM_H
#define BASE_ROOM_H

#include <stdbool.h>

/*
 * Waits until a descriptor can be written to, or is broken. While there is no room a signal that is to end us, and that
 * is blocked since a loop reads it, makes it give up: false; from then on nothing is waited for.
 */
bool room_wait(int fd);

#endif
