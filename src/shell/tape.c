/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recording one endpoint: a session whose other end is the console, which is not recorded. */
#include "shell/tape.h"

#include "base/memory.h"
#include "relay/recorder.h"
#include "shell/shell.h"

#include <stdlib.h>

#define SESSION 1

struct tape {
	char *path;
	struct target console;
	struct recorder *recorder;
	struct observer *observer;
};

static void tape_free(struct tape *tape)
{
	target_release(&tape->console);
	free(tape->path);
	free(tape);
}

struct tape *tape_new(struct shell_host *host, const struct endpoint *endpoint,
		      const struct target *target, const char *path, struct error *err)
{
	struct tape *tape = memory_new(sizeof(*tape));
	const struct event opened = { .kind = EVENT_OPENED,
				      .session = SESSION,
				      .subject = endpoint };
	struct recorder_settings settings = { .left = target, .right = &tape->console };

	if (host->bind(host, &tape->console, "-", false, err) < 0) {
		free(tape);
		return NULL;
	}
	settings.path = tape->path = memory_string(path);
	tape->recorder = recorder_new(&settings, err);
	if (tape->recorder == NULL) {
		tape_free(tape);
		return NULL;
	}
	tape->observer = recorder_observer(tape->recorder, NULL);
	observer_tell(tape->observer, &opened);
	return tape;
}

void tape_pass(struct tape *tape, enum direction direction, const struct message *message)
{
	if (tape != NULL)
		observer_show(tape->observer, SESSION, direction, message);
}

int tape_close(struct tape *tape, struct error *err)
{
	const struct event closed = { .kind = EVENT_CLOSED, .session = SESSION };
	int result;

	if (tape == NULL)
		return 0;
	observer_tell(tape->observer, &closed);
	result = recorder_close(tape->recorder, err);
	tape_free(tape);
	return result;
}
