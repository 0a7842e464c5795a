/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name service of QRTR: asking where a service is, and registering one; net/qrtr/ns.c, linux/qrtr.h. */
#include "family/qrtr.h"

#include "base/cleanup.h"
#include "base/deadline.h"
#include "base/memory.h"
#include "base/number.h"

#include <endian.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_LIMIT (3 * NANOSECONDS_PER_SECOND)
#define SERVICES_MAXIMUM 4096 /* answers that are read for one question */

/* A part up to a colon; moves *text behind it. */
static int read_part(const char **text, uint64_t maximum, uint32_t *part, struct error *err)
{
	size_t length = strcspn(*text, ":");
	cleanup_free char *word = memory_copy(*text, length);
	uint64_t number;

	if (number_unsigned(word, 0, maximum, &number, err) < 0)
		return -1;
	*part = (uint32_t)number;
	*text += length + ((*text)[length] == ':');
	return 0;
}

int qrtr_service_read(const char *text, struct qrtr_service *service, struct error *err)
{
	*service = (struct qrtr_service){ 0 };
	if (read_part(&text, UINT32_MAX, &service->service, err) < 0)
		return -1;
	if (*text != '\0' && read_part(&text, 0xffffff, &service->instance, err) < 0)
		return -1;
	if (*text != '\0' && read_part(&text, UINT8_MAX, &service->version, err) < 0)
		return -1;
	return *text == '\0' ? 0 : error_usage(err, "SERVICE:INSTANCE:VERSION expected");
}

uint32_t qrtr_own_node(void)
{
	cleanup_close int fd = socket(AF_QIPCRTR, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_qrtr own = { 0 };
	socklen_t length = sizeof(own);

	return getsockname(fd, (void *)&own, &length) < 0 ? 0 : own.sq_node;
}

static uint32_t instance_of(const struct qrtr_service *service)
{
	return service->instance << 8 | service->version;
}

static int tell(int fd, uint32_t command, const struct qrtr_service *service,
		const struct sockaddr_qrtr *where)
{
	struct sockaddr_qrtr to = { AF_QIPCRTR, qrtr_own_node(), QRTR_PORT_CTRL };
	struct qrtr_ctrl_pkt packet = { .cmd = htole32(command),
					.server = { htole32(service->service),
						    htole32(instance_of(service)),
						    htole32(where->sq_node),
						    htole32(where->sq_port) } };

	return sendto(fd, &packet, sizeof(packet), MSG_DONTWAIT, (void *)&to, sizeof(to)) < 0 ? -1 : 0;
}

int qrtr_ask(int fd, const struct qrtr_service *service)
{
	/* Without a version the kernel would look for version 0 alone; it is picked out here. */
	struct qrtr_service wanted = { .service = service->service };

	if (service->version != 0)
		wanted = *service;
	return tell(fd, QRTR_TYPE_NEW_LOOKUP, &wanted, &(struct sockaddr_qrtr){ 0 });
}

int qrtr_register(int fd, const struct qrtr_service *service)
{
	struct sockaddr_qrtr own = { 0 };
	socklen_t length = sizeof(own);

	if (getsockname(fd, (void *)&own, &length) < 0)
		return -1;
	return tell(fd, QRTR_TYPE_NEW_SERVER, service, &own);
}

static bool is_wanted(const struct qrtr_ctrl_pkt *packet, const struct qrtr_service *service,
		      uint32_t node)
{
	uint32_t instance = le32toh(packet->server.instance);

	return (service->instance == 0 || service->instance == instance >> 8) &&
	       (service->version == 0 || service->version == (instance & 0xff)) &&
	       (node == QRTR_NODE_BCAST || node == le32toh(packet->server.node));
}

bool qrtr_is_end(const struct qrtr_ctrl_pkt *packet)
{
	return le32toh(packet->cmd) == QRTR_TYPE_NEW_SERVER && packet->server.service == 0 &&
	       packet->server.node == 0 && packet->server.port == 0;
}

bool qrtr_take_answer(const void *bytes, size_t length, const struct qrtr_service *service, uint32_t node,
		      struct address_list *list)
{
	struct sockaddr_qrtr found = { .sq_family = AF_QIPCRTR };
	struct qrtr_ctrl_pkt packet;

	if (length < sizeof(packet))
		return true;
	memcpy(&packet, bytes, sizeof(packet));
	if (qrtr_is_end(&packet))
		return false;
	if (le32toh(packet.cmd) != QRTR_TYPE_NEW_SERVER || !is_wanted(&packet, service, node))
		return true;
	found.sq_node = le32toh(packet.server.node);
	found.sq_port = le32toh(packet.server.port);
	address_list_add(list, &found, sizeof(found));
	return true;
}

/* One answer: 1 more will come, 0 it was the last, -1 error. */
static int take_answer(int fd, const struct qrtr_service *service, uint32_t node,
		       struct address_list *list, struct error *err)
{
	struct qrtr_ctrl_pkt packet;
	ssize_t got = recv(fd, &packet, sizeof(packet), MSG_DONTWAIT);

	if (got < 0)
		return error_system(err, "name service");
	return qrtr_take_answer(&packet, (size_t)got, service, node, list);
}

static int nobody(const struct qrtr_service *service, struct error *err)
{
	error_set(err, ERROR_RESOLVE, "nobody has registered service %u:%u:%u", service->service,
		  service->instance, service->version);
	return error_hint(err, "to see who has: anysock recv qrtr::control,list");
}

int qrtr_find(const struct qrtr_service *service, uint32_t node, struct address_list *list,
	      struct error *err)
{
	cleanup_close int fd = socket(AF_QIPCRTR, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	nanoseconds deadline = deadline_after(ANSWER_LIMIT);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int more = 1;

	if (fd < 0 || qrtr_ask(fd, service) < 0)
		return error_system(err, "name service");
	for (unsigned int i = 0; more > 0 && i < SERVICES_MAXIMUM; i++) {
		if (poll(&poll_fd, 1, deadline_poll_timeout(deadline)) < 1)
			return error_set(err, ERROR_TIMEOUT, "the name service does not answer");
		more = take_answer(fd, service, node, list, err);
	}
	if (more < 0)
		return -1;
	return list->count > 0 ? 0 : nobody(service, err);
}
