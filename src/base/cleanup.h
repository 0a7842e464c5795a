/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Release what a variable owns when it leaves its scope. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define cleanup(function) __attribute__((cleanup(function)))
#define cleanup_free cleanup(cleanup_free_pointer)
#define cleanup_close cleanup(cleanup_close_fd)

static inline void cleanup_free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Gives the descriptor away: the variable no longer owns it. */
static inline int steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

/* Gives the pointer away: the variable no longer owns it. */
#define steal_pointer(variable)                                                                    \
	({                                                                                         \
		__typeof__(variable) stolen_ = (variable);                                         \
		(variable) = NULL;                                                                 \
		stolen_;                                                                           \
	})

#endif
