/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A library for LD_PRELOAD that makes allocations fail, input and output short or in vain, and time pass quickly; ld.so(8). For tests only. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * FAULTS in the environment has words with numbers, separated by commas:
 *	alloc=N   the Nth allocation fails        from=N    all from the Nth on do
 *	short=N   at most N bytes of a stream at once, any number from 1 on
 *	again=N   of a hundred calls that may not block so many say EAGAIN
 *	intr=N    so many say EINTR               wake=N    so many waits tell an event that did not happen
 *	seed=N    of the pattern                  hurry=N   the monotonic clock is so many times as fast
 * FAULTS_COUNTS names a file of 64-bit numbers, one for each of enum count, kept up to date. Programs that are
 * started get neither. Only what a kernel may do by epoll(7), read(2) and the like is done.
 */
enum count { ALLOCATED, REFUSED, SHORTENED, AGAIN, INTERRUPTED, WOKEN, COUNTS };

#define WATCHED 1024 /* descriptors whose events are known */

static struct {
	uint64_t alloc, from, most, again, intr, wake, hurry;
	_Atomic uint64_t seed;
	_Atomic uint64_t *counts; /* NULL: nothing is done yet, or any more */
	struct {
		int epoll; /* 0: not watched */
		struct epoll_event event;
	} watched[WATCHED];
} faults;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t room, int flags);

/* The function of that name that would have been called. */
#define next(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static uint64_t number_of(const char *text, const char *word)
{
	const char *found = text != NULL ? strstr(text, word) : NULL;

	return found != NULL ? strtoull(found + strlen(word), NULL, 10) : 0;
}

static void *map_counts(const char *path)
{
	size_t size = COUNTS * sizeof(*faults.counts);
	int fd = path != NULL ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	void *mapped = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0)
		mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		abort();
	close(fd);
	return mapped;
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("FAULTS");
	void *counts = map_counts(getenv("FAULTS_COUNTS"));

	faults.alloc = number_of(text, "alloc=");
	faults.from = number_of(text, "from=");
	faults.most = number_of(text, "short=");
	faults.again = number_of(text, "again=");
	faults.intr = number_of(text, "intr=");
	faults.wake = number_of(text, "wake=");
	faults.hurry = number_of(text, "hurry=");
	faults.seed = number_of(text, "seed=") * 2654435761U + 88172645463325252U;
	unsetenv("FAULTS");
	unsetenv("FAULTS_COUNTS");
	unsetenv("LD_PRELOAD");
	faults.counts = counts;
}

static void count(enum count what)
{
	atomic_fetch_add(&faults.counts[what], 1);
}

static uint64_t below(uint64_t most)
{
	uint64_t x = faults.seed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	faults.seed = x;
	return x % most;
}

static bool strikes(uint64_t percent, enum count what)
{
	if (faults.counts == NULL || percent == 0 || below(100) >= percent)
		return false;
	count(what);
	return true;
}

/* Allocations */

static bool refuses(void)
{
	uint64_t number;

	if (faults.counts == NULL)
		return false;
	number = atomic_fetch_add(&faults.counts[ALLOCATED], 1) + 1;
	if (number != faults.alloc && (faults.from == 0 || number < faults.from))
		return false;
	count(REFUSED);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return refuses() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	return refuses() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
	return refuses() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t number, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(number, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, all);
}

/* Input and output */

static bool is_stream(int fd)
{
	struct stat status;
	socklen_t length = sizeof(int);
	int type = 0;

	if (fstat(fd, &status) < 0)
		return false;
	if (S_ISSOCK(status.st_mode))
		return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
	return S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode);
}

static size_t shorten(int fd, size_t length)
{
	size_t most;

	if (faults.counts == NULL || faults.most == 0 || length < 2 || !is_stream(fd))
		return length;
	most = 1 + (size_t)below(faults.most);
	if (most >= length)
		return length;
	count(SHORTENED);
	return most;
}

