/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completing an address spec: families, what this machine has for their fields, options; proc_net(5), sysfs(5). */
#include "shell/completing.h"

#include "base/memory.h"
#include "base/name.h"
#include "option/sockopt.h"
#include "shell/ports.h"

#include <ctype.h>
#include <dirent.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNIX_PATH 7 /* the column in /proc/net/unix */

/* A field at the cursor: before is all of the word in front of it. */
struct place_in_spec {
	const struct family *family;
	const struct shape_field *field;
	char *before;
	const char *typed;
};

void completing_offer(struct completing *completing, const char *text, const char *help,
		      bool is_part)
{
	if (strncasecmp(text, completing->word, completing->length) == 0)
		completions_add(completing->list, text, help, is_part);
}

void completing_offer_files(struct completing *completing, const char *before, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *folder cleanup_free = memory_copy(path, length);
	DIR *open = opendir(length > 0 ? folder : ".");
	const struct dirent *entry;

	while (open != NULL && (entry = readdir(open)) != NULL) {
		char *text cleanup_free = memory_print("%s%s%s%s", before, folder, entry->d_name,
						       entry->d_type == DT_DIR ? "/" : "");

		if (entry->d_name[0] != '.' || path[length] == '.')
			completing_offer(completing, text, NULL, entry->d_type == DT_DIR);
	}
	if (open != NULL)
		closedir(open);
}

static void offer_behind(struct completing *completing, const struct place_in_spec *place,
			 const char *text, const char *help)
{
	char *whole cleanup_free = memory_print("%s%s", place->before, text);

	completing_offer(completing, whole, help, true);
}

static void offer_interfaces(struct completing *completing, const struct place_in_spec *place)
{
	struct if_nameindex *all = if_nameindex();

	for (size_t i = 0; all != NULL && all[i].if_name != NULL; i++)
		offer_behind(completing, place, all[i].if_name, "an interface");
	if (all != NULL)
		if_freenameindex(all);
}

static void offer_controllers(struct completing *completing, const struct place_in_spec *place)
{
	DIR *open = opendir("/sys/class/bluetooth");
	const struct dirent *entry;

	while (open != NULL && (entry = readdir(open)) != NULL)
		if (strncmp(entry->d_name, "hci", 3) == 0 && strchr(entry->d_name, ':') == NULL)
			offer_behind(completing, place, entry->d_name, "a Bluetooth controller");
	if (open != NULL)
		closedir(open);
}

/* The column with that number, from 0, of a table of the kernel's; the line's end is behind the last. */
static const char *column_of(const char *line, size_t number)
{
	line += strspn(line, " ");
	for (size_t i = 0; i < number; i++) {
		line += strcspn(line, " \n");
		line += strspn(line, " \n");
	}
	return line;
}

/* Ports at which something listens, or is bound, here. */
static void offer_taken_ports(struct completing *completing, const struct place_in_spec *place, int protocol)
{
	const char *help = protocol == IPPROTO_TCP ? "something listens there" : "something is bound there";
	struct ports ports = { 0 };
	char text[16];

	ports_find(&ports, protocol);
	for (size_t i = 0; i < ports.count; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned int)ports.items[i]);
		offer_behind(completing, place, text, help);
	}
	ports_release(&ports);
}

/* Names of services(5). */
static void offer_services(struct completing *completing, const struct place_in_spec *place, const char *protocol)
{
	FILE *file = fopen("/etc/services", "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *rest, *name, *number;

		line[strcspn(line, "#\n")] = '\0';
		name = strtok_r(line, " \t", &rest);
		number = strtok_r(NULL, " \t", &rest);
		if (number == NULL || strcmp(number + strcspn(number, "/"), protocol) != 0)
			continue;
		for (; name != NULL; name = strtok_r(NULL, " \t", &rest))
			offer_behind(completing, place, name, "a service");
	}
	if (file != NULL)
		fclose(file);
}

