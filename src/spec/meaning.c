/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Families by name, alias and role, and the nearest to a word that is none. */
#include "spec/meaning.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "spec/socat.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define GUESSED_LENGTH 40 /* bytes: no name is as long */

/* The first name of a role is the one that is printed. */
static const struct name role_words[] = {
	{ "listen", ROLE_LISTEN, NULL },    { "l", ROLE_LISTEN, NULL },
	{ "bind", ROLE_BIND, NULL },	    { "recv", ROLE_BIND, NULL },
	{ "recvfrom", ROLE_BIND, NULL },    { "connect", ROLE_CONNECT, NULL },
	{ "client", ROLE_CONNECT, NULL },   { "sendto", ROLE_CONNECT, NULL },
	{ "datagram", ROLE_CONNECT, NULL }, { NULL, 0, NULL },
};

const char *meaning_role_name(enum role role)
{
	return name_of(role_words, role);
}

static bool has_role(const struct shape *shape, enum role role)
{
	return (shape->roles & ROLE_BIT(role)) != 0;
}

enum role meaning_default_role(const struct shape *shape)
{
	if (shape->roles == 0 || has_role(shape, ROLE_CONNECT))
		return ROLE_CONNECT;
	return has_role(shape, ROLE_LISTEN) ? ROLE_LISTEN : ROLE_BIND;
}

static const struct shape_alias *find_alias(const struct shape *shape, const char *name,
					    size_t length)
{
	if (shape->aliases == NULL)
		return NULL;
	for (const struct shape_alias *alias = shape->aliases; alias->name != NULL; alias++)
		if (name_equal_length(name, length, alias->name))
			return alias;
	return NULL;
}

const struct shape *meaning_shape(const char *name, size_t length,
				  const struct vocabulary *vocabulary,
				  const struct shape_alias **alias)
{
	for (size_t i = 0; i < vocabulary->count; i++)
		if (name_equal_length(name, length, vocabulary->shapes[i]->name))
			return vocabulary->shapes[i];
	for (size_t i = 0; i < vocabulary->count; i++) {
		const struct shape_alias *found = find_alias(vocabulary->shapes[i], name, length);

		if (found != NULL) {
			*alias = found;
			return vocabulary->shapes[i];
		}
	}
	return NULL;
}

static const struct name *find_role(const char *word, size_t length)
{
	for (const struct name *row = role_words; row->name != NULL; row++)
		if (name_equal_length(word, length, row->name))
			return row;
	return NULL;
}

int meaning_refuse_role(const struct shape *shape, enum role role, struct error *err)
{
	if (role == ROLE_CONNECT) {
		error_usage(err, "%s cannot connect", shape->name);
		return error_hint(err, "use %s-%s", shape->name,
				  meaning_role_name(meaning_default_role(shape)));
	}
	if (role == ROLE_LISTEN) {
		error_usage(err, "%s cannot listen: it has no connections", shape->name);
		if (has_role(shape, ROLE_BIND))
			return error_hint(err, "use %s-bind, or the command recv", shape->name);
		return error_hint(err, "use the command recv or connect");
	}
	error_usage(err, "%s has no role bind", shape->name);
	if (has_role(shape, ROLE_LISTEN))
		return error_hint(err, "use %s-listen", shape->name);
	return error_hint(err, "the option bind= names the local end");
}

/* The nearest name to a word so far, as a copy. */
struct guess {
	const char *wanted;
	size_t length;
	char *nearest; /* owned */
	size_t distance;
};

/* What differs too much in length alone is not worth the measuring. */
static bool is_worth_trying(const struct guess *guess, size_t length)
{
	size_t differs = length > guess->length ? length - guess->length : guess->length - length;

	return differs <= guess->length / 3 + 1 &&
	       (guess->nearest == NULL || differs < guess->distance);
}

static void offer(struct guess *guess, const char *name, const char *role)
{
	char candidate[2 * GUESSED_LENGTH];
	struct name_guess one = { .wanted = guess->wanted };
	int length = snprintf(candidate, sizeof(candidate), "%s%s%s", name, role != NULL ? "-" : "",
			      role != NULL ? role : "");

	if (!is_worth_trying(guess, (size_t)length))
		return;
	name_guess_offer(&one, candidate);
	if (one.nearest == NULL || (guess->nearest != NULL && one.distance >= guess->distance))
		return;
	free(guess->nearest);
	guess->nearest = memory_string(candidate);
	guess->distance = one.distance;
}

