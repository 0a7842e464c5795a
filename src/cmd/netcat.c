/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nc's command lines in the words of this program; nc(1), ncat(1). */
#include "cmd/netcat.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/family.h"
#include "spec/spec.h"

#include <stddef.h>
#include <string.h>

struct netcat {
	bool listens, keeps, scans, is_unix;
	bool is_ncat;	     /* a word that only ncat knows */
	const char *foreign; /* what is done by another program only, as it was typed */
	const char *family, *program, *shell;
	const char *port, *source; /* of -p and -s */
	const char *words[2];	   /* host and port, a port or a path */
	int word_count;
	struct buf options;  /* of the command */
	struct buf settings; /* of the spec */
};

/* What becomes of an option. */
enum meaning {
	MARK,	 /* a flag of the line, at this place */
	TEXT,	 /* its value is kept there */
	FAMILY,	 /* the address is of this family */
	OPTION,	 /* an option of the command; $ is its value */
	SETTING, /* an option of the spec */
	FOREIGN, /* another program does that */
	NOTHING, /* is always so here, or has no counterpart */
};

#define PLACE(member) offsetof(struct netcat, member)

/* nc's letters, and what ncat calls them. "!" in front: it takes a value. */
static const struct row {
	char letter;
	const char *name;
	enum meaning meaning;
	const char *text;
	size_t place;
} rows[] = {
	{ '4', NULL, OPTION, "-4", 0 },
	{ '6', NULL, OPTION, "-6", 0 },
	{ 'C', "crlf", OPTION, "--crlf", 0 },
	{ 'G', "!", NOTHING, NULL, 0 },
	{ 'I', "!", SETTING, "so-rcvbuf=$", 0 },
	{ 'M', "!", SETTING, "ttl=$", 0 },
	{ 'O', "!", SETTING, "so-sndbuf=$", 0 },
	{ 'P', "!", NOTHING, NULL, 0 },
	{ 'T', "!", SETTING, "tos=$", 0 },
	{ 'U', "unixsock", MARK, NULL, PLACE(is_unix) },
	{ 'V', "!", NOTHING, NULL, 0 },
	{ 'X', "!proxy-type", FOREIGN, NULL, 0 },
	{ 'b', NULL, SETTING, "broadcast", 0 },
	{ 'c', "!sh-exec", TEXT, NULL, PLACE(shell) },
	{ 'e', "!exec", TEXT, NULL, PLACE(program) },
	{ 'g', "!", NOTHING, NULL, 0 },
	{ 'i', "!idle-timeout", NOTHING, NULL, 0 },
	{ 'k', "keep-open", MARK, NULL, PLACE(keeps) },
	{ 'l', "listen", MARK, NULL, PLACE(listens) },
	{ 'm', "!max-conns", OPTION, "--max $", 0 },
	{ 'o', "!output", OPTION, "--tee-back $", 0 },
	{ 'p', "!source-port", TEXT, NULL, PLACE(port) },
	{ 'q', "!", NOTHING, NULL, 0 },
	{ 's', "!source", TEXT, NULL, PLACE(source) },
	{ 't', "telnet", OPTION, "--telnet", 0 },
	{ 'u', "udp", FAMILY, "udp", 0 },
	{ 'v', "verbose", OPTION, "-v", 0 },
	{ 'w', "!wait", OPTION, "--connect-timeout $", 0 },
	{ 'x', "!proxy", FOREIGN, NULL, 0 },
	{ 'z', NULL, MARK, NULL, PLACE(scans) },
	{ 0, "!allow", NOTHING, NULL, 0 },
	{ 0, "!delay", NOTHING, NULL, 0 },
	{ 0, "!deny", NOTHING, NULL, 0 },
	{ 0, "!hex-dump", NOTHING, NULL, 0 },
	{ 0, "!lua-exec", FOREIGN, NULL, 0 },
	{ 0, "broker", OPTION, "--hub", 0 },
	{ 0, "chat", OPTION, "--hub", 0 },
	{ 0, "recv-only", OPTION, "-U", 0 },
	{ 0, "sctp", FAMILY, "sctp", 0 },
	{ 0, "send-only", OPTION, "-u", 0 },
	{ 0, "ssl", FOREIGN, NULL, 0 },
	{ 0, "vsock", FAMILY, "vsock", 0 },
};

static bool takes_value(const struct row *row)
{
	return row->name != NULL && row->name[0] == '!';
}

static const struct row *find_letter(char letter)
{
	for (size_t i = 0; i < array_length(rows); i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static const struct row *find_name(const char *name, size_t length)
{
	for (size_t i = 0; i < array_length(rows); i++) {
		const char *own = rows[i].name != NULL ? rows[i].name + takes_value(&rows[i]) : "";

		if (length > 0 && strlen(own) == length && strncmp(own, name, length) == 0)
			return &rows[i];
	}
	return NULL;
}

static void add_text(struct buf *out, const char *separator, const char *text, const char *value)
{
	size_t before = strcspn(text, "$");

	buf_print(out, "%s%.*s%s", separator, (int)before, text, text[before] == '$' ? value : "");
}

static void apply(struct netcat *line, const struct row *row, const char *word, const char *value)
{
	char *place = (char *)line + row->place;

	value = value != NULL ? value : "";
	switch (row->meaning) {
	case MARK: *(bool *)place = true; break;
	case TEXT: *(const char **)(void *)place = value; break;
	case FAMILY: line->family = row->text; break;
	case OPTION: add_text(&line->options, " ", row->text, value); break;
	case SETTING: add_text(&line->settings, ",", row->text, value); break;
	case FOREIGN: line->foreign = word; break;
	case NOTHING: break;
	}
}

/* Letters that stand together; true: the next word was the value of the last. */
static bool read_letters(struct netcat *line, const char *word, const char *next)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		const struct row *row = find_letter(*letter);
		bool has_rest = letter[1] != '\0';

		if (row == NULL)
			continue;
		apply(line, row, word, has_rest ? letter + 1 : next);
		if (takes_value(row))
			return !has_rest;
	}
	return false;
}

