/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock resolve: names to addresses and back, services, protocols; getaddrinfo(3), getnameinfo(3). */
#include "base/cleanup.h"
#include "base/code.h"
#include "base/deadline.h"
#include "base/json.h"
#include "base/libc.h"
#include "base/memory.h"
#include "base/number.h"
#include "cmd/command.h"
#include "cmd/resolve_srv.h"
#include "cmd/resolver.h"
#include "core/family.h"
#include "option/flags.h"
#include "option/type.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#define PROTOCOL_MAXIMUM 262 /* IPPROTO_MPTCP */

static const struct parameter options[] = {
	{ .name = "family", .letter = 'f', .type = VALUE_CHOICE, .names = flags_domain, .help = "addresses of this family only: inet, inet6" },
	{ .name = "type", .letter = 't', .type = VALUE_CHOICE, .names = flags_type, .help = "for sockets of this type: stream, dgram, raw" },
	{ .name = "for-protocol", .type = VALUE_NUMBER, .names = flags_protocol, .minimum = 0, .maximum = 262, .help = "for sockets of this protocol: tcp, udp ..." },
	{ .name = "flags", .letter = 'F', .type = VALUE_TEXT, .argument = "NAME+NAME", .flags = PARAMETER_COMMON, .help = "AI_ flags, with --reverse NI_ flags: canonname, numerichost, namereqd ..." },
	{ .name = "all", .letter = 'a', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "every type and protocol, with canonical name and aliases" },
	{ .name = "reverse", .letter = 'r', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "HOST is an address: its name" },
	{ .name = "service", .letter = 's', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "HOST is a service, by name or port: http, 80/tcp" },
	{ .name = "protocol", .letter = 'p', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "HOST is a protocol, by name or number" },
	{ .name = "srv", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "HOST is a domain: where it has SERVICE; SRV records" },
	{ .name = NULL },
};

static const struct argument words[] = {
	{ "HOST", ARGUMENT_HOST, false, false },
	{ "SERVICE", ARGUMENT_SERVICE, true, false },
	{ .name = NULL },
};

static const char *const examples[] = {
	"anysock resolve localhost http",
	"anysock resolve --all --json example.org",
	"anysock resolve --flags canonname+addrconfig example.org",
	"anysock resolve --reverse 127.0.0.1 80",
	"anysock resolve --service 443/tcp",
	"anysock resolve --protocol sctp",
	"anysock resolve --srv example.org xmpp-client",
	"anysock resolve --srv _sip._udp.example.org",
	NULL,
};

static int read_flags(enum flags table, const struct arguments *arguments, int *flags,
		      struct error *err)
{
	const char *text = arguments_text(arguments, "flags", NULL);
	int64_t value = 0;

	if (text != NULL && flags_read_set(table, text, &value, err) < 0)
		return error_context(err, "--flags");
	*flags = (int)value;
	return 0;
}

static int read_hints(const struct arguments *arguments, struct addrinfo *hints, struct error *err)
{
	int family = AF_UNSPEC;

	if (arguments_flag(arguments, "ipv4"))
		family = AF_INET;
	if (arguments_flag(arguments, "ipv6"))
		family = AF_INET6;
	*hints = (struct addrinfo){
		.ai_family = (int)arguments_number(arguments, "family", family),
		.ai_socktype = (int)arguments_number(arguments, "type", 0),
		.ai_protocol = (int)arguments_number(arguments, "for-protocol", 0),
	};
	if (read_flags(FLAGS_ai, arguments, &hints->ai_flags, err) < 0)
		return -1;
	if (arguments_flag(arguments, "all") && !(hints->ai_flags & AI_NUMERICHOST))
		hints->ai_flags |= AI_CANONNAME;
	else if (hints->ai_socktype == 0 && hints->ai_protocol == 0)
		hints->ai_socktype = SOCK_STREAM;
	return 0;
}

