/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The chain of observers, made of the options of the command line. */
#include "cmd/watch.h"

#include "base/digest.h"
#include "relay/checksum.h"
#include "relay/recorder.h"
#include "relay/tee.h"

#include <string.h>

static void make_report(struct watch *watch, const struct context *context,
			const struct arguments *arguments)
{
	struct report_settings settings = {
		.stream = context->errors,
		.colored = context->colored,
		.quiet = arguments_flag(arguments, "quiet"),
		.json = arguments_flag(arguments, "json"),
		.hexdump = arguments_flag(arguments, "hexdump"),
		.stats = arguments_flag(arguments, "stats"),
	};

	for (size_t i = 0; i < arguments->setting_count; i++)
		settings.verbosity += strcmp(arguments->settings[i].parameter->name, "verbose") == 0;
	watch->report = report_new(&settings);
}

static struct observer *teller(const struct watch *watch)
{
	return notify_observer(watch->notify, report_observer(watch->report));
}

static int make_recorder(struct watch *watch, const struct join *join,
			 const struct arguments *arguments, struct error *err)
{
	struct recorder_settings settings = {
		.path = arguments_text(arguments, "record", NULL),
		.part_size = (uint64_t)arguments_number(arguments, "record-size", 0),
		.part_length = arguments_number(arguments, "record-time", 0),
		.parts_kept = (uint64_t)arguments_number(arguments, "record-files", 0),
		.left = &join->left,
		.right = &join->right,
	};

	if (settings.path == NULL)
		return 0;
	watch->recorder = recorder_new(&settings, err);
	if (watch->recorder == NULL)
		return -1;
	watch->chain = recorder_observer(watch->recorder, watch->chain);
	return 0;
}

static int make_tee(struct watch *watch, const struct arguments *arguments, struct error *err)
{
	const char *paths[2] = { [DIRECTION_FORWARD] = arguments_text(arguments, "tee", NULL),
				 [DIRECTION_BACKWARD] = arguments_text(arguments, "tee-back", NULL) };

	if (paths[0] == NULL && paths[1] == NULL)
		return 0;
	watch->tee = tee_new(paths, err);
	if (watch->tee == NULL)
		return -1;
	watch->chain = tee_observer(watch->tee, watch->chain);
	return 0;
}

static int make_checksums(struct watch *watch, const struct join *join,
			  const struct arguments *arguments, struct error *err)
{
	bool wanted[2] = { [DIRECTION_FORWARD] = join->session.forward,
			   [DIRECTION_BACKWARD] = join->session.backward };

	if (arguments_setting(arguments, "checksum") == NULL)
		return 0;
	watch->checksums = checksums_new(
		name_of(digest_algorithms, arguments_number(arguments, "checksum", 0)), wanted, err);
	if (watch->checksums == NULL)
		return error_context(err, "--checksum");
	watch->chain = checksums_observer(watch->checksums, watch->chain);
	return 0;
}

int watch_begin(struct watch *watch, const struct join *join, const struct context *context,
		const struct arguments *arguments, struct error *err)
{
	*watch = (struct watch){ 0 };
	make_report(watch, context, arguments);
	/* A worker is none of the manager's: its parent tells. */
	if (!join->server.is_lent)
		watch->notify = notify_new();
	watch->chain = teller(watch);
	if (make_recorder(watch, join, arguments, err) < 0 || make_tee(watch, arguments, err) < 0)
		return -1;
	return make_checksums(watch, join, arguments, err);
}

int watch_close(struct watch *watch, struct error *err)
{
	int result = 0;

	watch->chain = teller(watch);
	if (watch->recorder != NULL)
		result = recorder_close(watch->recorder, err);
	if (watch->tee != NULL && tee_close(watch->tee, err) < 0)
		result = -1;
	checksums_free(watch->checksums);
	watch->recorder = NULL;
	watch->tee = NULL;
	watch->checksums = NULL;
	return result;
}

void watch_end(struct watch *watch, const struct arguments *arguments)
{
	if (arguments != NULL && arguments_flag(arguments, "stats"))
		report_statistics(watch->report);
	report_free(watch->report);
	notify_free(watch->notify);
}