/* The names of a shape, each alone and with the role that is nearest to the last part of the word. */
static void offer_shape(struct guess *guess, const struct shape *shape, const struct name *role)
{
	const char *suffix = NULL;

	if (role != NULL && has_role(shape, (enum role)role->value))
		suffix = role->name;
	offer(guess, shape->name, NULL);
	if (suffix != NULL)
		offer(guess, shape->name, suffix);
	for (const struct shape_alias *alias = shape->aliases; alias != NULL && alias->name != NULL;
	     alias++) {
		offer(guess, alias->name, NULL);
		if (suffix != NULL)
			offer(guess, alias->name, suffix);
	}
}

/* "AF_BLUETOOTH" is Bluetooth as well. */
static bool has_front(const char *word)
{
	size_t length = strnlen(word, 3);

	return name_equal_length(word, length, "af-") || name_equal_length(word, length, "pf-");
}

bool meaning_is_known_as(const struct shape *shape, const char *word)
{
	if (has_front(word))
		word += 3;
	if (name_equal(word, shape->name) || find_alias(shape, word, strlen(word)) != NULL)
		return true;
	for (const char *const *name = shape->known_as; name != NULL && *name != NULL; name++)
		if (name_equal(word, *name))
			return true;
	return false;
}

static struct guess find_nearest(const char *wanted, const struct vocabulary *vocabulary)
{
	struct guess guess = { .wanted = wanted, .length = strlen(wanted) };
	size_t suffix = meaning_role_column(wanted, guess.length);
	const struct name *role = NULL;
	const char *near;

	if (guess.length > GUESSED_LENGTH)
		return guess;
	near = suffix > 0 ? name_nearest(role_words, wanted + suffix) : NULL;
	if (near != NULL)
		role = name_find(role_words, near);
	for (size_t i = 0; i < vocabulary->count; i++)
		offer_shape(&guess, vocabulary->shapes[i], role);
	return guess;
}

/* How many bytes ":80" takes, 0 where it is none. */
static size_t find_port(const char *behind)
{
	size_t digits;

	if (behind[0] != ':')
		return 0;
	digits = strspn(behind + 1, "0123456789");
	if (digits == 0 || digits > 5 || (behind[digits + 1] != '\0' && behind[digits + 1] != ','))
		return 0;
	return digits + 1;
}

/* Whether some families are known by that word, though none has it for a name. */
static bool hint_known(const char *word, const struct vocabulary *vocabulary, struct error *err)
{
	cleanup_buf struct buf names = { 0 };

	for (size_t i = 0; i < vocabulary->count; i++)
		if (meaning_is_known_as(vocabulary->shapes[i], word))
			buf_print(&names, "%s%s", names.length > 0 ? ", " : "", vocabulary->shapes[i]->name);
	if (names.length > 0)
		error_hint(err, "did you mean %s?", buf_text(&names));
	return names.length > 0;
}

/* "http://localhost/": what a browser would connect to. */
static bool hint_url(const char *text, struct error *err)
{
	cleanup_buf struct buf host = { 0 };
	size_t scheme = strcspn(text, ":"), length;

	if (scheme == 0 || strncmp(text + scheme, "://", 3) != 0)
		return false;
	length = strcspn(text + scheme + 3, "/?#,");
	bytes_print_safe(&host, text + scheme + 3, length);
	if (memchr(text + scheme + 3, ':', length) != NULL)
		error_hint(err, "did you mean tcp:%.80s?", buf_text(&host));
	else
		error_hint(err, "did you mean tcp:%.80s:%.*s?", buf_text(&host), (int)scheme, text);
	return true;
}

/* "localhost:80", "[::1]:80", ":80" and "80": whoever types that means TCP. */
static bool hint_tcp(const char *text, struct error *err)
{
	cleanup_buf struct buf host = { 0 };
	size_t length = text[0] == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":,");
	size_t digits = strspn(text, "0123456789"), port;

	if (text[0] == '[' && text[length - 1] != ']')
		return false;
	port = find_port(text + length);
	bytes_print_safe(&host, text, length);
	if (length == 0 && port > 0)
		error_hint(err, "did you mean tcp:localhost%.*s, or to listen tcp:%.*s?", (int)port, text,
			   (int)port, text);
	else if (digits > 0 && digits <= 5 && text[digits] == '\0')
		error_hint(err, "did you mean tcp:localhost:%s, or to listen tcp::%s?", text, text);
	else if (port > 0)
		error_hint(err, "did you mean tcp:%.80s%.*s?", buf_text(&host), (int)port, text + length);
	else
		return false;
	return true;
}

