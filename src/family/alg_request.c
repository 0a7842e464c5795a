/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request to a cipher of the kernel: sendmsg(2) with what linux/if_alg.h has, then recvmsg(2). */
#include "family/alg_request.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/uapi.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define IV_MAXIMUM 64

static void put_control(struct msghdr *header, size_t *used, int type, const void *data,
			size_t length)
{
	struct cmsghdr *control = (void *)((char *)header->msg_control + *used);

	control->cmsg_level = SOL_ALG;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(control), data, length);
	*used += CMSG_SPACE(length);
}

/* struct af_alg_iv has its length in front. */
static void put_iv(struct msghdr *header, size_t *used, const struct alg_request *request)
{
	struct {
		uint32_t length;
		unsigned char bytes[IV_MAXIMUM];
	} iv = { .length = (uint32_t)request->iv_length };

	memcpy(iv.bytes, request->iv, request->iv_length);
	put_control(header, used, ALG_SET_IV, &iv, sizeof(iv.length) + request->iv_length);
}

static void put_controls(struct msghdr *header, const struct alg_request *request)
{
	uint32_t associated = (uint32_t)request->associated_length;
	size_t used = 0;

	put_control(header, &used, ALG_SET_OP, &request->operation, sizeof(request->operation));
	if (request->iv_length > 0)
		put_iv(header, &used, request);
	if (request->has_associated)
		put_control(header, &used, ALG_SET_AEAD_ASSOCLEN, &associated, sizeof(associated));
	header->msg_controllen = used;
}

static int send_request(int fd, const struct alg_request *request)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(4) * 2 + CMSG_SPACE(4 + IV_MAXIMUM)];
	} control = { .bytes = { 0 } };
	struct iovec parts[] = {
		{ .iov_base = (void *)(uintptr_t)request->associated, .iov_len = request->associated_length },
		{ .iov_base = (void *)(uintptr_t)request->data, .iov_len = request->length },
	};
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 2, .msg_control = control.bytes };
	size_t length = request->associated_length + request->length;
	ssize_t sent;

	if (request->iv_length > IV_MAXIMUM) {
		errno = EINVAL;
		return -1;
	}
	if (request->begins)
		put_controls(&header, request);
	else
		header.msg_control = NULL;
	sent = sendmsg(fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL | (request->more ? MSG_MORE : 0));
	if (sent < 0 || (size_t)sent == length)
		return sent < 0 ? -1 : 0;
	errno = ENOBUFS;
	return -1;
}

int alg_request(int fd, const struct alg_request *request, struct buf *out)
{
	cleanup_free char *associated = memory_array(request->associated_length + 1, 1);
	char *room = buf_reserve(out, request->result_length + 1);
	struct iovec parts[] = { { .iov_base = associated, .iov_len = request->associated_length },
				 { .iov_base = room, .iov_len = request->result_length } };
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 2 };
	size_t length = request->associated_length + request->result_length;
	ssize_t got;

	if (room == NULL)
		errno = ENOMEM;
	if (room == NULL || send_request(fd, request) < 0)
		return -1;
	/* A receive of no bytes would not be done at all. */
	if (length == 0)
		parts[1].iov_len = 1;
	got = recvmsg(fd, &header, MSG_DONTWAIT);
	if (got >= 0 && (size_t)got == length) {
		buf_commit(out, request->result_length);
		return 0;
	}
	memory_wipe(room, request->result_length);
	if (got >= 0)
		errno = EIO;
	return -1;
}
