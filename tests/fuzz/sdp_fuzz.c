/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of service discovery, which a device sends: no channel beyond 30 is found in any. */
#include "family/bt_sdp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (sdp_channel_of(data, size, NULL) > 30 || sdp_channel_of(data, size, "Serial Port") > 30)
		abort();
	return 0;
}
