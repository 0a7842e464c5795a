/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Children that run a script each and print into memory; fork(2), memfd_create(2). */
#include "cmd/jobs.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	pid_t pid; /* 0: not started, or over */
	int out, text;
	int status;
};

static int run_child(const struct jobs *jobs, size_t i, const struct job *job)
{
	FILE *out = fdopen(job->out, "w");
	struct buf text = { 0 };
	int status;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	status = jobs->run(jobs->context, jobs->names[i], out, &text);
	fflush(out);
	for (size_t at = 0; at < text.length;) {
		ssize_t put = write(job->text, text.data + at, text.length - at);

		if (put <= 0)
			return 1;
		at += (size_t)put;
	}
	return status;
}

static int start(const struct jobs *jobs, size_t i, struct job *job, struct error *err)
{
	job->out = memfd_create("output", MFD_CLOEXEC);
	job->text = memfd_create("text", MFD_CLOEXEC);
	if (job->out < 0 || job->text < 0)
		return error_system(err, "memfd_create");
	fflush(NULL);
	job->pid = fork();
	if (job->pid == 0)
		_exit(run_child(jobs, i, job));
	return job->pid < 0 ? error_system(err, "fork") : 0;
}

static void read_all(int fd, struct buf *out)
{
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	do {
		char *room = buf_reserve(out, 65536);

		got = read(fd, room, 65536);
		buf_commit(out, got > 0 ? (size_t)got : 0);
	} while (got > 0);
	close(fd);
}

static void print_subtest(FILE *out, const char *text)
{
	while (*text != '\0') {
		const char *end = text;

		while (*end != '\0' && *end != '\n')
			end++;
		fprintf(out, "    %.*s\n", (int)(end - text), text);
		text = *end == '\n' ? end + 1 : end;
	}
}

/* In the order of the names, whichever ended first. */
static void tell(const struct jobs *jobs, size_t i, struct job *job)
{
	cleanup_buf struct buf printed = { 0 };

	read_all(job->out, &printed);
	read_all(job->text, jobs->texts);
	if (i == 0 && jobs->as_tap)
		fputs("TAP version 14\n", jobs->out);
	if (!jobs->as_tap) {
		fwrite(buf_text(&printed), 1, printed.length, jobs->out);
	} else {
		fprintf(jobs->out, "# Subtest: %s\n", jobs->names[i]);
		print_subtest(jobs->out, buf_text(&printed));
		fprintf(jobs->out, "%sok %zu - %s\n", job->status == 0 ? "" : "not ", i + 1, jobs->names[i]);
	}
	fflush(jobs->out);
}

/* Waits for one of them. */
static void reap(struct job *list, size_t count)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);
	size_t i = 0;

	while (i < count && (pid <= 0 || list[i].pid != pid))
		i++;
	if (i == count)
		return;
	list[i].status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	list[i].pid = 0;
}

static size_t count_running(const struct job *list, size_t count)
{
	size_t running = 0;

	for (size_t i = 0; i < count; i++)
		running += list[i].pid != 0;
	return running;
}

static int run_all(struct jobs *jobs, struct job *list, struct error *err)
{
	size_t started = 0, told = 0;

	while (told < jobs->count) {
		bool has_room = count_running(list, started) < jobs->at_once;

		if (started < jobs->count && has_room && start(jobs, started, &list[started], err) < 0)
			return -1;
		started += started < jobs->count && has_room;
		if (started == jobs->count || count_running(list, started) == jobs->at_once)
			reap(list, started);
		for (; told < started && list[told].pid == 0; told++)
			tell(jobs, told, &list[told]);
	}
	return 0;
}

int jobs_run(struct jobs *jobs, struct error *err)
{
	struct job *list cleanup_free = memory_array(jobs->count, sizeof(*list));
	int status = run_all(jobs, list, err);

	if (status == 0 && jobs->as_tap)
		fprintf(jobs->out, "1..%zu\n", jobs->count);
	for (size_t i = 0; status == 0 && i < jobs->count; i++)
		status = list[i].status;
	return status;
}
