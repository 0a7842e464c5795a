/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rewriting addresses of socat(1), and words that people try from elsewhere: tables of patterns. */
#include "spec/socat.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"
#include "spec/cut.h"

#include <ctype.h>
#include <string.h>

/* When a row applies. */
enum condition {
	ALWAYS,
	HEX_LAST,    /* the last field is bytes in socat's own notation: x0016... */
	TYPE_ABSENT, /* no option type= */
	FORKS,	     /* the option fork */
	BARE,	     /* no address */
};

/*
 * In a pattern $1 to $4 are the fields, $* the whole address, $q the address
 * between single quotes, $x the last field as hex:, $o the options. A pattern
 * that begins with "!" is advice and no spec.
 */
struct row {
	const char *name;
	const char *pattern;
	enum condition condition;
	size_t fields; /* so many, or 0: any number */
};

static const struct row rows[] = {
	{ "abstract-client", "unix:@$*$o", ALWAYS, 0 },
	{ "abstract-connect", "unix:@$*$o", ALWAYS, 0 },
	{ "abstract-listen", "unix-listen:@$*$o", ALWAYS, 0 },
	{ "abstract-recv", "unix-bind:@$*,type=dgram$o", ALWAYS, 0 },
	{ "abstract-recvfrom", "unix-bind:@$*,type=dgram$o", ALWAYS, 0 },
	{ "abstract-sendto", "unix:@$*,type=dgram$o", ALWAYS, 0 },
	{ "accept", "fd:$*$o", ALWAYS, 0 },
	{ "accept-fd", "fd:$*$o", ALWAYS, 0 },
	{ "gopen", "file:$*$o", ALWAYS, 0 },
	{ "interface", "packet:$*", ALWAYS, 0 },
	{ "openssl", "exec:openssl s_client -quiet -connect $1:$2", ALWAYS, 0 },
	{ "openssl-connect", "exec:openssl s_client -quiet -connect $1:$2", ALWAYS, 0 },
	{ "openssl-dtls-client", "exec:openssl s_client -dtls -quiet -connect $1:$2", ALWAYS, 0 },
	{ "openssl-dtls-server", "!TLS is for another program: openssl s_server -dtls", ALWAYS, 0 },
	{ "openssl-listen", "!TLS is for another program in front of tcp-listen:$1", ALWAYS, 0 },
	{ "posixmq-bidirectional", "!POSIX message queues are no sockets", ALWAYS, 0 },
	{ "posixmq-read", "!POSIX message queues are no sockets", ALWAYS, 0 },
	{ "posixmq-receive", "!POSIX message queues are no sockets", ALWAYS, 0 },
	{ "posixmq-send", "!POSIX message queues are no sockets", ALWAYS, 0 },
	{ "posixmq-write", "!POSIX message queues are no sockets", ALWAYS, 0 },
	{ "proxy", "exec:nc -X connect -x $1:8080 $2 $3", ALWAYS, 0 },
	{ "proxy-connect", "exec:nc -X connect -x $1:8080 $2 $3", ALWAYS, 0 },
	{ "readline", "!lines are edited in the command shell", ALWAYS, 0 },
	{ "shell", "exec:sh$o", BARE, 0 },
	{ "shell", "exec:sh -c $q$o", ALWAYS, 0 },
	{ "socket-connect", "socket:$1:stream:$2:$x$o", HEX_LAST, 3 },
	{ "socket-datagram", "socket:$1:$2:$3:$x$o", HEX_LAST, 4 },
	{ "socket-listen", "socket-listen:$1:stream:$2:$x$o", HEX_LAST, 3 },
	{ "socket-recv", "socket-bind:$1:$2:$3:$x$o", HEX_LAST, 4 },
	{ "socket-recvfrom", "socket-bind:$1:$2:$3:$x$o", HEX_LAST, 4 },
	{ "socket-sendto", "socket:$1:$2:$3:$x$o", HEX_LAST, 4 },
	{ "socketpair", "!two programs are joined by the command pair", ALWAYS, 0 },
	{ "socks4", "exec:nc -X 4 -x $1:1080 $2 $3", ALWAYS, 0 },
	{ "socks4a", "exec:nc -X 4 -x $1:1080 $2 $3", ALWAYS, 0 },
	{ "socks5", "exec:nc -X 5 -x $1:$2 $3 $4", ALWAYS, 4 },
	{ "socks5", "exec:nc -X 5 -x $1:1080 $2 $3", ALWAYS, 0 },
	{ "socks5-connect", "exec:nc -X 5 -x $1:$2 $3 $4", ALWAYS, 4 },
	{ "socks5-connect", "exec:nc -X 5 -x $1:1080 $2 $3", ALWAYS, 0 },
	{ "ssl", "exec:openssl s_client -quiet -connect $1:$2", ALWAYS, 0 },
	{ "stderr", "fd:2", ALWAYS, 0 },
	{ "stdin", "fd:0", ALWAYS, 0 },
	{ "stdout", "fd:1", ALWAYS, 0 },
	{ "system", "exec:sh -c $q$o", ALWAYS, 0 },
	{ "udp-recvfrom", "udp-listen:$*$o", FORKS, 0 },
	{ "udp4-recvfrom", "udp4-listen:$*$o", FORKS, 0 },
	{ "udp6-recvfrom", "udp6-listen:$*$o", FORKS, 0 },
	{ "unix-recv", "unix-bind:$*,type=dgram$o", TYPE_ABSENT, 0 },
	{ "unix-recvfrom", "unix-bind:$*,type=dgram$o", TYPE_ABSENT, 0 },
	{ "unix-sendto", "unix:$*,type=dgram$o", TYPE_ABSENT, 0 },
};

