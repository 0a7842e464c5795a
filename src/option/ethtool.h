/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of ethtool(8) whose answers the device itself gives names to: features, counts, sets of strings. */
#ifndef OPTION_ETHTOOL_H
#define OPTION_ETHTOOL_H

#include "option/ioctl.h"

/*
 * ioctl(2), once for the names and once for what they stand for. The answer takes
 * the place of the request's bytes; ethtool_print() knows it. A name that was typed
 * and that the device does not have is a usage error.
 */
int ethtool_perform(struct ioctl_request *request, int fd, struct error *err);
/* "rx-checksum=off (fixed)", a line each. */
void ethtool_print(const struct ioctl_request *request, struct buf *out);
void ethtool_print_json(const struct ioctl_request *request, const char *key, struct json *json);

#endif
