/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#include "base/memory.h"
#include "base/name.h"
#include "cmd/command.h"

#define COMMAND(x) extern const struct command x##_command;
#include "cmd/commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(x) &x##_command,
#include "cmd/commands.def"
#undef COMMAND
};
const size_t command_count = array_length(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (name_equal(name, commands[i]->name))
			return commands[i];
	return NULL;
}