/* What may help against an error of the resolver. */
static const struct hint {
	int code;
	const char *text;
} hints_of[] = {
	{ EAI_ADDRFAMILY, "the name has addresses of another family, or none" },
	{ EAI_AGAIN, "no name server answered; see /etc/resolv.conf" },
	{ EAI_BADFLAGS, "a number that is no flag, or canonname without a host" },
	{ EAI_FAIL, "the name server cannot answer; see /etc/resolv.conf" },
	{ EAI_FAMILY, "names have addresses of the families inet and inet6" },
	{ EAI_NODATA, "the name has addresses of another family, or none" },
	{ EAI_NONAME, "neither /etc/hosts nor a name server knows it; with numerichost or numericserv only numbers are read" },
	{ EAI_SERVICE, "a service may not exist for a type of socket: `anysock resolve --service NAME`" },
	{ EAI_SOCKTYPE, "no protocol of the internet has that type of socket" },
};

/* What error_gai() says, with the error's own name and what may help. */
static int fail(int code, const char *what, struct error *err)
{
	const char *symbol = code_name(code);

	error_gai(err, code, "%s", what);
	for (size_t i = 0; i < array_length(hints_of); i++)
		if (hints_of[i].code == code)
			return error_hint(err, "%s: %s", symbol, hints_of[i].text);
	return symbol != NULL && err->hint[0] == '\0' ? error_hint(err, "%s", symbol) : -1;
}

/* What a spec is to be asked by; before it stands the resolver's code, "" for none. */
static int hint_spec(const char *word, const char *code, struct error *err)
{
	if (strchr(word, ':') == NULL || family_of_spec(word) == NULL)
		return -1;
	return error_hint(err, "%sa spec and no HOST: `anysock explain --resolve %s`", code, word);
}

static void print_address(const struct addrinfo *address, struct buf *out)
{
	type_print_sockaddr(address->ai_addr, address->ai_addrlen, out);
}

static void print_lines(FILE *out, const struct addrinfo *list, bool all)
{
	if (list->ai_canonname != NULL)
		fprintf(out, "canonical %s\n", list->ai_canonname);
	for (; list != NULL; list = list->ai_next) {
		struct buf text cleanup_buf = { 0 };
		const char *protocol = flags_name(FLAGS_protocol, list->ai_protocol);
		const char *type = flags_name(FLAGS_type, list->ai_socktype);

		print_address(list, &text);
		if (all)
			fprintf(out, "%-5s %-9s %-8s ", flags_name(FLAGS_domain, list->ai_family),
				type != NULL ? type : "-", protocol != NULL ? protocol : "-");
		fprintf(out, "%s\n", buf_text(&text));
	}
}

static void json_address(struct json *json, const struct addrinfo *address)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct buf text cleanup_buf = { 0 };
	uint64_t number = 0;

	json_open_object(json, NULL);
	json_string(json, "family", flags_name(FLAGS_domain, address->ai_family));
	json_string(json, "type", flags_name(FLAGS_type, address->ai_socktype));
	json_integer(json, "protocol", address->ai_protocol);
	if (getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
		number_unsigned(port, 0, UINT16_MAX, &number, NULL);
		json_string(json, "host", host);
		json_unsigned(json, "port", number);
	}
	print_address(address, &text);
	json_string(json, "address", buf_text(&text));
	json_close_object(json);
}

static void json_aliases(struct json *json, char *const *aliases)
{
	json_open_array(json, "aliases");
	for (; aliases != NULL && *aliases != NULL; aliases++)
		json_string(json, NULL, *aliases);
	json_close_array(json);
}

/* The rest of a line. */
static void print_aliases(FILE *out, char *const *aliases)
{
	for (; *aliases != NULL; aliases++)
		fprintf(out, " %s", *aliases);
	fputc('\n', out);
}

static void json_addresses(FILE *out, const char *host, const struct addrinfo *list,
			   char *const *aliases)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_string(&json, "host", host);
	if (list->ai_canonname != NULL)
		json_string(&json, "canonical", list->ai_canonname);
	json_aliases(&json, aliases);
	json_open_array(&json, "addresses");
	for (; list != NULL; list = list->ai_next)
		json_address(&json, list);
	json_close_array(&json);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

