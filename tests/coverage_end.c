/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a COVERAGE=1 build counted is written also when it ends at once or by a signal that it raises; gcov-tool(1), ld(1) --wrap. */
#include <signal.h>

void __gcov_dump(void);
void __gcov_reset(void);
int __real_raise(int number);
int __wrap_raise(int number);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

int __wrap_raise(int number)
{
	__gcov_dump();
	__gcov_reset();
	return __real_raise(number);
}

void __wrap__exit(int status)
{
	__gcov_dump();
	/* a child that shares our memory leaves the rest to us */
	__gcov_reset();
	__real__exit(status);
}
