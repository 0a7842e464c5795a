/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A key that the kernel holds already, by its number or its name; request_key(2), keyrings(7), linux/if_alg.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/uapi.h"
#include "family/alg.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* "SERIAL", or "TYPE:DESCRIPTION" that is looked for in the keyrings of this process. */
static int find_key(const char *text, int32_t *serial, struct error *err)
{
	const char *colon = strchr(text, ':');
	cleanup_free char *type = NULL;
	uint64_t number;

	if (colon == NULL) {
		if (number_unsigned(text, 1, INT32_MAX, &number, err) < 0)
			return error_hint(err, "or TYPE:DESCRIPTION, as in user:backup or logon:disk");
		*serial = (int32_t)number;
		return 0;
	}
	type = memory_copy(text, (size_t)(colon - text));
	*serial = (int32_t)syscall(SYS_request_key, type, colon + 1, NULL, 0);
	return *serial < 0 ? error_system(err, "request_key") : 0;
}

static int refuse(struct error *err)
{
	int code = errno;

	error_code(err, code, "set the key");
	if (code == ENOPROTOOPT || code == EOPNOTSUPP)
		error_hint(err, "ciphers take keys of keyrings from Linux 6.2 on: keyring= wants a kernel "
				"with CONFIG_KEYS and that option; key=@FILE works with any");
	return -1;
}

int alg_set_key_of_ring(const struct target *target, int fd, struct error *err)
{
	const char *text = target_text(target, "keyring", NULL);
	int32_t serial;
	int set = 0;

	if (text == NULL)
		return 0;
	set = find_key(text, &serial, err);
	if (set == 0 && setsockopt(fd, SOL_ALG, ALG_SET_KEY_BY_KEY_SERIAL, &serial, sizeof(serial)) < 0)
		set = refuse(err);
	return set < 0 ? error_context(err, "keyring") : 0;
}
