/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long programs take from start to end, and what memory they need. */
#include "drive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static pid_t spawn(const char *input, char **command)
{
	pid_t pid = checked(vfork(), "vfork");

	if (pid > 0)
		return pid;
	dup2(open(input, O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
	execvp(command[0], command);
	_exit(127);
}

int drive_start(char **argv)
{
	size_t count = (size_t)atoi(argv[0]);
	double *times = calloc(count, sizeof(*times)), busy = 0;
	long most = 0;

	for (size_t i = 0; i < count; i++) {
		struct rusage used;
		int status;
		double start = now();

		wait4(spawn(argv[1], argv + 2), &status, 0, &used);
		times[i] = (now() - start) * 1e3;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			return 1;
		busy += seconds(used.ru_utime) + seconds(used.ru_stime);
		most = used.ru_maxrss > most ? used.ru_maxrss : most;
	}
	printf("%.4f %ld %.4f\n", quantile(times, count, 0.5), most, busy / (double)count * 1e3);
	return 0;
}
