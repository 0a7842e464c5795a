/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder for each test: a log and pcapng files, which go away again where it passes. */
#include "shell/evidence.h"

#include "base/memory.h"
#include "report/report.h"
#include "shell/tape.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG "log"
#define ENDING ".pcapng"

struct evidence {
	char *base;
	char *folder; /* of the test that runs; NULL: none could be made */
	FILE *log;
	size_t number;
	bool is_kept;
};

/* "tests/mail.as" is tests_mail. */
static char *folder_name(const char *script)
{
	size_t length = strlen(script);
	char *name;

	if (length > 3 && strcmp(script + length - 3, ".as") == 0)
		length -= 3;
	name = memory_copy(script, length);
	for (char *at = name; *at != '\0'; at++)
		if (*at == '/')
			*at = '_';
	return name;
}

struct evidence *evidence_new(const char *folder, const char *script, struct error *err)
{
	char *name cleanup_free = folder_name(script);
	struct evidence *evidence;

	if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
		error_system(err, "%s", folder);
		return NULL;
	}
	evidence = memory_new(sizeof(*evidence));
	evidence->base = memory_print("%s/%s", folder, name);
	return evidence;
}

static bool is_ours(const char *name)
{
	size_t length = strlen(name), ending = strlen(ENDING);

	return strcmp(name, LOG) == 0 || (length > ending && strcmp(name + length - ending, ENDING) == 0);
}

/* Only what was written here, also by a run before this one. */
static void drop(const char *folder)
{
	DIR *open = opendir(folder);
	const struct dirent *entry;

	while (open != NULL && (entry = readdir(open)) != NULL)
		if (is_ours(entry->d_name))
			unlinkat(dirfd(open), entry->d_name, 0);
	if (open != NULL)
		closedir(open);
	rmdir(folder);
}

static void end(struct evidence *evidence)
{
	if (evidence->log != NULL)
		fclose(evidence->log);
	evidence->log = NULL;
	if (evidence->folder != NULL && !evidence->is_kept)
		drop(evidence->folder);
	free(evidence->folder);
	evidence->folder = NULL;
}

void evidence_free(struct evidence *evidence)
{
	if (evidence == NULL)
		return;
	end(evidence);
	free(evidence->base);
	free(evidence);
}

/* Each line is in the file at once, whatever ends the program. */
static FILE *open_log(const char *folder)
{
	char *path cleanup_free = memory_print("%s/" LOG, folder);
	FILE *log;

	drop(folder);
	log = mkdir(folder, 0777) == 0 || errno == EEXIST ? fopen(path, "we") : NULL;
	if (log != NULL)
		setvbuf(log, NULL, _IOLBF, 0);
	return log;
}

void evidence_begin(struct shell *shell)
{
	struct evidence *evidence = shell->evidence;

	if (evidence == NULL)
		return;
	end(evidence);
	evidence->folder = evidence->number == 0 ? memory_string(evidence->base) :
						   memory_print("%s-%zu", evidence->base, evidence->number);
	evidence->number++;
	evidence->is_kept = false;
	evidence->log = shell->journal.log = open_log(evidence->folder);
	if (evidence->log == NULL) {
		struct error err = { 0 };

		error_system(&err, "%s", evidence->folder);
		report_error(shell->host->errors, shell->host->colored, NULL, &err);
	}
}

/* A name may be given again: c.pcapng, c.2.pcapng. */
static char *free_path(const char *folder, const char *name)
{
	char *path = memory_print("%s/%s" ENDING, folder, name);

	for (size_t i = 2; access(path, F_OK) == 0; i++) {
		free(path);
		path = memory_print("%s/%s.%zu" ENDING, folder, name, i);
	}
	return path;
}

void evidence_add(struct shell *shell, struct channel *channel)
{
	struct evidence *evidence = shell->evidence;
	struct error err = { 0 };
	char *path cleanup_free = NULL;

	if (evidence == NULL || evidence->log == NULL || channel->listening >= 0)
		return;
	path = free_path(evidence->folder, channel->name);
	channel->tape = tape_new(shell->host, &channel->endpoint, &channel->anchor->target, path, &err);
	if (channel->tape == NULL)
		journal_add(&shell->journal, "%s is not recorded: %s", channel->name, err.text);
}

void evidence_keep(struct shell *shell, const struct error *err)
{
	struct evidence *evidence = shell->evidence;

	if (evidence == NULL || evidence->log == NULL)
		return;
	evidence->is_kept = true;
	report_error(evidence->log, false, NULL, err);
	fputs(buf_text(&shell->diagnosis), evidence->log);
	buf_print(&shell->diagnosis, "  kept in   %s\n", evidence->folder);
}
