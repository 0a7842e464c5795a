/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claiming an address for a name and defending it, SAE J1939-81; linux/can/j1939.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/socket.h"
#include "family/can_j1939.h"
#include "family/can_j1939_cache.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#define OBJECTION_WAIT (250 * NANOSECONDS_PER_MILLISECOND)

struct claim {
	pthread_t thread;
	atomic_int state; /* enum claim_state */
	int fd, stop_fd;
	uint64_t name;
	struct sockaddr_can own; /* as it is bound */
	uint8_t low, high;	 /* of the addresses to choose from */
	uint64_t holders[J1939_IDLE_ADDR]; /* names by address; 0: nobody that we know of */
	const char *cache; /* NULL: none; borrowed from the target */
};

/* The name has 8 bytes, the lowest first. */
static int announce(struct claim *claim)
{
	struct sockaddr_can to = claim->own;
	uint64_t name = htole64(claim->name);

	if (bind(claim->fd, (const void *)&claim->own, sizeof(claim->own)) < 0)
		return -1;
	to.can_addr.j1939.name = J1939_NO_NAME;
	to.can_addr.j1939.pgn = J1939_PGN_ADDRESS_CLAIMED;
	to.can_addr.j1939.addr = J1939_NO_ADDR;
	return sendto(claim->fd, &name, sizeof(name), MSG_DONTWAIT, (const void *)&to,
		      sizeof(to)) < 0 ?
		       -1 :
		       0;
}

static bool can_have(const struct claim *claim, uint8_t address)
{
	uint64_t holder = claim->holders[address];

	return holder == 0 || holder >= claim->name;
}

/* Another address than the one that was lost; false where there is none. */
static bool choose(struct claim *claim)
{
	for (unsigned int address = claim->low; address <= claim->high; address++)
		if (can_have(claim, (uint8_t)address)) {
			claim->own.can_addr.j1939.addr = (uint8_t)address;
			return true;
		}
	return false;
}

/* A node with a lower name has our address: we move. One with a higher name is told again. */
static void contend(struct claim *claim, uint64_t name, uint8_t address)
{
	if (address != claim->own.can_addr.j1939.addr || name == claim->name)
		return;
	if (name > claim->name) {
		announce(claim);
		return;
	}
	if (choose(claim)) {
		atomic_store(&claim->state, CLAIM_WAITS);
		announce(claim);
		return;
	}
	claim->own.can_addr.j1939.addr = J1939_IDLE_ADDR;
	atomic_store(&claim->state, CLAIM_LOST);
	announce(claim);
}

/* Whoever claims another address has left the one before. */
static void note_holder(struct claim *claim, uint64_t name, uint8_t address)
{
	for (size_t i = 0; i < array_length(claim->holders); i++)
		if (claim->holders[i] == name)
			claim->holders[i] = 0;
	claim->holders[address] = name;
}

static void take_message(struct claim *claim)
{
	struct sockaddr_can from = { 0 };
	socklen_t length = sizeof(from);
	uint64_t name = 0;
	ssize_t got = recvfrom(claim->fd, &name, sizeof(name), MSG_DONTWAIT, (void *)&from, &length);
	uint8_t address = from.can_addr.j1939.addr;

	if (got < 3)
		return;
	name = le64toh(name);
	if (from.can_addr.j1939.pgn == J1939_PGN_REQUEST) {
		if ((name & 0xffffff) == J1939_PGN_ADDRESS_CLAIMED)
			announce(claim);
		return;
	}
	if (got != sizeof(name) || address > J1939_MAX_UNICAST_ADDR)
		return;
	note_holder(claim, name, address);
	contend(claim, name, address);
}

static void settle(struct claim *claim)
{
	atomic_store(&claim->state, CLAIM_HOLDS);
	if (claim->cache != NULL)
		j1939_cache_write(claim->cache, claim->name, claim->own.can_addr.j1939.addr);
}

