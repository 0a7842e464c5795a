/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a COVERAGE=1 build counted is written also when it ends by a signal that it raises; gcov-tool(1), ld(1) --wrap. */
#include <signal.h>

void __gcov_dump(void);
int __real_raise(int number);
int __wrap_raise(int number);

int __wrap_raise(int number)
{
	__gcov_dump();
	return __real_raise(number);
}
