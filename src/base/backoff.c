/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Delays that grow, with jitter; getrandom(2). */
#include "base/backoff.h"

#include <sys/random.h>

nanoseconds backoff_step(struct backoff *backoff)
{
	nanoseconds delay = backoff->next;
	uint32_t dice = UINT32_MAX / 2;

	backoff->next = delay < backoff->longest / 3 * 2 ? delay + delay / 2 : backoff->longest;
	/* Early in the boot there is none yet: then without. */
	if (getrandom(&dice, sizeof(dice), GRND_NONBLOCK) < 0)
		return delay;
	return delay - delay / 4 + (nanoseconds)((double)delay / 2 * dice / UINT32_MAX);
}
