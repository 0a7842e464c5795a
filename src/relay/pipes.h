/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Empty pipes kept for the next flow that splices; pipe(7). */
#ifndef RELAY_PIPES_H
#define RELAY_PIPES_H

#include <stddef.h>

#define PIPE_SIZE (1U << 20) /* bytes wanted of each; the kernel may grant less */

struct pipes;

struct pipes *pipes_new(void);
void pipes_free(struct pipes *pipes);
/* Closes those that are kept: nobody needs them now. */
void pipes_trim(struct pipes *pipes);
/* Takes an empty pipe: 0, and ends[0] to read, ends[1] to write, both non-blocking; -1 with errno. */
int pipes_take(struct pipes *pipes, int ends[2]);
/* Gives back a pipe that is empty; one that is not must be closed instead. */
void pipes_give(struct pipes *pipes, int ends[2]);
/* Grows a pipe as far as the kernel lets us. */
void pipe_grow(int fd);

#endif
