/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of name servers about a service: each record has a target that is text, and the order is that in which they are tried. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/resolve_srv.h"
#include "require.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that a sanitizer sees a step over its end. */
	cleanup_free char *answer = memory_resize(NULL, size + 1, 1);
	cleanup_free struct srv_record *records = NULL;
	size_t count;

	memcpy(answer, data, size);
	answer = memory_resize(answer, size > 0 ? size : 1, 1);
	count = srv_read((const unsigned char *)answer, size, &records);
	require(count <= size / 11, "more records than there is room for");
	for (size_t i = 0; i < count; i++) {
		require(bytes_are_text(records[i].target, strlen(records[i].target)), "a target that is no text");
		require(i == 0 || records[i - 1].priority <= records[i].priority, "not in order");
	}
	return 0;
}
