/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking over descriptors that somebody else opened, without changing them for him; dup(2), proc(5). */
#ifndef FAMILY_DESCRIPTOR_H
#define FAMILY_DESCRIPTOR_H

#include <stdbool.h>

#define PIPE_LARGEST (1 << 20) /* bytes that a pipe is grown to */

/*
 * A descriptor of our own for what fd refers to, close-on-exec; access is
 * O_RDONLY, O_WRONLY or O_RDWR. Pipes and terminals are opened anew, so that they can be
 * non-blocking for us alone. Where that is refused it is a duplicate, and
 * *shared is set: it may block. -1 and errno on failure.
 */
int descriptor_take(int fd, int access, bool *shared);
/*
 * Lets go of what fd refers to, so that who is at the other end learns of the
 * end; the number stays taken, by /dev/null. What is no pipe and no socket is kept: nobody is there.
 */
void descriptor_leave(int fd);
/* A pipe's room is grown to 1 MiB, or as far as the kernel lets us; other descriptors are left alone. */
void descriptor_grow(int fd);

#endif
