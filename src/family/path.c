/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owner, mode and removal of created paths; fchownat(2), chmod(2), unlink(2). */
#include "family/path.h"

#include "base/cleanup.h"
#include "base/libc.h"
#include "base/memory.h"
#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_ROOM 16384

static struct path_claim claim_of(const char *path, const struct stat *status)
{
	return (struct path_claim){ memory_string(path), status->st_dev, status->st_ino };
}

void path_claim(struct path_claim *claim, const char *path)
{
	struct stat status;

	*claim = lstat(path, &status) == 0 ? claim_of(path, &status) : (struct path_claim){ 0 };
}

void path_claim_opened(struct path_claim *claim, const char *path, int fd)
{
	struct stat status;

	*claim = fstat(fd, &status) == 0 ? claim_of(path, &status) : (struct path_claim){ 0 };
}

void path_claim_forget(struct path_claim *claim)
{
	free(claim->path);
	*claim = (struct path_claim){ 0 };
}

static bool is_inode(const char *path, dev_t device, ino_t inode)
{
	struct stat status;

	return lstat(path, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

int path_remove(const char *path, dev_t device, ino_t inode)
{
	cleanup_free char *aside = memory_print("%s.%d", path, (int)getpid());

	if (renameat2(AT_FDCWD, path, AT_FDCWD, aside, RENAME_NOREPLACE) < 0)
		return -1;
	if (is_inode(aside, device, inode))
		return unlink(aside);
	renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE);
	errno = EADDRINUSE;
	return -1;
}

/* Some file systems cannot move with care, and some names are too long for the aside. */
static bool cannot_move(void)
{
	return errno == EINVAL || errno == ENOSYS || errno == ENAMETOOLONG || errno == EEXIST;
}

void path_claim_release(struct path_claim *claim)
{
	if (claim->path != NULL && is_inode(claim->path, claim->device, claim->inode) &&
	    path_remove(claim->path, claim->device, claim->inode) < 0 && cannot_move())
		unlink(claim->path);
	free(claim->path);
	*claim = (struct path_claim){ 0 };
}

static int unknown(const struct target *target, const struct setting *setting, struct error *err)
{
	error_usage(err, "%s: this host has no \"%s\"", setting->parameter->name,
		    setting->value.bytes);
	return target_error_setting(target, setting, err);
}

static int read_user(const struct target *target, uid_t *user, struct error *err)
{
	const struct setting *setting = target_setting(target, "user");
	cleanup_free char *room = NULL;
	struct passwd entry, *found = NULL;
	uint64_t number;

	*user = (uid_t)-1;
	if (setting == NULL)
		return 0;
	if (number_unsigned(setting->value.bytes, 0, UINT32_MAX - 1, &number, NULL) == 0) {
		*user = (uid_t)number;
		return 0;
	}
	room = memory_array(ENTRY_ROOM, 1);
	getpwnam_r(setting->value.bytes, &entry, room, ENTRY_ROOM, &found);
	if (found == NULL)
		return unknown(target, setting, err);
	*user = found->pw_uid;
	return 0;
}

static int read_group(const struct target *target, gid_t *group, struct error *err)
{
	const struct setting *setting = target_setting(target, "group");
	cleanup_free char *room = NULL;
	struct group entry, *found = NULL;
	uint64_t number;

	*group = (gid_t)-1;
	if (setting == NULL)
		return 0;
	if (number_unsigned(setting->value.bytes, 0, UINT32_MAX - 1, &number, NULL) == 0) {
		*group = (gid_t)number;
		return 0;
	}
	room = memory_array(ENTRY_ROOM, 1);
	getgrnam_r(setting->value.bytes, &entry, room, ENTRY_ROOM, &found);
	if (found == NULL)
		return unknown(target, setting, err);
	*group = found->gr_gid;
	return 0;
}

int path_owner(const struct target *target, uid_t *user, gid_t *group, struct error *err)
{
	if (read_user(target, user, err) < 0)
		return -1;
	return read_group(target, group, err);
}

static bool changes_owner(const struct target *target)
{
	return target_setting(target, "user") != NULL || target_setting(target, "group") != NULL;
}

int path_foresee(const struct target *target, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *folder = slash != NULL ? memory_print("%.*s", (int)(slash - path) + 1, path) : NULL;
	struct stat status;
	uid_t user;
	gid_t group;

	if (path_owner(target, &user, &group, err) < 0)
		return -1;
	if (folder == NULL || stat(folder, &status) == 0 || (errno != ENOENT && errno != ENOTDIR))
		return 0;
	error_system(err, "the folder %s", folder);
	return target_error(target, err);
}

mode_t path_first_mode(const struct target *target, mode_t fallback)
{
	if (target->common.mode < 0)
		return fallback;
	return (mode_t)target->common.mode & (changes_owner(target) ? 0600 : 07777);
}

/* chmod(2) does not take an O_PATH descriptor, but its name below /proc. */
static int change_mode(int fd, mode_t mode)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return chmod(name, mode);
}

int path_own(const struct target *target, const char *path, struct error *err)
{
	cleanup_close int fd = -1;

	if (target->common.mode < 0 && !changes_owner(target))
		return 0;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_system(err, "%s", path);
	return path_own_opened(target, path, fd, err);
}

int path_own_opened(const struct target *target, const char *path, int fd, struct error *err)
{
	uid_t user;
	gid_t group;

	if (path_owner(target, &user, &group, err) < 0)
		return -1;
	if (changes_owner(target) && fchownat(fd, "", user, group, AT_EMPTY_PATH) < 0) {
		error_system(err, "owner of %s", path);
		return error_hint(err, "only root may give a file away");
	}
	if (target->common.mode >= 0 && change_mode(fd, (mode_t)target->common.mode) < 0)
		return error_system(err, "mode of %s", path);
	return 0;
}