/* Whoever objects does so within a quarter of a second. */
static void *claim_run(void *argument)
{
	struct claim *claim = argument;
	struct pollfd polls[2] = { { .fd = claim->fd, .events = POLLIN },
				   { .fd = claim->stop_fd, .events = POLLIN } };
	nanoseconds settled = deadline_after(OBJECTION_WAIT);
	uint8_t address = claim->own.can_addr.j1939.addr;

	announce(claim);
	while (polls[1].revents == 0) {
		bool waits = atomic_load(&claim->state) == CLAIM_WAITS;

		poll(polls, 2, waits ? deadline_poll_timeout(settled) : -1);
		if (polls[0].revents != 0)
			take_message(claim);
		if (claim->own.can_addr.j1939.addr != address) {
			address = claim->own.can_addr.j1939.addr;
			settled = deadline_after(OBJECTION_WAIT);
		}
		if (atomic_load(&claim->state) == CLAIM_WAITS && deadline_now() >= settled)
			settle(claim);
	}
	return NULL;
}

static int open_socket(const struct target *target, struct error *err)
{
	static const struct j1939_filter filters[] = {
		{ .pgn = J1939_PGN_ADDRESS_CLAIMED, .pgn_mask = J1939_PGN_PDU1_MAX },
		{ .pgn = J1939_PGN_REQUEST, .pgn_mask = J1939_PGN_PDU1_MAX },
	};
	static const int on = 1;
	cleanup_close int fd = socket_plain(target, AF_CAN, SOCK_DGRAM, CAN_J1939, err);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_CAN_J1939, SO_J1939_FILTER, filters, sizeof(filters)) < 0)
		return error_system(err, "claim");
	return steal_fd(&fd);
}

/* What was typed, else what the cache says, else the first one. */
static void prefer(struct claim *claim)
{
	uint8_t *address = &claim->own.can_addr.j1939.addr;

	if (*address > J1939_MAX_UNICAST_ADDR && claim->cache != NULL)
		*address = j1939_cache_read(claim->cache, claim->name);
	if (*address > J1939_MAX_UNICAST_ADDR)
		*address = claim->low;
}

static void claim_free(struct claim *claim)
{
	if (claim->fd >= 0)
		close(claim->fd);
	if (claim->stop_fd >= 0)
		close(claim->stop_fd);
	free(claim);
}

static int claim_prepare(struct claim *claim, const struct target *target, struct error *err)
{
	sigset_t all, before;
	int failed;

	if (j1939_claim_range(target, &claim->low, &claim->high, err) < 0)
		return -1;
	prefer(claim);
	claim->fd = open_socket(target, err);
	if (claim->fd < 0)
		return -1;
	if (bind(claim->fd, (const void *)&claim->own, sizeof(claim->own)) < 0)
		return error_system(err, "claim: bind");
	claim->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (claim->stop_fd < 0)
		return error_system(err, "eventfd");
	/* Signals are for the thread that waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&claim->thread, NULL, claim_run, claim);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed != 0 ? error_code(err, failed, "claim: thread") : 0;
}

struct claim *claim_start(const struct target *target, const struct sockaddr_can *wanted,
			  struct error *err)
{
	struct claim *claim = memory_new(sizeof(*claim));

	claim->fd = claim->stop_fd = -1;
	claim->own = *wanted;
	claim->own.can_addr.j1939.pgn = J1939_NO_PGN;
	claim->name = wanted->can_addr.j1939.name;
	claim->cache = target_text(target, "claim-cache", NULL);
	if (claim_prepare(claim, target, err) == 0)
		return claim;
	claim_free(claim);
	return NULL;
}

enum claim_state claim_state(struct claim *claim)
{
	return (enum claim_state)atomic_load(&claim->state);
}

void claim_stop(struct claim *claim)
{
	uint64_t one = 1;

	if (claim == NULL)
		return;
	if (write(claim->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(claim->thread, NULL);
	claim_free(claim);
}