/* Of none in particular. */
static const struct row common[] = {
	{ "dev", "file:$*$o", ALWAYS, 0 },
	{ "dtls", "exec:openssl s_client -dtls -quiet -connect $1:$2", ALWAYS, 2 },
	{ "serial", "file:$*$o", ALWAYS, 0 },
	{ "telnet", "tcp:$1:23,telnet$o", ALWAYS, 1 },
	{ "telnet", "tcp:$1:$2,telnet$o", ALWAYS, 2 },
	{ "tls", "exec:openssl s_client -quiet -connect $1:$2", ALWAYS, 2 },
	{ "tty", "file:$*$o", ALWAYS, 0 },
	{ "uart", "file:$*$o", ALWAYS, 0 },
	{ "ws", "!WebSockets are for another program, as in exec:websocat -b ws:$*", ALWAYS, 0 },
	{ "wss", "!WebSockets are for another program, as in exec:websocat -b wss:$*", ALWAYS, 0 },
};

#define FIELDS_MAX 8

/* A piece of the text, borrowed. */
struct piece {
	const char *bytes;
	size_t length;
};

struct address {
	struct piece name, whole, options;
	struct piece fields[FIELDS_MAX];
	size_t count;
};

static void cut(struct address *address, const char *text, size_t length)
{
	size_t at = length, end = length;

	*address = (struct address){ .name = { text, length } };
	while (text[end] == ':') {
		at = end + 1;
		/* an address of IPv6 keeps its colons */
		end = cut_word_end(text, text[at] == '[' ? at + strcspn(text + at, "]") : at);
		if (address->count < FIELDS_MAX)
			address->fields[address->count++] = (struct piece){ text + at, end - at };
	}
	if (address->count > 0)
		address->whole = (struct piece){ text + length + 1, end - length - 1 };
	address->options = (struct piece){ text + end, strlen(text + end) };
}

static bool is_hex(struct piece piece)
{
	if (piece.length < 2 || piece.bytes[0] != 'x')
		return false;
	for (size_t i = 1; i < piece.length; i++)
		if (!isxdigit((unsigned char)piece.bytes[i]))
			return false;
	return true;
}

