/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the system tells in a form of its own: its algorithms, a socket's file, where a service is; and an address for an interface. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/alg_algorithms.h"
#include "family/qrtr.h"
#include "family/tun_configure.h"
#include "family/unix_file.h"
#include "require.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* /proc/crypto: there are no more of them than lines, and the same bytes name the same ones. */
static void read_algorithms(const char *bytes, size_t size)
{
	static const char *const types[] = { "", "hash", "skcipher", "aead", "rng" };
	FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)bytes, size, "r") : NULL;
	struct alg_algorithm algorithm;
	size_t count = 0;

	while (file != NULL && alg_algorithm_next(file, &algorithm) > 0) {
		bool is_known = false;

		for (size_t i = 0; i < array_length(types); i++)
			is_known = is_known || strcmp(algorithm.type, types[i]) == 0;
		require(is_known, "a type that is none");
		require(memchr(algorithm.name, 0, sizeof(algorithm.name)) != NULL &&
				memchr(algorithm.driver, 0, sizeof(algorithm.driver)) != NULL,
			"a name without an end");
		require(++count <= size, "no end");
	}
	if (file != NULL)
		fclose(file);
}

static void read_inode(const char *bytes, size_t size)
{
	struct netlink_bytes answer = { bytes, size };

	require(unix_file_inode(answer) == 0 || size >= sizeof(struct nlmsghdr), "a file out of nothing");
}

/* Datagrams of which none is cut, until one is the last: an address each at most. */
static void read_services(const char *bytes, size_t size)
{
	const struct qrtr_service any = { 0 }, one = { .service = 1, .instance = 2, .version = 3 };
	const size_t step = sizeof(struct qrtr_ctrl_pkt);
	struct address_list all = { 0 }, some = { 0 };
	bool more = true;

	for (size_t at = 0; at < size && more; at += step) {
		size_t length = size - at < step ? size - at : step;

		more = qrtr_take_answer(bytes + at, length, &any, QRTR_NODE_BCAST, &all);
		require(qrtr_take_answer(bytes + at, length, &one, 1, &some) == more, "the last one for some");
		require(all.count <= at / step + 1 && some.count <= all.count, "more services than answers");
	}
	address_list_release(&all);
	address_list_release(&some);
}

/* What can be read is an address that inet_ntop(3) has a text for, and that is the same once more. */
static void read_address(const char *bytes, size_t size)
{
	cleanup_free char *text = memory_copy(bytes, size);
	struct tun_address address = { 0 }, again = { 0 };
	char host[INET6_ADDRSTRLEN], printed[INET6_ADDRSTRLEN + 8];
	struct error err = { 0 };

	if (tun_address_read(text, &address, &err) < 0) {
		require(err.text[0] != '\0', "an error without words");
		return;
	}
	require(address.prefix <= (address.domain == AF_INET ? 32 : 128), "a prefix that is too long");
	require(inet_ntop(address.domain, address.bytes, host, sizeof(host)) != NULL, "no address");
	snprintf(printed, sizeof(printed), "%s/%u", host, (unsigned int)address.prefix);
	require(tun_address_read(printed, &again, &err) == 0, err.text);
	require(again.domain == address.domain && again.prefix == address.prefix &&
			memcmp(again.bytes, address.bytes, address.domain == AF_INET ? 4 : 16) == 0,
		"another address");
}

/* The first byte picks who tells; the others are a copy, so that nothing behind them is read unseen. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *bytes, size_t size) = { read_algorithms, read_inode, read_services,
									   read_address };
	char *copy = memory_array(size > 1 ? size - 1 : 1, 1);

	if (size > 1)
		memcpy(copy, data + 1, size - 1);
	if (size > 0)
		readers[data[0] % array_length(readers)](copy, size - 1);
	free(copy);
	return 0;
}
