/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a program who its client is, by the names of tcpserver(1) and ncat(1); environ(7). */
#ifndef FAMILY_CLIENT_ENVIRONMENT_H
#define FAMILY_CLIENT_ENVIRONMENT_H

#include "core/endpoint.h"

/*
 * Our environment and, where client is not NULL, what tells who it is. Ends
 * with NULL; owned: client_environment_free().
 */
char **client_environment(const struct endpoint *client);
void client_environment_free(char **environment);

#endif
