/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What families that create a path share: its owner and mode, and taking it away again; path_resolution(7). */
#ifndef FAMILY_PATH_H
#define FAMILY_PATH_H

#include "core/target.h"

#include <sys/types.h>

/* A path that we made; it is removed only while it is still the same inode. */
struct path_claim {
	char *path; /* owned; NULL: nothing is claimed */
	dev_t device;
	ino_t inode;
};

/* Remembers what is at path now. Nothing is claimed where nothing is there. */
void path_claim(struct path_claim *claim, const char *path);
/* The same for what a descriptor, maybe of O_PATH, refers to: whatever else is at path by now. */
void path_claim_opened(struct path_claim *claim, const char *path, int fd);
/* Leaves the path where it is: somebody else answers for it now. */
void path_claim_forget(struct path_claim *claim);
/* Removes the path unless something else took its place, and forgets it. */
void path_claim_release(struct path_claim *claim);

/*
 * Removes what is at path if it is that inode, else leaves it: -1 and EADDRINUSE, or an error
 * of rename(2). It is moved aside first and looked at again, so that nobody can put something
 * else there between the question and the removal.
 */
int path_remove(const char *path, dev_t device, ino_t inode);

/* The ids that user= and group= name; (uid_t)-1 and (gid_t)-1 where not given. */
int path_owner(const struct target *target, uid_t *user, gid_t *group, struct error *err);
/* Gives what is at path its user=, group= and mode=, in that order; symbolic links are not followed. */
int path_own(const struct target *target, const char *path, struct error *err);
/* The same for what a descriptor of O_PATH refers to; path is for messages. */
int path_own_opened(const struct target *target, const char *path, int fd, struct error *err);
/* What will be in the way of creating path, whenever that is tried: no folder for it, or nobody of that user= or group=. */
int path_foresee(const struct target *target, const char *path, struct error *err);
/*
 * The mode to create something with, so that it is never open to more than
 * mode= allows, not even before user= and group= are applied.
 */
mode_t path_first_mode(const struct target *target, mode_t fallback);

#endif
