/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ports of this machine are taken: the kernel's answer for one state, else its tables; sock_diag(7), proc_net(5). */
#include "shell/ports.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/netlink.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ROOM (32U << 10) /* bytes: what the kernel puts into a datagram of a dump */

static const struct source {
	int protocol;
	uint8_t state;
	const char *paths[2]; /* of IPv4 and IPv6 */
} sources[] = {
	{ IPPROTO_TCP, TCP_LISTEN, { "/proc/net/tcp", "/proc/net/tcp6" } },
	{ IPPROTO_UDP, TCP_CLOSE, { "/proc/net/udp", "/proc/net/udp6" } },
	{ IPPROTO_UDPLITE, TCP_CLOSE, { "/proc/net/udplite", "/proc/net/udplite6" } },
};

static void add(struct ports *ports, uint16_t port)
{
	ports->items = memory_resize(ports->items, ports->count + 1, sizeof(*ports->items));
	ports->items[ports->count++] = port;
}

static int ask(int fd, const struct source *source, uint8_t domain)
{
	struct inet_diag_req_v2 body = { .sdiag_family = domain,
					 .sdiag_protocol = (uint8_t)source->protocol,
					 .idiag_states = 1U << source->state };
	cleanup_buf struct buf request = { 0 };
	size_t at = netlink_begin(&request, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);

	buf_add(&request, &body, sizeof(body));
	netlink_end(&request, at);
	return send(fd, request.data, request.length, 0) < 0 ? -1 : 0;
}

/* 1 once it was the last, 0 more come, -1 the kernel cannot tell. */
static int take(struct ports *ports, struct netlink_bytes bytes)
{
	struct netlink_message message;
	struct netlink_answer answer;
	struct inet_diag_msg one;

	while (netlink_take_message(&bytes, &message))
		if (netlink_read_answer(&message, &answer))
			return answer.code == 0 ? 1 : -1;
		else if (netlink_take(&message.body, &one, sizeof(one)) && one.id.idiag_sport != 0)
			add(ports, ntohs(one.id.idiag_sport));
	return 0;
}

static int dump(struct ports *ports, const struct source *source, uint8_t domain)
{
	cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	cleanup_free char *room = memory_new(ROOM);
	int done = 0;

	if (fd < 0 || ask(fd, source, domain) < 0)
		return -1;
	while (done == 0) {
		ssize_t got = recv(fd, room, ROOM, 0);

		done = got <= 0 ? -1 : take(ports, (struct netlink_bytes){ room, (size_t)got });
	}
	return done < 0 ? -1 : 0;
}

/* "  0: 0100007F:1F90 00000000:0000 0A ...": where it is bound, its peer, its state. */
static void read_line(struct ports *ports, const struct source *source, const char *line)
{
	unsigned int port, state;

	if (sscanf(line, " %*u: %*[0-9A-F]:%4x %*[0-9A-F]:%*x %2x", &port, &state) == 2 && port != 0 &&
	    state == source->state)
		add(ports, (uint16_t)port);
}

static void read_table(struct ports *ports, const struct source *source, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		read_line(ports, source, line);
	if (file != NULL)
		fclose(file);
}

/* For /proc/net/tcp the kernel walks all that could be connected: milliseconds, even where nothing is. */
static void find_of(struct ports *ports, const struct source *source)
{
	static const uint8_t domains[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < array_length(domains); i++)
		if (dump(ports, source, domains[i]) < 0)
			read_table(ports, source, source->paths[i]);
}

void ports_find(struct ports *ports, int protocol)
{
	for (size_t i = 0; i < array_length(sources); i++)
		if (sources[i].protocol == protocol)
			find_of(ports, &sources[i]);
}

void ports_release(struct ports *ports)
{
	free(ports->items);
	*ports = (struct ports){ 0 };
}
