/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, MTU and state of an interface that we made; rtnetlink(7), netdevice(7). */
#include "family/tun_configure.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t address_size(const struct tun_address *address)
{
	return address->domain == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

int tun_address_read(const char *text, struct tun_address *address, struct error *err)
{
	cleanup_free char *host = memory_string(text);
	char *slash = strchr(host, '/');
	uint64_t prefix;

	if (slash != NULL)
		*slash = '\0';
	address->domain = strchr(host, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(address->domain, host, address->bytes) != 1)
		return error_usage(err, "an address such as 10.0.0.1/24 or fd00::1/64 expected");
	prefix = 8 * address_size(address);
	if (slash != NULL && number_unsigned(slash + 1, 0, prefix, &prefix, err) < 0)
		return error_context(err, "prefix");
	address->prefix = (uint8_t)prefix;
	return 0;
}

/* A request to add an address: fixed parts, then up to two attributes of at most 16 bytes. */
struct request {
	struct nlmsghdr header;
	struct ifaddrmsg body;
	char attributes[2 * RTA_SPACE(16)];
};

static void add_attribute(struct request *request, unsigned short type, const void *bytes, size_t size)
{
	struct rtattr attribute = { .rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type };
	char *at = (char *)request + NLMSG_ALIGN(request->header.nlmsg_len);

	memcpy(at, &attribute, sizeof(attribute));
	memcpy(at + RTA_LENGTH(0), bytes, size);
	request->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->header.nlmsg_len) + RTA_SPACE(size));
}

/* The kernel acknowledges at once: 0, or what it refuses. */
static int ask(const struct request *request, struct error *err)
{
	cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	ssize_t got;

	if (fd < 0 || send(fd, request, request->header.nlmsg_len, 0) < 0)
		return error_system(err, "netlink");
	got = recv(fd, &answer, sizeof(answer), 0);
	if (got < (ssize_t)NLMSG_LENGTH(sizeof(answer.error)))
		return error_system(err, "netlink");
	if (answer.error.error == 0 || answer.error.error == -EEXIST)
		return 0;
	return error_code(err, -answer.error.error, "address");
}

int tun_address_add(unsigned int interface, const struct tun_address *address, struct error *err)
{
	struct request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg)),
			    .nlmsg_type = RTM_NEWADDR,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL },
		.body = { .ifa_family = (unsigned char)address->domain,
			  .ifa_prefixlen = address->prefix,
			  .ifa_index = interface },
	};

	/* Nobody else can have it on an interface that was just made: usable at once. */
	if (address->domain == AF_INET6)
		request.body.ifa_flags = IFA_F_NODAD;
	add_attribute(&request, IFA_LOCAL, address->bytes, address_size(address));
	add_attribute(&request, IFA_ADDRESS, address->bytes, address_size(address));
	return ask(&request, err);
}

int tun_bring_up(const char *name, uint32_t mtu, bool up, struct error *err)
{
	cleanup_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	if (fd < 0)
		return error_system(err, "socket");
	memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	request.ifr_mtu = (int)mtu;
	if (mtu > 0 && ioctl(fd, SIOCSIFMTU, &request) < 0)
		return error_system(err, "mtu %u", mtu);
	if (!up)
		return 0;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return error_system(err, "up");
	request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? error_system(err, "up") : 0;
}

void tun_add_address_calls(const char *address, struct buf *out)
{
	buf_add_string(out, "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE)\n");
	buf_print(out, "sendto(socket, RTM_NEWADDR %s)\n", address);
}

void tun_add_up_calls(uint32_t mtu, bool up, struct buf *out)
{
	buf_add_string(out, "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP)\n");
	if (mtu > 0)
		buf_print(out, "ioctl(socket, SIOCSIFMTU, %u)\n", mtu);
	if (up)
		buf_add_string(out, "ioctl(socket, SIOCSIFFLAGS, IFF_UP)\n");
}