/* --name, --name=value or --name value. */
static bool read_name(struct netcat *line, const char *word, const char *next)
{
	size_t length = strcspn(word + 2, "=");
	const struct row *row = find_name(word + 2, length);
	bool has_value = word[2 + length] == '=';

	if (row == NULL)
		return false;
	line->is_ncat = true;
	apply(line, row, word, has_value ? word + 2 + length + 1 : next);
	return takes_value(row) && !has_value;
}

static void add_word(struct netcat *line, const char *word)
{
	if (line->word_count < 2)
		line->words[line->word_count] = word;
	line->word_count++;
}

static void read_line(struct netcat *line, int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (word[0] != '-' || word[1] == '\0')
			add_word(line, word);
		else if (word[1] != '-')
			i += read_letters(line, word, next) ? 1 : 0;
		else
			i += read_name(line, word, next) ? 1 : 0;
	}
	if (line->port != NULL && line->listens && line->word_count == 0)
		add_word(line, line->port);
}

/* "80", and "20-25" as well. */
static bool is_port(const char *word)
{
	return word != NULL && word[0] >= '0' && word[0] <= '9' &&
	       word[strspn(word, "0123456789-")] == '\0';
}

/* One of ours, as "tcp:localhost:80": then the line is no other program's. */
static bool is_spec(const char *word)
{
	struct spec spec;

	if (strcmp(word, "-") == 0)
		return true;
	if (strchr(word, ':') == NULL || spec_parse(&spec, word, family_vocabulary(), NULL) < 0)
		return false;
	spec_release(&spec);
	return true;
}

static bool is_netcat(const struct netcat *line)
{
	bool has_mark = line->listens || line->scans || line->program != NULL || line->shell != NULL;

	if (line->word_count == 0 || line->word_count > 2)
		return false;
	for (int i = 0; i < line->word_count; i++)
		if (is_spec(line->words[i]))
			return false;
	return has_mark || (line->word_count == 2 && is_port(line->words[1]));
}

static void add_host(struct buf *out, const char *host)
{
	buf_print(out, strchr(host, ':') != NULL ? "[%s]" : "%s", host);
}

static void add_spec(const struct netcat *line, struct buf *out)
{
	const char *host = line->word_count > 1 ? line->words[0] : "";
	const char *last = line->words[line->word_count > 1];

	if (line->listens && host[0] == '\0' && line->source != NULL)
		host = line->source;
	buf_print(out, "%s:", line->is_unix ? "unix" : line->family != NULL ? line->family : "tcp");
	if (!line->is_unix && (!line->listens || host[0] != '\0')) {
		add_host(out, host);
		buf_add_char(out, ':');
	}
	buf_add_string(out, last);
	if (!line->listens && (line->source != NULL || line->port != NULL)) {
		buf_add_string(out, ",bind=");
		add_host(out, line->source != NULL ? line->source : "");
		if (line->port != NULL)
			buf_print(out, ":%s", line->port);
	}
	buf_print(out, "%s", buf_text(&line->settings));
}

static void add_command(const struct netcat *line, struct buf *out)
{
	buf_add_string(out, "anysock ");
	if (line->listens)
		buf_add_string(out, line->keeps ? "listen --keep " : "listen ");
	else if (line->scans)
		buf_add_string(out, "scan ");
	add_spec(line, out);
	buf_add_string(out, buf_text(&line->options));
	if (line->program != NULL)
		buf_print(out, " -- %s", line->program);
	else if (line->shell != NULL)
		buf_print(out, " -- sh -c '%s'", line->shell);
}

/* The line as it is, as a program that the data goes through. */
static void add_foreign(const struct netcat *line, int argc, char *const *argv, struct buf *out)
{
	buf_print(out, "anysock - 'exec:%s", line->is_ncat ? "ncat" : "nc");
	for (int i = 1; i < argc; i++)
		buf_print(out, " %s", argv[i]);
	buf_add_char(out, '\'');
}

static void refuse(const struct netcat *line, int argc, char *const *argv, struct error *err)
{
	cleanup_buf struct buf text = { 0 };

	if (line->foreign != NULL) {
		add_foreign(line, argc, argv, &text);
		error_usage(err, "this is how nc is called, and %s is for it to do", line->foreign);
		error_hint(err, "data passes through it with `%s`", buf_text(&text));
		return;
	}
	add_command(line, &text);
	error_usage(err, "this is how nc is called");
	error_hint(err, "here it is `%s`", buf_text(&text));
}

bool netcat_refuse(int argc, char *const *argv, struct error *err)
{
	struct netcat line = { 0 };
	bool is_one;

	read_line(&line, argc, argv);
	is_one = is_netcat(&line);
	if (is_one)
		refuse(&line, argc, argv, err);
	buf_release(&line.options);
	buf_release(&line.settings);
	return is_one;
}
