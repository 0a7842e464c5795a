/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses in values of the kernel: sockaddr, interfaces, hardware; inet_pton(3), if_nametoindex(3). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/interface.h"
#include "option/type_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int type_interface(const char *text, unsigned int *index, struct error *err)
{
	uint64_t number;

	*index = interface_index(text);
	if (*index != 0)
		return 0;
	if (number_unsigned(text, 0, UINT32_MAX, &number, NULL) == 0) {
		*index = (unsigned int)number;
		return 0;
	}
	errno = ENODEV;
	error_system(err, "interface %s", text);
	return error_hint(err, "`anysock interfaces` lists those there are");
}

void print_interface(unsigned int index, struct buf *out)
{
	char name[IF_NAMESIZE];

	if (index != 0 && if_indextoname(index, name) != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%u", index);
}

static int read_port(const char *text, in_port_t *port, struct error *err)
{
	uint64_t number;

	if (number_unsigned(text, 0, UINT16_MAX, &number, err) < 0)
		return error_context(err, "port");
	*port = htons((uint16_t)number);
	return 0;
}

static int read_inet6(char *text, struct sockaddr_in6 *address, struct error *err)
{
	char *zone = strchr(text, '%');

	address->sin6_family = AF_INET6;
	if (zone != NULL) {
		*zone = '\0';
		if (type_interface(zone + 1, &address->sin6_scope_id, err) < 0)
			return -1;
	}
	if (inet_pton(AF_INET6, text, &address->sin6_addr) != 1)
		return error_usage(err, "\"%s\" is not an IPv6 address", text);
	return 0;
}

static int read_inet(char *text, struct sockaddr_in *address, struct error *err)
{
	char *port = strchr(text, ':');

	address->sin_family = AF_INET;
	if (port != NULL) {
		*port = '\0';
		if (read_port(port + 1, &address->sin_port, err) < 0)
			return -1;
	}
	if (inet_pton(AF_INET, text, &address->sin_addr) != 1)
		return error_usage(err, "\"%s\" is not an IP address", text);
	return 0;
}

/* "[::1]:80", "[::1]", or either in another pair of brackets. */
static int read_bracketed(const char *text, void *storage, size_t size, struct error *err)
{
	char *copy cleanup_free = memory_string(text + 1);
	char *close = strrchr(copy, ']');
	struct sockaddr_in6 *address = storage;

	if (close == NULL)
		return error_usage(err, "\"%s\": a bracket is missing", text);
	*close = '\0';
	if (close[1] == '\0')
		return type_read_sockaddr(copy, storage, size, err);
	if (close[1] != ':')
		return error_usage(err, "\"%s\": a port expected behind the bracket", text);
	if (read_inet6(copy, address, err) < 0)
		return -1;
	return read_port(close + 2, &address->sin6_port, err);
}

int type_read_sockaddr(const char *text, void *storage, size_t size, struct error *err)
{
	char *copy cleanup_free = memory_string(text);
	const char *colon = strchr(text, ':');

	if (size < sizeof(struct sockaddr_in6))
		return error_set(err, ERROR_FAILED, "no room for an address");
	memset(storage, 0, size);
	if (name_equal(text, "none"))
		return 0;
	if (text[0] == '[')
		return read_bracketed(text, storage, size, err);
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return read_inet6(copy, storage, err);
	return read_inet(copy, storage, err);
}

static void print_inet6(const struct sockaddr_in6 *address, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	bool has_port = address->sin6_port != 0;

	inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
	buf_print(out, "%s%s", has_port ? "[" : "", text);
	if (address->sin6_scope_id != 0) {
		buf_add_char(out, '%');
		print_interface(address->sin6_scope_id, out);
	}
	if (has_port)
		buf_print(out, "]:%u", ntohs(address->sin6_port));
}

static void print_inet(const struct sockaddr_in *address, struct buf *out)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
	buf_add_string(out, text);
	if (address->sin_port != 0)
		buf_print(out, ":%u", ntohs(address->sin_port));
}

static void print_unknown(const struct sockaddr_storage *address, size_t length, struct buf *out)
{
	const char *name = flags_name(FLAGS_domain, address->ss_family);

	if (name != NULL)
		buf_print(out, "%s:", name);
	else
		buf_print(out, "family-%u:", address->ss_family);
	bytes_print_hex(out, (const char *)address + sizeof(sa_family_t),
			length - sizeof(sa_family_t));
}

void type_print_sockaddr(const void *address, size_t length, struct buf *out)
{
	struct sockaddr_storage copy = { 0 };

	if (length < sizeof(sa_family_t)) {
		buf_add_string(out, "none");
		return;
	}
	length = length < sizeof(copy) ? length : sizeof(copy);
	memcpy(&copy, address, length);
	if (copy.ss_family == AF_UNSPEC)
		buf_add_string(out, "none");
	else if (copy.ss_family == AF_INET)
		print_inet((void *)&copy, out);
	else if (copy.ss_family == AF_INET6)
		print_inet6((void *)&copy, out);
	else
		print_unknown(&copy, length, out);
}

int read_hex_fixed(const char *text, char *at, size_t size, struct error *err)
{
	struct buf bytes cleanup_buf = { 0 };

	if (strncmp(text, "hex:", 4) == 0)
		text += 4;
	if (bytes_read_hex(text, strlen(text), &bytes, err) < 0)
		return -1;
	if (bytes.length > size)
		return error_usage(err, "\"%s\" has %zu bytes: %zu at most", text, bytes.length, size);
	memcpy(at, buf_text(&bytes), bytes.length);
	return 0;
}

int read_mac(const char *text, char *at, struct error *err)
{
	struct buf bytes cleanup_buf = { 0 };

	if (bytes_read_hex(text, strlen(text), &bytes, NULL) < 0 || bytes.length != 6)
		return error_usage(err, "\"%s\" is not an address of six hex pairs", text);
	memcpy(at, bytes.data, 6);
	return 0;
}

int read_bdaddr(const char *text, char *at, struct error *err)
{
	char mac[6];

	if (name_equal(text, "any"))
		return 0;
	if (name_equal(text, "local")) {
		memcpy(at, "\0\0\0\xff\xff\xff", 6);
		return 0;
	}
	if (read_mac(text, mac, err) < 0)
		return -1;
	for (size_t i = 0; i < 6; i++)
		at[i] = mac[5 - i];
	return 0;
}