/* "AA:BB:CC:DD:EE:FF" and what follows: a device of Bluetooth. */
static bool hint_device(const char *text, struct error *err)
{
	size_t at = 0;

	for (int pair = 0; pair < 6; pair++, at += 3)
		if (!isxdigit((unsigned char)text[at]) || !isxdigit((unsigned char)text[at + 1]) ||
		    (pair < 5 && text[at + 2] != ':'))
			return false;
	error_hint(err, "did you mean bt-rfcomm:%.17s:CHANNEL?", text);
	return true;
}

/* "can0", "vcan0", "slcan0": how buses are called. */
static bool hint_bus(const char *text, size_t length, struct error *err)
{
	size_t front = strcspn(text, "c");

	if (front > 2 || strncmp(text + front, "can", 3) != 0 || length == front + 3 ||
	    strspn(text + front + 3, "0123456789") != length - front - 3)
		return false;
	error_hint(err, "did you mean can:%.*s?", (int)length, text);
	return true;
}

/* The second line of an error about a word that is no name. */
static void hint_name(const char *text, size_t length, const struct vocabulary *vocabulary,
		      struct error *err)
{
	cleanup_free char *word = memory_copy(text, length);
	struct guess guess = find_nearest(word, vocabulary);
	cleanup_free char *nearest = guess.nearest;
	size_t port = find_port(text + length);

	if (hint_known(word, vocabulary, err) || hint_url(text, err) || hint_bus(text, length, err) ||
	    hint_device(text, err))
		return;
	if (nearest != NULL && 2 * guess.distance < length && (port == 0 || guess.distance <= 2))
		error_hint(err, "did you mean %s?", nearest);
	else if (!hint_tcp(text, err) && text[length] == '\0')
		error_hint(err, "a spec looks like tcp:localhost:80; anysock help lists the families");
}

static int unknown(const char *text, size_t length, const struct vocabulary *vocabulary,
		   struct error *err)
{
	cleanup_buf struct buf shown = { 0 };

	if (length == 0) {
		error_usage(err, "the name of a family expected");
		hint_tcp(text, err);
		return error_place(err, text, 0, 0);
	}
	bytes_print_safe(&shown, text, length);
	error_usage(err, "unknown family \"%.80s\"%s", buf_text(&shown),
		    shown.length > 80 ? " ..." : "");
	hint_name(text, length, vocabulary, err);
	return error_place(err, text, 0, length);
}

static void take_shape(struct meaning *meaning, const struct shape *shape)
{
	meaning->shape = shape;
	meaning->role = meaning_default_role(shape);
}

size_t meaning_role_column(const char *text, size_t length)
{
	while (length > 0 && text[length - 1] != '-' && text[length - 1] != '_')
		length--;
	return length;
}

int meaning_find(struct meaning *meaning, const char *text, size_t length,
		 const struct vocabulary *vocabulary, struct error *err)
{
	size_t suffix = meaning_role_column(text, length);
	const struct name *role = NULL;
	const struct shape *shape;

	*meaning = (struct meaning){ 0 };
	shape = meaning_shape(text, length, vocabulary, &meaning->alias);
	if (shape != NULL) {
		take_shape(meaning, shape);
		return 0;
	}
	if (socat_refuse(text, length, err) < 0)
		return -1;
	if (suffix > 0)
		role = find_role(text + suffix, length - suffix);
	if (role != NULL)
		shape = meaning_shape(text, suffix - 1, vocabulary, &meaning->alias);
	if (shape == NULL)
		return unknown(text, length, vocabulary, err);
	take_shape(meaning, shape);
	meaning->role = (enum role)role->value;
	meaning->role_given = true;
	if (has_role(shape, meaning->role) || (shape->roles == 0 && meaning->role == ROLE_CONNECT))
		return 0;
	meaning_refuse_role(shape, meaning->role, err);
	return error_place(err, text, suffix, length - suffix);
}