static void offer_ports(struct completing *completing, const struct place_in_spec *place)
{
	static const struct {
		int protocol;
		const char *services;
	} sources[] = {
		{ IPPROTO_TCP, "/tcp" },  { IPPROTO_UDP, "/udp" },  { IPPROTO_UDPLITE, "/udp" },
		{ IPPROTO_SCTP, "/tcp" }, { IPPROTO_DCCP, "/tcp" },
	};
	/* of services there are hundreds, and none begins as a number does */
	bool is_name = isalpha((unsigned char)*place->typed) != 0;
	int protocol = place->family->protocol == IPPROTO_MPTCP ? IPPROTO_TCP : place->family->protocol;

	if (!is_name)
		offer_taken_ports(completing, place, protocol);
	for (size_t i = 0; i < array_length(sources) && is_name; i++)
		if (sources[i].protocol == protocol)
			offer_services(completing, place, sources[i].services);
}

/* UNIX sockets that are bound, in the file system or abstract. */
static void offer_sockets(struct completing *completing, const struct place_in_spec *place)
{
	FILE *file = fopen("/proc/net/unix", "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *path = column_of(line, UNIX_PATH);

		line[strcspn(line, "\n")] = '\0';
		if (*path == '/' || *path == '@')
			offer_behind(completing, place, path, "a socket");
	}
	if (file != NULL)
		fclose(file);
	if (strchr(place->typed, '/') != NULL)
		completing_offer_files(completing, place->before, place->typed);
}

static void offer_paths(struct completing *completing, const struct place_in_spec *place)
{
	if (place->family->domain == AF_UNIX)
		offer_sockets(completing, place);
	else
		completing_offer_files(completing, place->before, place->typed);
}

static void offer_hosts(struct completing *completing, const struct place_in_spec *place)
{
	offer_behind(completing, place, "localhost", "this host");
	offer_behind(completing, place, "127.0.0.1", "this host");
	offer_behind(completing, place, "[::1]", "this host");
}

static const struct {
	const char *field;
	void (*offer)(struct completing *completing, const struct place_in_spec *place);
} kinds[] = {
	{ "interface", offer_interfaces }, { "controller", offer_controllers },
	{ "device", offer_controllers },   { "port", offer_ports },
	{ "path", offer_paths },	   { "host", offer_hosts },
};


static void offer_field(struct completing *completing, const struct place_in_spec *place)
{
	const struct shape_field *field = place->field;

	for (const struct name *row = field->names; row != NULL && row->name != NULL; row++)
		offer_behind(completing, place, row->name, row->help);
	for (size_t i = 0; i < array_length(kinds); i++)
		if (strcmp(kinds[i].field, field->name) == 0)
			kinds[i].offer(completing, place);
	if (*place->typed == '\0' && completing->list->count == 0)
		completions_add(completing->list, field->name, field->help, true);
}

/* The colon that ends the field, or the end of the text; those in brackets and quotes are its own. */
static size_t field_length(const char *text)
{
	char closing = '\0';
	size_t i;

	for (i = 0; text[i] != '\0' && (closing != '\0' || text[i] != ':'); i++)
		if (closing != '\0')
			closing = text[i] == closing ? '\0' : closing;
		else if (text[i] == '[' || text[i] == '"' || text[i] == '\'')
			closing = text[i] == '[' ? ']' : text[i];
	return i;
}

static void offer_variants(struct completing *completing, const struct place_in_spec *place)
{
	for (const struct shape_variant *row = place->family->shape.variants; row->word != NULL; row++)
		offer_behind(completing, place, row->word, "a kind of this family");
}

static const struct shape_field *fields_of(const struct shape *shape, const char *word)
{
	size_t length = field_length(word);

	for (const struct shape_variant *row = shape->variants; row != NULL && row->word != NULL; row++)
		if (name_equal_length(word, length, row->word))
			return row->fields;
	return shape->fields;
}