/* getaddrinfo(3) does not tell other names, gethostbyname_r(3) does; room holds them. */
static char **find_aliases(const char *host, char *room, size_t size)
{
	struct hostent entry, *found = NULL;
	int code;

	if (gethostbyname_r(host, &entry, room, size, &found, &code) != 0 || found == NULL)
		return NULL;
	return found->h_aliases;
}

static int forward(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *host = arguments->words[0];
	const char *service = arguments->word_count > 1 ? arguments->words[1] : NULL;
	bool all = arguments_flag(arguments, "all");
	struct addrinfo hints, *list = NULL;
	char **aliases = NULL, room[4096];
	int code;

	if (read_hints(arguments, &hints, err) < 0)
		return -1;
	code = resolver_ask(host[0] != '\0' ? host : NULL, service, &hints,
			    arguments_number(arguments, "timeout", 0), &list);
	if (code == RESOLVER_TIMEOUT)
		return error_set(err, ERROR_TIMEOUT, "%s: no answer in the time of --timeout", host);
	if (code != 0) {
		fail(code, host, err);
		return code == EAI_NONAME ? hint_spec(host, "EAI_NONAME: ", err) : -1;
	}
	if (all)
		aliases = find_aliases(host, room, sizeof(room));
	if (arguments_flag(arguments, "json")) {
		json_addresses(context->out, host, list, aliases);
	} else {
		print_lines(context->out, list, all);
		for (; aliases != NULL && *aliases != NULL; aliases++)
			fprintf(context->out, "alias %s\n", *aliases);
	}
	freeaddrinfo(list);
	return 0;
}

static void print_names(struct context *context, bool as_json, const char *host,
			const char *service, bool has_service)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	if (!as_json) {
		fprintf(context->out, has_service ? "%s %s\n" : "%s\n", host, service);
		return;
	}
	json_open_object(&json, NULL);
	json_string(&json, "host", host);
	if (has_service)
		json_string(&json, "service", service);
	json_close_object(&json);
	fprintf(context->out, "%s\n", buf_text(&text));
}

static int reverse(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *word = arguments->words[0];
	bool has_port = arguments->word_count > 1;
	struct sockaddr_storage address;
	char host[NI_MAXHOST], service[NI_MAXSERV];
	uint64_t port = 0;
	socklen_t length;
	int flags, code;

	if (read_flags(FLAGS_ni, arguments, &flags, err) < 0)
		return -1;
	if (type_read_sockaddr(word, &address, sizeof(address), NULL) < 0) {
		error_usage(err, "\"%s\" is not an IP address, with or without a port", word);
		return hint_spec(word, "", err);
	}
	if (has_port && number_unsigned(arguments->words[1], 0, UINT16_MAX, &port, err) < 0)
		return error_context(err, "port");
	length = address.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
						 sizeof(struct sockaddr_in);
	if (has_port) /* at the same place in both */
		((struct sockaddr_in *)&address)->sin_port = htons((uint16_t)port);
	has_port = ((struct sockaddr_in *)&address)->sin_port != 0;
	code = getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), service,
			   sizeof(service), flags);
	if (code != 0)
		return fail(code, word, err);
	print_names(context, arguments_flag(arguments, "json"), host, service, has_port);
	return 0;
}

static void print_service(struct context *context, bool as_json, const struct servent *entry)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	unsigned int port = ntohs((uint16_t)entry->s_port);

	if (!as_json) {
		fprintf(context->out, "%s %u/%s", entry->s_name, port, entry->s_proto);
		print_aliases(context->out, entry->s_aliases);
		return;
	}
	json_open_object(&json, NULL);
	json_string(&json, "service", entry->s_name);
	json_unsigned(&json, "port", port);
	json_string(&json, "protocol", entry->s_proto);
	json_aliases(&json, entry->s_aliases);
	json_close_object(&json);
	fprintf(context->out, "%s\n", buf_text(&text));
}

