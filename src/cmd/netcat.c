/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nc's command lines in the words of this program; nc(1), ncat(1). */
#include "cmd/netcat.h"

#include "base/buf.h"
#include "base/cleanup.h"

#include <string.h>

struct netcat {
	bool listens, keeps, scans, is_udp, is_unix;
	const char *program;
	const char *port;     /* of -p */
	const char *words[2]; /* host and port, a port or a path */
	int word_count;
};

/* Those of nc's letters that take a value. */
static const char with_value[] = "cegGiIMmOopPqsTVwxX";

static void read_letter(struct netcat *line, char letter, const char *value)
{
	switch (letter) {
	case 'l': line->listens = true; break;
	case 'k': line->keeps = true; break;
	case 'z': line->scans = true; break;
	case 'u': line->is_udp = true; break;
	case 'U': line->is_unix = true; break;
	case 'p': line->port = value; break;
	case 'c':
	case 'e': line->program = value; break;
	default: break;
	}
}

/* Letters that stand together; true: the next word was the value of the last. */
static bool read_letters(struct netcat *line, const char *letters, const char *next)
{
	for (; *letters != '\0'; letters++) {
		bool takes_rest = strchr(with_value, *letters) != NULL && letters[1] != '\0';

		if (strchr(with_value, *letters) == NULL) {
			read_letter(line, *letters, NULL);
			continue;
		}
		read_letter(line, *letters, takes_rest ? letters + 1 : next);
		return !takes_rest;
	}
	return false;
}

static void read_line(struct netcat *line, int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (argv[i][0] == '-' && argv[i][1] != '-' && argv[i][1] != '\0')
			i += read_letters(line, argv[i] + 1, next) ? 1 : 0;
		else if (argv[i][0] != '-' && line->word_count++ < 2)
			line->words[line->word_count - 1] = argv[i];
	}
	if (line->port != NULL && line->listens && line->word_count == 0)
		line->words[line->word_count++] = line->port;
}

/* "80", and "20-25" as well. */
static bool is_port(const char *word)
{
	return word != NULL && word[0] >= '0' && word[0] <= '9' &&
	       word[strspn(word, "0123456789-")] == '\0';
}

static void add_spec(const struct netcat *line, struct buf *out)
{
	const char *host = line->word_count > 1 ? line->words[0] : "";
	const char *last = line->words[line->word_count > 1];

	if (line->is_unix)
		buf_print(out, "unix:%s", last);
	else if (line->listens && host[0] == '\0')
		buf_print(out, "%s:%s", line->is_udp ? "udp" : "tcp", last);
	else
		buf_print(out, strchr(host, ':') != NULL ? "%s:[%s]:%s" : "%s:%s:%s",
			  line->is_udp ? "udp" : "tcp", host, last);
}

static void add_command(const struct netcat *line, struct buf *out)
{
	buf_add_string(out, "anysock ");
	if (line->listens)
		buf_add_string(out, line->keeps ? "listen --keep " : "listen ");
	else if (line->scans)
		buf_add_string(out, "scan ");
	add_spec(line, out);
	if (line->program != NULL)
		buf_print(out, " -- %s", line->program);
}

bool netcat_refuse(int argc, char *const *argv, struct error *err)
{
	struct netcat line = { 0 };
	cleanup_buf struct buf text = { 0 };
	bool has_mark;

	read_line(&line, argc, argv);
	has_mark = line.listens || line.scans || line.program != NULL;
	if (line.word_count == 0 || line.word_count > 2 ||
	    !(has_mark || (line.word_count == 2 && is_port(line.words[1]))))
		return false;
	add_command(&line, &text);
	error_usage(err, "this is how nc is called");
	error_hint(err, "here it is `%s`", buf_text(&text));
	return true;
}