/* Which of the fields the cursor is in. */
static void offer_address(struct completing *completing, const struct family *family, const char *address)
{
	const struct shape *shape = &family->shape;
	const struct shape_field *field = fields_of(shape, address);
	struct place_in_spec place = { .family = family, .typed = address };

	while (field != NULL && field->name != NULL && place.typed[field_length(place.typed)] == ':' &&
	       field->kind != FIELD_REST && field->kind != FIELD_COMMAND) {
		place.typed += field_length(place.typed) + 1;
		field++;
	}
	place.field = field;
	place.before = memory_copy(completing->word, (size_t)(place.typed - completing->word));
	if (place.typed == address && shape->variants != NULL)
		offer_variants(completing, &place);
	else if (field != NULL && field->name != NULL)
		offer_field(completing, &place);
	free(place.before);
}

/* An option behind the last comma: the family's own, those of all, and socket options. */
static void offer_options(struct completing *completing, const struct family *family)
{
	const char *comma = strrchr(completing->word, ',');
	char *before cleanup_free = memory_copy(completing->word, (size_t)(comma - completing->word) + 1);
	const struct parameter *const tables[] = { family->parameters, target_common_parameters };

	for (size_t table = 0; table < array_length(tables); table++)
		for (const struct parameter *row = tables[table]; row != NULL && row->name != NULL; row++) {
			char *text cleanup_free = memory_print("%s%s%s", before, row->name, row->type == VALUE_FLAG ? "" : "=");

			completing_offer(completing, text, row->help, true);
		}
	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);
		char *text cleanup_free = memory_print("%s%s=", before, sockopt_name(row));

		if (family->levels != NULL && sockopt_find(sockopt_name(row), family->levels, true) == row)
			completing_offer(completing, text, sockopt_help(row), true);
	}
}

/* Once a "-" is typed: before it there would be thrice as many. */
static void offer_roles(struct completing *completing, const struct family *family)
{
	static const struct {
		const char *word;
		enum role role;
	} roles[] = { { "-listen", ROLE_LISTEN }, { "-bind", ROLE_BIND } };

	for (size_t i = 0; i < array_length(roles); i++) {
		char *text cleanup_free = memory_print("%s%s:", family->shape.name, roles[i].word);

		if (family->shape.roles & ROLE_BIT(roles[i].role))
			completing_offer(completing, text, family->summary, true);
	}
}

static void offer_families(struct completing *completing)
{
	for (size_t i = 0; i < family_count; i++) {
		char *text cleanup_free = memory_print("%s:", families[i]->shape.name);

		completing_offer(completing, text, families[i]->summary, true);
		if (strchr(completing->word, '-') != NULL)
			offer_roles(completing, families[i]);
	}
}

/* The whole name first, then less its role. */
static const struct family *family_of(const char *word)
{
	size_t length = strcspn(word, ":,");
	char *name cleanup_free = memory_copy(word, length);
	const struct family *family = family_find(name);
	char *dash = strrchr(name, '-');

	if (family != NULL || dash == NULL)
		return family;
	*dash = '\0';
	return family_find(name);
}

static void offer_open(struct completing *completing)
{
	for (size_t i = 0; i < completing->shell->channel_count; i++) {
		char *text cleanup_free = memory_print("$%s", completing->shell->channels[i]->name);

		completing_offer(completing, text, "what reaches this endpoint", false);
	}
}

void completing_offer_spec(struct completing *completing)
{
	const char *word = completing->word;
	const char *colon = strchr(word, ':');
	const struct family *family = colon != NULL || strchr(word, ',') != NULL ? family_of(word) : NULL;

	if (*word == '/')
		completing_offer_files(completing, "", word);
	else if (family == NULL)
		offer_families(completing);
	else if (strchr(word, ',') != NULL)
		offer_options(completing, family);
	else if (colon != NULL)
		offer_address(completing, family, colon + 1);
	if (*word == '$' || *word == '\0')
		offer_open(completing);
}