static bool is_service(const struct servent *entry, const char *name, uint64_t port)
{
	if (port != 0)
		return ntohs((uint16_t)entry->s_port) == port;
	for (char **alias = entry->s_aliases; *alias != NULL; alias++)
		if (strcmp(*alias, name) == 0)
			return true;
	return strcmp(entry->s_name, name) == 0;
}

/* "http", "http/tcp", "80", "80/udp"; without a protocol all that have it. */
static int service(struct context *context, const struct arguments *arguments, struct error *err)
{
	char *name cleanup_free = memory_string(arguments->words[0]);
	char *wanted = strchr(name, '/');
	struct servent entry, *found;
	char room[4096];
	uint64_t port = 0;
	bool any = false;

	if (wanted != NULL)
		*wanted++ = '\0';
	number_unsigned(name, 1, UINT16_MAX, &port, NULL);
	setservent(1);
	while (getservent_r(&entry, room, sizeof(room), &found) == 0) {
		if (!is_service(&entry, name, port) ||
		    (wanted != NULL && !name_equal(wanted, entry.s_proto)))
			continue;
		print_service(context, arguments_flag(arguments, "json"), &entry);
		any = true;
	}
	endservent();
	if (!any)
		return error_set(err, ERROR_RESOLVE, "there is no service \"%s\"",
				 arguments->words[0]);
	return 0;
}

/* The system's row, or of those that it does not have the name and number of ours; -1 where none has it. */
static int find_protocol(const char *word, struct protoent *entry)
{
	static char *no_aliases[] = { NULL };
	const struct protoent *found;
	int64_t number;

	if (!flags_find(FLAGS_protocol, word, &number) &&
	    number_signed(word, 0, PROTOCOL_MAXIMUM, &number, NULL) < 0)
		number = -1;
	found = getprotobyname(word);
	if (found == NULL && number >= 0)
		found = getprotobynumber((int)number);
	if (found != NULL) {
		*entry = *found;
		return 0;
	}
	*entry = (struct protoent){ .p_name = (char *)flags_name(FLAGS_protocol, number),
				    .p_aliases = no_aliases,
				    .p_proto = (int)number };
	return entry->p_name != NULL ? 0 : -1;
}

static int protocol(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *word = arguments->words[0];
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	struct protoent entry;

	if (find_protocol(word, &entry) < 0)
		return error_set(err, ERROR_RESOLVE, "there is no protocol \"%s\"", word);
	if (!arguments_flag(arguments, "json")) {
		fprintf(context->out, "%s %d", entry.p_name, entry.p_proto);
		print_aliases(context->out, entry.p_aliases);
		return 0;
	}
	json_open_object(&json, NULL);
	json_string(&json, "protocol", entry.p_name);
	json_integer(&json, "number", entry.p_proto);
	json_aliases(&json, entry.p_aliases);
	json_close_object(&json);
	fprintf(context->out, "%s\n", buf_text(&text));
	return 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	int kinds = arguments_flag(arguments, "reverse") + arguments_flag(arguments, "service") +
		    arguments_flag(arguments, "protocol") + arguments_flag(arguments, "srv");
	int status;

	if (kinds > 1)
		return error_usage(err, "resolve: one of --reverse, --service, --protocol and --srv");
	if (arguments_flag(arguments, "reverse"))
		status = reverse(context, arguments, err);
	else if (arguments_flag(arguments, "service"))
		status = service(context, arguments, err);
	else if (arguments_flag(arguments, "protocol"))
		status = protocol(context, arguments, err);
	else if (arguments_flag(arguments, "srv"))
		status = resolve_srv(context, arguments, err);
	else
		status = forward(context, arguments, err);
	return status < 0 ? error_context(err, "resolve") : 0;
}

const struct command resolve_command = {
	.name = "resolve",
	.summary = "look names, addresses, services and protocols up",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
