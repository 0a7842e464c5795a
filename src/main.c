/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * anysock: netcat for every address family. The map of this tree, in the order in which data flows:
 *
 *	argv --cmd--> struct spec       cut into fields by the family's shape: spec/
 *	     --bind-> struct target     checked against its family, options by phase: core/target.c, option/
 *	     --open-> struct endpoint   two descriptors and how they end: core/opening.c, family/
 *	     --relay> struct flow       one direction each, with its own half-close state: relay/
 *	     --codec> struct message    bytes and peer, to text, hex, JSON, captures and back: codec/
 *
 *	base/    errors, buffers, numbers, names, time: knows nothing of sockets
 *	spec/    the grammar of address specs; text only, no system calls
 *	option/  every socket option and ioctl as a row of a table
 *	core/    the socket core, which names no family
 *	family/  one file per family; families.def lists them
 *	codec/   one file per format; codecs.def lists them
 *	relay/   the event loop, flows, sessions, servers, and the pumps that move bytes
 *	report/  what people and programs are told
 *	repl/    the line editor of the interactive shell
 *	shell/   named endpoints and the language of scripts; verbs.def lists its verbs
 *	cmd/     one file per command; commands.def lists them
 *
 * A layer includes only those above it in this list, except that families, codecs, relay and report
 * do not know each other (relay uses codecs); tests/lint/layers enforces it.
 */
#include "cmd/main_line.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/*
 * Descriptors 0 to 2 that were closed would be given to the first sockets. What
 * is written to standard output is data: where it was closed writing fails, as it does for cat(1).
 */
static void open_standard_descriptors(void)
{
	static const int ways[] = { O_RDONLY, O_RDONLY, O_WRONLY };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", ways[fd]);
}

static void take_no_notice(int number)
{
	(void)number;
}

/*
 * Before and after a transfer, which asks for them, these would end the
 * program. A handler and not SIG_IGN, which the programs that we start would inherit.
 */
static void outlive(int number)
{
	struct sigaction action = { .sa_handler = take_no_notice, .sa_flags = SA_RESTART };
	struct sigaction before;

	if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
		sigaction(number, &action, NULL);
}

int main(int argc, char **argv)
{
	struct context context = { .out = stdout, .errors = stderr };
	int status;

	open_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	outlive(SIGUSR1);
	outlive(SIGALRM);
	status = main_line_run(&context, argc, argv);
	if (context.died_by != 0) {
		signal(context.died_by, SIG_DFL);
		raise(context.died_by);
	}
	return status;
}
