/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that ICMP told of, from a socket's error queue; ip(7) on IP_RECVERR, linux/errqueue.h. */
#include "base/cleanup.h"
#include "core/control.h"
#include "family/ip.h"
#include "family/ip_datagram.h"

/* linux/errqueue.h wants struct timespec before it. */
#include <time.h>

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* What is queued: the error and, behind it, the address of who told. */
struct queued {
	struct sock_extended_err error;
	struct address offender;
	struct address peer; /* where the datagram went */
};

static bool find_error(const char *control, size_t length, struct queued *queued)
{
	const size_t size = sizeof(queued->error);
	struct control found;
	size_t offset = 0;

	while (control_next(control, length, &offset, &found)) {
		bool is_error = (found.level == IPPROTO_IP && found.type == IP_RECVERR) ||
				(found.level == IPPROTO_IPV6 && found.type == IPV6_RECVERR);

		if (!is_error || found.length < size)
			continue;
		memcpy(&queued->error, found.data, size);
		queued->offender.length = (socklen_t)(found.length - size);
		if (queued->offender.length > sizeof(struct sockaddr_in6))
			queued->offender.length = sizeof(struct sockaddr_in6);
		memcpy(&queued->offender.storage, (const char *)found.data + size,
		       queued->offender.length);
		return true;
	}
	return false;
}

static bool take(int fd, struct queued *queued)
{
	_Alignas(struct cmsghdr) char control[1024];
	char datagram[64];
	struct iovec iov = { .iov_base = datagram, .iov_len = sizeof(datagram) };
	struct msghdr header = { .msg_name = &queued->peer.storage,
				 .msg_namelen = sizeof(queued->peer.storage),
				 .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };

	if (recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	queued->peer.length = header.msg_namelen;
	return find_error(control, header.msg_controllen, queued);
}

/* Also where it is unknown who told. */
static bool is_same_host(const struct address *offender, const struct address *peer)
{
	cleanup_buf struct buf a = { 0 }, b = { 0 };

	if (offender->length <= sizeof(sa_family_t) || offender->any.sa_family == AF_UNSPEC)
		return true;
	ip_print_host(offender, &a);
	if (peer->length > sizeof(sa_family_t))
		ip_print_host(peer, &b);
	return strcmp(buf_text(&a), buf_text(&b)) == 0;
}

int ip_error_take(const struct target *target, int fd, struct error *err)
{
	struct queued queued = { .peer = { .length = 0 } };
	cleanup_buf struct buf text = { 0 };
	bool is_ours;

	if (!take(fd, &queued) || queued.error.ee_errno == 0)
		return 0;
	is_ours = queued.error.ee_origin == SO_EE_ORIGIN_LOCAL;
	if (!is_ours && queued.peer.length > 0 && target->role != ROLE_CONNECT)
		target_print_address(target, &queued.peer, &text);
	error_code(err, (int)queued.error.ee_errno, "%s", text.length > 0 ? buf_text(&text) : "send");
	if (err == NULL)
		return 1;
	buf_clear(&text);
	if (!is_ours && !is_same_host(&queued.offender, &queued.peer))
		ip_print_host(&queued.offender, &text);
	if (queued.error.ee_errno == EMSGSIZE && queued.error.ee_info > 0)
		error_hint(err, "the way there takes packets of %u bytes at most%s%s",
			   queued.error.ee_info, text.length > 0 ? ", says " : "", buf_text(&text));
	else if (text.length > 0)
		error_hint(err, "%s said so", buf_text(&text));
	return 1;
}
