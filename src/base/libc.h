/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What glibc has and musl lacks: beside base/uapi.h the only place that asks for what a header has. With musl, names are
 * looked up with the timeout of resolv.conf(5), services cannot be listed, and flags that its getaddrinfo() does not know
 * are refused by it.
 */
#ifndef BASE_LIBC_H
#define BASE_LIBC_H

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AI_IDN
#define AI_IDN 0x40
#endif
#ifndef AI_CANONIDN
#define AI_CANONIDN 0x80
#endif
#ifndef NI_IDN
#define NI_IDN 32
#endif
#ifndef IPPORT_USERRESERVED
#define IPPORT_USERRESERVED 5000
#endif

#ifndef __GLIBC__
static inline int getservent_r(struct servent *entry, char *room, size_t size,
			       struct servent **found)
{
	(void)room;
	(void)size;
	*found = getservent();
	if (*found == NULL)
		return ENOENT;
	*entry = **found;
	return 0;
}

static inline int res_ninit(res_state state)
{
	(void)state;
	return 0;
}

static inline int res_nquery(res_state state, const char *name, int class, int type,
			     unsigned char *answer, int size)
{
	int length = res_query(name, class, type, answer, size);

	state->res_h_errno = length < 0 ? h_errno : 0;
	return length;
}

static inline void res_nclose(res_state state)
{
	(void)state;
}
#endif

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
static inline int renameat2(int from_folder, const char *from, int to_folder, const char *to,
			    unsigned int flags)
{
	return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
#endif

#endif