static bool may_not_block(int fd, bool is_told)
{
	return is_told || (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
}

/* Whether the call is in vain, with errno. */
static bool is_in_vain(int fd, bool never_blocks)
{
	if (strikes(faults.intr, INTERRUPTED)) {
		errno = EINTR;
		return true;
	}
	if (faults.again == 0 || !may_not_block(fd, never_blocks) || !strikes(faults.again, AGAIN))
		return false;
	errno = EAGAIN;
	return true;
}

ssize_t read(int fd, void *bytes, size_t size)
{
	return is_in_vain(fd, false) ? -1 : next(read)(fd, bytes, shorten(fd, size));
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	return is_in_vain(fd, false) ? -1 : next(write)(fd, bytes, shorten(fd, length));
}

/* What a short read left has come a moment later: there is an edge for it. */
static void tell_again(int fd)
{
	if (fd < WATCHED && faults.watched[fd].epoll > 0)
		next(epoll_ctl)(faults.watched[fd].epoll, EPOLL_CTL_MOD, fd, &faults.watched[fd].event);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	size_t most = shorten(fd, size);
	ssize_t got;

	if (is_in_vain(fd, flags & MSG_DONTWAIT))
		return -1;
	got = next(recv)(fd, bytes, most, flags);
	if (most < size && got == (ssize_t)most)
		tell_again(fd);
	return got;
}

ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t room, int flags)
{
	return size <= room ? recv(fd, bytes, size, flags) : (abort(), -1);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	return is_in_vain(fd, flags & MSG_DONTWAIT) ? -1 : next(send)(fd, bytes, shorten(fd, length), flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	return is_in_vain(fd, flags & MSG_DONTWAIT) ? -1 : next(recvmsg)(fd, message, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	return is_in_vain(fd, flags & MSG_DONTWAIT) ? -1 : next(sendmsg)(fd, message, flags);
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	return is_in_vain(fd, false) ? -1 : next(accept4)(fd, address, length, flags);
}

ssize_t splice(int in, off_t *in_at, int out, off_t *out_at, size_t length, unsigned int flags)
{
	if (is_in_vain(in, flags & SPLICE_F_NONBLOCK))
		return -1;
	return next(splice)(in, in_at, out, out_at, shorten(in, length), flags);
}

/* Events */

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	int done = next(epoll_ctl)(epoll, operation, fd, event);

	if (done < 0 || fd >= WATCHED)
		return done;
	faults.watched[fd].epoll = operation == EPOLL_CTL_DEL ? 0 : epoll;
	if (operation != EPOLL_CTL_DEL)
		faults.watched[fd].event = *event;
	return done;
}

int close(int fd)
{
	if (fd >= 0 && fd < WATCHED)
		faults.watched[fd].epoll = 0;
	return next(close)(fd);
}

static bool is_among(const struct epoll_event *events, int number, const void *who)
{
	for (int i = 0; i < number; i++)
		if (events[i].data.ptr == who)
			return true;
	return false;
}

/* An event of somebody who has none: it may be read or written, is said. */
static int make_up(int epoll, struct epoll_event *events, int number)
{
	int first = (int)below(WATCHED);

	for (int i = 0; i < WATCHED; i++) {
		int fd = (first + i) % WATCHED;
		struct epoll_event event = faults.watched[fd].event;

		event.events &= EPOLLIN | EPOLLOUT;
		if (faults.watched[fd].epoll != epoll || event.events == 0 ||
		    is_among(events, number, event.data.ptr))
			continue;
		events[number] = event;
		return number + 1;
	}
	return number;
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout)
{
	bool wakes = strikes(faults.wake, WOKEN);
	int number;

	if (is_in_vain(epoll, false))
		return -1;
	if (faults.hurry > 0 && timeout > 0)
		timeout = 1 + timeout / (int)faults.hurry;
	number = next(epoll_wait)(epoll, events, most, wakes ? 0 : timeout);
	return wakes && number >= 0 && number < most ? make_up(epoll, events, number) : number;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int got = next(clock_gettime)(clock, now);
	__int128 nanoseconds = (__int128)now->tv_sec * 1000000000 + now->tv_nsec;

	if (got < 0 || faults.hurry == 0 || clock != CLOCK_MONOTONIC)
		return got;
	nanoseconds *= faults.hurry;
	now->tv_sec = (time_t)(nanoseconds / 1000000000);
	now->tv_nsec = (long)(nanoseconds % 1000000000);
	return got;
}
