/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts and Bluetooth addresses: notations that hold ":" themselves; inet_pton(3). */
#include "spec/cut.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

/* Whether length bytes are an IPv6 address, with "%zone" or without. */
static bool is_ipv6(const char *text, size_t length)
{
	char literal[INET6_ADDRSTRLEN];
	struct in6_addr address;
	const char *zone = memchr(text, '%', length);
	size_t end = zone != NULL ? (size_t)(zone - text) : length;

	if (zone != NULL && (end + 1 == length || memchr(zone, ':', length - end) != NULL ||
			     memchr(zone, '\\', length - end) != NULL))
		return false;
	if (end >= sizeof(literal))
		return false;
	memcpy(literal, text, end);
	literal[end] = '\0';
	return inet_pton(AF_INET6, literal, &address) == 1;
}

/* How many words with ":" between them begin at `at`; *end is behind the last. */
static size_t count_words(const char *text, size_t at, size_t *end)
{
	size_t count = 1;

	for (*end = cut_word_end(text, at); text[*end] == ':'; count++)
		*end = cut_word_end(text, *end + 1);
	return count;
}

/* Where the last of so many words ends. */
static size_t find_word_end(const char *text, size_t at, size_t words)
{
	size_t end = cut_word_end(text, at);

	while (--words > 0)
		end = cut_word_end(text, end + 1);
	return end;
}

/* Whether the colons look like those of an IPv6 address rather than of more fields. */
static bool looks_like_ipv6(const char *text, size_t at, size_t end)
{
	size_t first = strspn(text + at, "0123456789abcdefABCDEF");

	if (first > 4 || text[at + first] != ':' || at + first >= end)
		return false;
	at += first + 1;
	first = strspn(text + at, "0123456789abcdefABCDEF");
	return first <= 4 && at + first <= end && (cut_is_end(text[at + first]));
}

static int too_many(const struct cursor *cursor, const struct cut_rule *rule, size_t end)
{
	size_t length = end - cursor->at;
	int shown = length < 100 ? (int)length : 100;
	const char *text = cursor->text + cursor->at;
	char follower[32] = "";

	if (rule->follower != NULL) {
		follower[0] = ':';
		for (size_t i = 0; i < sizeof(follower) - 2 && rule->follower[i] != '\0'; i++)
			follower[i + 1] = (char)toupper((unsigned char)rule->follower[i]);
	}
	return cut_error(cursor, cursor->at, length,
			 "too many \":\" here; an IPv6 address%s%s is [%.*s]%s",
			 rule->follower != NULL ? " with a " : "",
			 rule->follower != NULL ? rule->follower : "", shown, text, follower);
}

int cut_host(struct cursor *cursor, const struct cut_rule *rule, struct buf *out, bool *literal)
{
	const char *text = cursor->text;
	size_t start = cursor->at, address_end, end, words;

	*literal = true;
	if (text[start] == '[')
		return cut_bracketed(cursor, out);
	words = count_words(text, start, &address_end);
	if (words > rule->mandatory_after) {
		end = find_word_end(text, start, words - rule->mandatory_after);
		if (is_ipv6(text + start, end - start)) {
			buf_add(out, text + start, end - start);
			cursor->at = end;
			return 0;
		}
	}
	if (is_ipv6(text + start, address_end - start) ||
	    (words > rule->fields_left && looks_like_ipv6(text, start, address_end)))
		return too_many(cursor, rule, address_end);
	*literal = false;
	return cut_word(cursor, out);
}

static bool is_hex_pair(const char *text)
{
	return isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]);
}

/* How many hex pairs stand there with ":" between them; *end is behind the last that is counted. */
static size_t count_pairs(const char *text, size_t at, size_t limit, size_t *end)
{
	size_t count = 0;

	while (count < limit && is_hex_pair(text + at) && cut_is_end(text[at + 2])) {
		*end = at + 2;
		count++;
		if (text[at + 2] != ':')
			break;
		at += 3;
	}
	return count;
}

int cut_bdaddr(struct cursor *cursor, struct buf *out, bool *literal)
{
	size_t end = cursor->at;
	size_t pairs = count_pairs(cursor->text, cursor->at, 6, &end);

	*literal = true;
	if (cursor->text[cursor->at] == '[')
		return cut_bracketed(cursor, out);
	if (pairs == 6) {
		buf_add(out, cursor->text + cursor->at, end - cursor->at);
		cursor->at = end;
		return 0;
	}
	if (pairs > 1)
		return cut_error(cursor, cursor->at, end - cursor->at,
				 "a Bluetooth address has six pairs of hex digits, not %zu", pairs);
	*literal = false;
	return cut_word(cursor, out);
}