static bool has_option(const struct address *address, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = address->options.bytes; (at = strchr(at, ',')) != NULL;) {
		at++;
		if (strncasecmp(at, name, length) == 0 &&
		    (at[length] == '\0' || at[length] == ',' || at[length] == '='))
			return true;
	}
	return false;
}

static bool applies(const struct row *row, const struct address *address)
{
	if (row->fields > 0 && address->count != row->fields)
		return false;
	switch (row->condition) {
	case HEX_LAST:
		return address->count > 0 && is_hex(address->fields[address->count - 1]);
	case TYPE_ABSENT:
		return !has_option(address, "type") && !has_option(address, "so-type") &&
		       !has_option(address, "socktype");
	case FORKS:
		return has_option(address, "fork");
	case BARE:
		return address->whole.length == 0;
	case ALWAYS:
		break;
	}
	return true;
}

/* Without the quotes around it: socat takes one level of them off. */
static struct piece unquoted(struct piece piece)
{
	if (piece.length < 2 || !cut_is_quote(piece.bytes[0]) ||
	    piece.bytes[piece.length - 1] != piece.bytes[0])
		return piece;
	return (struct piece){ piece.bytes + 1, piece.length - 2 };
}

static void add_shell_quoted(struct buf *out, struct piece piece)
{
	piece = unquoted(piece);
	buf_add_char(out, '\'');
	for (size_t i = 0; i < piece.length; i++) {
		if (piece.bytes[i] == '\'')
			buf_add_string(out, "'\\'");
		buf_add_char(out, piece.bytes[i]);
	}
	buf_add_char(out, '\'');
}

static void add_piece(struct buf *out, const struct address *address, char which)
{
	struct piece piece = { "", 0 };

	if (which == '*') {
		piece = address->whole;
	} else if (which == 'o') {
		piece = address->options;
	} else if (which == 'q') {
		add_shell_quoted(out, address->whole);
	} else if (which == 'x') {
		piece = address->fields[address->count - 1];
		buf_print(out, "hex:%.*s", (int)piece.length - 1, piece.bytes + 1);
		return;
	} else if ((size_t)(which - '0') <= address->count) {
		piece = address->fields[which - '1'];
	}
	buf_add(out, piece.bytes, piece.length);
}

static void rewrite(struct buf *out, const char *pattern, const struct address *address)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '$')
			add_piece(out, address, *++pattern);
		else
			buf_add_char(out, *pattern);
	}
}

static int refuse(const struct row *row, const char *whose, const struct address *address, struct error *err)
{
	bool is_advice = row->pattern[0] == '!';
	cleanup_buf struct buf spec = { 0 }, shown = { 0 };

	rewrite(&spec, row->pattern + is_advice, address);
	bytes_print_safe(&shown, spec.data, spec.length);
	error_usage(err, "%s%.*s is written otherwise here", whose, (int)address->name.length,
		    address->name.bytes);
	if (is_advice)
		error_hint(err, "%s", buf_text(&shown));
	else
		error_hint(err, "write %s", buf_text(&shown));
	return error_place(err, address->name.bytes, 0, address->name.length);
}

static int refuse_by(const struct row *table, size_t count, const char *whose, const char *text, size_t length,
		     struct error *err)
{
	struct address address;

	for (size_t i = 0; i < count; i++) {
		if (!name_equal_length(text, length, table[i].name))
			continue;
		cut(&address, text, length);
		if (applies(&table[i], &address))
			return refuse(&table[i], whose, &address, err);
	}
	return 0;
}

int socat_refuse(const char *text, size_t length, struct error *err)
{
	if (refuse_by(rows, array_length(rows), "socat's ", text, length, err) < 0)
		return -1;
	return refuse_by(common, array_length(common), "", text, length, err);
}
