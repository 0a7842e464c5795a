/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames and packets as lines, whatever they hold. */
#include "codec/summary.h"
#include "codec_check.h"

#include <linux/if_ether.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_ALL };
	cleanup_free char *copy = size > 0 ? memory_resize(NULL, size, 1) : NULL;
	struct span span = { copy, size };
	cleanup_buf struct buf line = { 0 };

	if (size == 0)
		return 0;
	memcpy(copy, data, size);
	summary_print_frame(span, &line);
	for (size_t i = 0; i < array_length(types); i++)
		summary_print(types[i], span, &line);
	require(memchr(buf_text(&line), '\n', line.length) == NULL, "more than one line");
	return 0;
}
