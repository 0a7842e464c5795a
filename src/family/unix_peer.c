/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may be at the other end of a UNIX socket; SO_PEERCRED of unix(7). */
#include "family/unix_peer.h"

#include "base/cleanup.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/credentials.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_ROOM 16384

/* The id that a name stands for; false where there is none. */
static bool find_user(const char *name, uint64_t *id)
{
	cleanup_free char *room = memory_new(ENTRY_ROOM);
	struct passwd entry, *found = NULL;

	if (getpwnam_r(name, &entry, room, ENTRY_ROOM, &found) != 0 || found == NULL)
		return false;
	*id = entry.pw_uid;
	return true;
}

static bool find_group(const char *name, uint64_t *id)
{
	cleanup_free char *room = memory_new(ENTRY_ROOM);
	struct group entry, *found = NULL;

	if (getgrnam_r(name, &entry, room, ENTRY_ROOM, &found) != 0 || found == NULL)
		return false;
	*id = entry.gr_gid;
	return true;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as its kin */
static bool find_nothing(const char *name, uint64_t *id)
{
	(void)name;
	(void)id;
	return false;
}

static bool is_user(const struct credentials *peer, uint64_t id)
{
	return peer->ids.uid == id;
}

static bool is_in_group(const struct credentials *peer, uint64_t id)
{
	for (size_t i = 0; i < peer->group_count; i++)
		if (peer->groups[i] == id)
			return true;
	return peer->ids.gid == id;
}

static bool is_process(const struct credentials *peer, uint64_t id)
{
	return peer->ids.pid > 0 && (uint64_t)peer->ids.pid == id;
}

/* A rule is an option; the ids that it lists are compared by .fits. */
static const struct rule {
	const char *option;
	bool (*find)(const char *name, uint64_t *id);
	bool (*fits)(const struct credentials *peer, uint64_t id);
	const char *what;
} rules[] = {
	{ "peer-uid", find_user, is_user, "user" },
	{ "peer-gid", find_group, is_in_group, "group" },
	{ "peer-pid", find_nothing, is_process, "process" },
};

/* Whom a rule is asked about; peer NULL: nobody, its words are only read. */
struct question {
	const struct rule *rule;
	const struct credentials *peer;
};

static int word_fits(const void *who, const char *word, struct error *err)
{
	const struct question *question = who;
	const struct rule *rule = question->rule;
	uint64_t id;

	if (number_unsigned(word, 0, UINT32_MAX, &id, NULL) < 0 && !rule->find(word, &id))
		return error_usage(err, "%s: this host has no %s \"%s\"", rule->option, rule->what,
				   word);
	return question->peer != NULL && rule->fits(question->peer, id);
}

static int list_fits(const struct rule *rule, const char *list, const struct credentials *peer,
		     struct error *err)
{
	const struct question question = { rule, peer };

	return list_admits(list, word_fits, &question, err);
}

int unix_peer_check(const struct target *target, struct error *err)
{
	for (size_t i = 0; i < array_length(rules); i++) {
		const struct setting *setting = target_setting(target, rules[i].option);

		if (setting != NULL && list_fits(&rules[i], setting->value.bytes, NULL, err) < 0)
			return target_error_setting(target, setting, err);
	}
	return 0;
}

bool unix_peer_has_rules(const struct target *target)
{
	for (size_t i = 0; i < array_length(rules); i++)
		if (target_setting(target, rules[i].option) != NULL)
			return true;
	return false;
}

static int admit(const struct target *target, const struct credentials *peer, struct error *err)
{
	for (size_t i = 0; i < array_length(rules); i++) {
		const char *list = target_text(target, rules[i].option, NULL);
		int fits = list == NULL ? 1 : list_fits(&rules[i], list, peer, err);
		cleanup_buf struct buf who = { 0 };

		if (fits > 0)
			continue;
		if (fits < 0)
			return -1;
		credentials_print(peer, &who);
		return error_set(err, ERROR_FAILED, "the peer, %s, is kept out by %s=%s", buf_text(&who),
				 rules[i].option, list);
	}
	return 0;
}

int unix_peer_admit_connection(const struct target *target, int fd, struct error *err)
{
	struct credentials peer;

	if (!unix_peer_has_rules(target))
		return 0;
	if (!credentials_read(fd, &peer))
		return error_set(err, ERROR_FAILED, "the kernel does not say who the peer is");
	return admit(target, &peer, err);
}

void unix_peer_source(const struct endpoint *client, struct buf *out)
{
	struct ucred peer = { 0 };
	socklen_t length = sizeof(peer);

	/* Who sends datagrams is told by each of them alone. */
	if (client->in >= 0 &&
	    getsockopt(client->in, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0)
		buf_add(out, &peer.uid, sizeof(peer.uid));
}

int unix_peer_admit_sender(const struct target *target, const struct ucred *sender,
			   struct error *err)
{
	struct credentials peer = { .ids = *sender };

	return admit(target, &peer, err);
}
