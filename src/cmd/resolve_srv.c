/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a domain has a service: SRV records; RFC 2782, resolver(3). */
#include "cmd/resolve_srv.h"

#include "base/cleanup.h"
#include "base/deadline.h"
#include "base/json.h"
#include "base/libc.h"
#include "base/memory.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAXIMUM 65536

/* "_ldap._tcp.example.org" from example.org and ldap, ldap/tcp or _ldap._tcp. */
static char *service_name(const struct arguments *arguments)
{
	const char *domain = arguments->words[0];
	const char *service = arguments->word_count > 1 ? arguments->words[1] : NULL;
	const char *slash = service != NULL ? strchr(service, '/') : NULL;
	int length;

	if (service == NULL)
		return memory_string(domain);
	if (service[0] == '_')
		return memory_print("%s.%s", service, domain);
	length = slash != NULL ? (int)(slash - service) : (int)strlen(service);
	return memory_print("_%.*s._%s.%s", length, service, slash != NULL ? slash + 1 : "tcp", domain);
}

static int fail(int code, const char *name, struct error *err)
{
	switch (code) {
	case HOST_NOT_FOUND:
		return error_set(err, ERROR_RESOLVE, "%s: there is no such name", name);
	case NO_DATA:
		return error_set(err, ERROR_RESOLVE, "%s: the name has no SRV records", name);
	case TRY_AGAIN:
		error_set(err, ERROR_RESOLVE, "%s: no name server answered", name);
		return error_hint(err, "see /etc/resolv.conf");
	default:
		return error_set(err, ERROR_RESOLVE, "%s: the name server failed", name);
	}
}

/* Asks the servers of resolv.conf(5); how long the answer is. */
static int ask(const char *name, nanoseconds timeout, unsigned char *answer, struct error *err)
{
	struct __res_state state = { .options = 0 };
	int length;

	if (res_ninit(&state) < 0)
		return error_set(err, ERROR_RESOLVE, "the resolver cannot be set up");
	if (timeout > 0) {
		state.retry = 1;
		state.retrans = (int)((timeout + NANOSECONDS_PER_SECOND - 1) / NANOSECONDS_PER_SECOND);
	}
	length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, ANSWER_MAXIMUM);
	if (length < 0)
		fail(state.res_h_errno, name, err);
	res_nclose(&state);
	return length;
}

/* An answer as it is read; at is NULL once something was cut off. */
struct reader {
	const unsigned char *start, *end, *at;
};

static uint32_t take_number(struct reader *reader, size_t size)
{
	uint32_t number = 0;

	if (reader->at == NULL || (size_t)(reader->end - reader->at) < size) {
		reader->at = NULL;
		return 0;
	}
	for (size_t i = 0; i < size; i++)
		number = number << 8 | *reader->at++;
	return number;
}

static void take_name(struct reader *reader, char name[NS_MAXDNAME])
{
	int length = reader->at == NULL ? -1 :
					  dn_expand(reader->start, reader->end, reader->at, name, NS_MAXDNAME);

	reader->at = length < 0 ? NULL : reader->at + length;
}

/* musl gives the bytes of a name as they are: one with some that a terminal would obey is no host's. */
static bool is_shown(const char *name)
{
	while (*name > ' ' && *name < 0x7f)
		name++;
	return *name == '\0';
}

/* Takes a record of any type; whether it is one of SRV. */
static bool take_record(struct reader *reader, struct srv_record *record)
{
	struct reader data;
	uint32_t type, length;

	take_name(reader, record->target);
	type = take_number(reader, NS_INT16SZ);
	take_number(reader, NS_INT16SZ);
	record->ttl = take_number(reader, NS_INT32SZ);
	length = take_number(reader, NS_INT16SZ);
	data = *reader;
	if (reader->at == NULL || length > (size_t)(reader->end - reader->at)) {
		reader->at = NULL;
		return false;
	}
	reader->at += length;
	record->priority = (uint16_t)take_number(&data, NS_INT16SZ);
	record->weight = (uint16_t)take_number(&data, NS_INT16SZ);
	record->port = (uint16_t)take_number(&data, NS_INT16SZ);
	take_name(&data, record->target);
	return type == ns_t_srv && data.at != NULL && is_shown(record->target);
}

/* In which order they are to be tried: the heavier ones of a priority more often. */
static int compare(const void *a, const void *b)
{
	const struct srv_record *one = a, *other = b;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	return (one->weight < other->weight) - (one->weight > other->weight);
}

size_t srv_read(const unsigned char *answer, size_t length, struct srv_record **records)
{
	struct reader reader = { .start = answer, .end = answer + length, .at = answer };
	size_t count = 0, questions, answers;
	char name[NS_MAXDNAME];

	take_number(&reader, NS_INT32SZ); /* number and flags */
	questions = take_number(&reader, NS_INT16SZ);
	answers = take_number(&reader, NS_INT16SZ);
	take_number(&reader, NS_INT32SZ); /* how many records are in the other sections */
	for (; questions > 0 && reader.at != NULL; questions--) {
		take_name(&reader, name);
		take_number(&reader, NS_INT32SZ); /* type and class */
	}
	/* A record has eleven bytes at least. */
	if (answers > length / 11)
		answers = length / 11;
	*records = memory_array(answers + 1, sizeof(**records));
	for (; answers > 0 && reader.at != NULL; answers--)
		count += take_record(&reader, &(*records)[count]);
	qsort(*records, count, sizeof(**records), compare);
	return count;
}

static void print_json(FILE *out, const char *name, const struct srv_record *records, size_t count)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_string(&json, "name", name);
	json_open_array(&json, "records");
	for (size_t i = 0; i < count; i++) {
		json_open_object(&json, NULL);
		json_string(&json, "target", records[i].target);
		json_unsigned(&json, "port", records[i].port);
		json_unsigned(&json, "priority", records[i].priority);
		json_unsigned(&json, "weight", records[i].weight);
		json_unsigned(&json, "ttl", records[i].ttl);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

int resolve_srv(struct context *context, const struct arguments *arguments, struct error *err)
{
	char *name cleanup_free = service_name(arguments);
	unsigned char *answer cleanup_free = memory_new(ANSWER_MAXIMUM);
	struct srv_record *records cleanup_free = NULL;
	int length = ask(name, arguments_number(arguments, "timeout", 0), answer, err);
	size_t count;

	if (length < 0)
		return -1;
	count = srv_read(answer, (size_t)length, &records);
	if (count == 0)
		return fail(NO_DATA, name, err);
	if (arguments_flag(arguments, "json")) {
		print_json(context->out, name, records, count);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		fprintf(context->out, "%s:%u priority %u weight %u\n", records[i].target,
			(unsigned int)records[i].port, (unsigned int)records[i].priority,
			(unsigned int)records[i].weight);
	return 0;
}
