/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking whether a test can run here: families, commands, interfaces, privileges; uname(2). */
#include "shell/need.h"

#include "base/memory.h"
#include "core/opening.h"
#include "option/interface.h"

#include <ctype.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int need_family(const struct family *family, struct buf *why)
{
	struct error err = { 0 };
	int result = family->probe != NULL ? family->probe(&err) :
		     family->types != NULL && family->domain >= 0 ? family_probe(family, NULL, &err) : 0;

	if (result < 0)
		buf_print(why, "%s: %s", family->shape.name, err.text);
	return result == 0;
}

static int need_command(struct shell *shell, const char *name, struct buf *why, struct error *err)
{
	const char *path = getenv("PATH");
	char *list cleanup_free = memory_string(path != NULL ? path : "/usr/bin:/bin");
	char *rest = list, *folder;

	(void)shell;
	(void)err;
	while ((folder = strsep(&rest, ":")) != NULL) {
		char *file cleanup_free = memory_print("%s/%s", folder, name);

		if (access(strchr(name, '/') != NULL ? name : file, X_OK) == 0)
			return 1;
	}
	buf_print(why, "there is no command %s", name);
	return 0;
}

static int need_interface(struct shell *shell, const char *name, struct buf *why, struct error *err)
{
	(void)shell;
	(void)err;
	if (interface_index(name) != 0)
		return 1;
	buf_print(why, "there is no interface %s", name);
	return 0;
}

/* One that cannot be read is met nowhere: that is no reason to leave a test out. */
static int need_spec(struct shell *shell, const char *word, struct buf *why, struct error *err)
{
	struct error failed = { 0 };
	struct target target;
	struct endpoint endpoint = ENDPOINT_CLOSED;
	int result = shell->host->bind(shell->host, &target, word, false, &failed);

	if (result < 0 && failed.kind == ERROR_USAGE)
		return error_usage(err, "need spec: %s", failed.text);
	if (result == 0) {
		result = endpoint_open(&endpoint, &target, NULL, deadline_now() + shell->timeout,
				       shell->signal_fd, &failed);
		endpoint_close(&endpoint);
		target_release(&target);
	}
	if (result < 0)
		buf_print(why, "%s: %s", word, failed.text);
	return result == 0;
}

/* The number that *text begins with, and behind it and its dot; 0 where there is none. */
static unsigned long next_part(const char **text)
{
	unsigned long number = 0;

	while (isdigit((unsigned char)**text))
		number = 10 * number + (unsigned long)(*(*text)++ - '0');
	*text += **text == '.';
	return number;
}

/* "6.1" against "6.12.3-amd64": part by part. */
static int need_kernel(struct shell *shell, const char *wanted, struct buf *why, struct error *err)
{
	const char *want = wanted, *have;
	struct utsname name;

	(void)shell;
	if (wanted[strspn(wanted, "0123456789.")] != '\0')
		return error_usage(err, "need kernel: \"%s\" is no version such as 6.1", wanted);
	uname(&name);
	have = name.release;
	while (*want != '\0') {
		unsigned long wants = next_part(&want), has = next_part(&have);

		if (wants < has)
			return 1;
		if (wants > has) {
			buf_print(why, "the kernel is %s, older than %s", name.release, wanted);
			return 0;
		}
	}
	return 1;
}

static const struct {
	const char *word;
	int (*check)(struct shell *shell, const char *argument, struct buf *why, struct error *err);
} needs[] = {
	{ "cmd", need_command },
	{ "interface", need_interface },
	{ "spec", need_spec },
	{ "kernel", need_kernel },
};

/* 1, 0, -1; *used is how many words it was. */
static int need_one(struct shell *shell, char *const *words, size_t *used, struct buf *why,
		    struct error *err)
{
	const struct family *family = family_find(words[0]);

	*used = 1;
	if (strcmp(words[0], "root") == 0) {
		if (geteuid() != 0)
			buf_add_string(why, "root is needed");
		return geteuid() == 0;
	}
	for (size_t i = 0; i < array_length(needs); i++) {
		if (strcmp(words[0], needs[i].word) != 0)
			continue;
		*used = 2;
		if (words[1] == NULL)
			return error_usage(err, "need %s: what?", words[0]);
		return needs[i].check(shell, words[1], why, err);
	}
	if (family == NULL)
		return error_usage(err, "there is no feature \"%s\": a family, root, cmd NAME, interface NAME, spec SPEC or kernel N.M", words[0]);
	return need_family(family, why);
}

int need_check(struct shell *shell, char *const *words, struct buf *why, struct error *err)
{
	size_t used;

	for (; *words != NULL; words += used) {
		int result = need_one(shell, words, &used, why, err);

		if (result != 1)
			return result;
	}
	return 1;
}
