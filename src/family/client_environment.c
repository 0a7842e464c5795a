/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The environment of a program that serves a client; getpeername(2), SO_PEERCRED of unix(7). */
#include "family/client_environment.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/ip.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct environment {
	char **items;
	size_t count;
};

static void add(struct environment *environment, char *item)
{
	environment->items = memory_resize(environment->items, environment->count + 2,
					   sizeof(*environment->items));
	environment->items[environment->count++] = item;
	environment->items[environment->count] = NULL;
}

/* What a client before us was must not be taken for ours. */
static bool is_about_client(const char *item)
{
	static const char *const names[] = { "ANYSOCK_PEER=", "ANYSOCK_LOCAL=", "NCAT_",
					     "PROTO=",	      "TCPREMOTE",	"TCPLOCAL",
					     "UDPREMOTE",     "UDPLOCAL",	"UNIXREMOTE",
					     "UNIXLOCAL" };

	for (size_t i = 0; i < array_length(names); i++)
		if (strncmp(item, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* "tcp" of tcp, tcp4 and tcp6, in capitals: what both models call the protocol. */
static char *protocol_of(const struct endpoint *client)
{
	char *name = memory_string(client->target->family->shape.name);

	for (char *at = name; *at != '\0'; at++)
		*at = isdigit((unsigned char)*at) ? '\0' : (char)toupper((unsigned char)*at);
	return name;
}

static void add_ip(struct environment *environment, const char *protocol, const char *end,
		   const struct address *address)
{
	cleanup_buf struct buf host = { 0 };
	unsigned int port = ip_port_of(address);

	ip_print_host(address, &host);
	add(environment, memory_print("%s%sIP=%s", protocol, end, buf_text(&host)));
	add(environment, memory_print("%s%sPORT=%u", protocol, end, port));
	add(environment, memory_print("NCAT_%s_ADDR=%s", end, buf_text(&host)));
	add(environment, memory_print("NCAT_%s_PORT=%u", end, port));
}

static void add_credentials(struct environment *environment, int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return;
	add(environment, memory_print("UNIXREMOTEPID=%d", (int)peer.pid));
	add(environment, memory_print("UNIXREMOTEEUID=%u", peer.uid));
	add(environment, memory_print("UNIXREMOTEEGID=%u", peer.gid));
}

static void add_socket(struct environment *environment, const struct endpoint *client)
{
	cleanup_free char *protocol = protocol_of(client);
	struct address peer, local;

	endpoint_addresses(client, &local, &peer);
	add(environment, memory_print("PROTO=%s", protocol));
	add(environment, memory_print("NCAT_PROTO=%s", protocol));
	if (local.any.sa_family == AF_INET || local.any.sa_family == AF_INET6) {
		if (peer.length > 0)
			add_ip(environment, protocol, "REMOTE", &peer);
		add_ip(environment, protocol, "LOCAL", &local);
	} else if (local.any.sa_family == AF_UNIX) {
		add_credentials(environment, client->in);
	}
}

static void add_client(struct environment *environment, const struct endpoint *client)
{
	cleanup_buf struct buf peer = { 0 }, local = { 0 };

	endpoint_print_peer(client, &peer);
	endpoint_print_local(client, &local);
	add(environment, memory_print("ANYSOCK_PEER=%s", buf_text(&peer)));
	add(environment, memory_print("ANYSOCK_LOCAL=%s", buf_text(&local)));
	if (client->is_socket || client->target->type != NULL)
		add_socket(environment, client);
}

/* What our own service manager told us is not for programs that we start. */
static bool is_for_us(const char *item)
{
	static const char *const names[] = { "LISTEN_FDS=",	"LISTEN_PID=", "LISTEN_PIDFDID=",
					     "LISTEN_FDNAMES=", "NOTIFY_SOCKET=" };

	for (size_t i = 0; i < array_length(names); i++)
		if (strncmp(item, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

char **client_environment(const struct endpoint *client)
{
	struct environment environment = { 0 };

	for (char **item = environ; item != NULL && *item != NULL; item++)
		if (!is_for_us(*item) && (client == NULL || !is_about_client(*item)))
			add(&environment, memory_string(*item));
	if (client != NULL)
		add_client(&environment, client);
	if (environment.items == NULL)
		environment.items = memory_new(sizeof(*environment.items));
	return environment.items;
}

void client_environment_free(char **environment)
{
	for (size_t i = 0; environment[i] != NULL; i++)
		free(environment[i]);
	free(environment);
}
