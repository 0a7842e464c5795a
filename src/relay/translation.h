/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends of lines and telnet's negotiation, between a stream and whoever reads and writes it. */
#ifndef RELAY_TRANSLATION_H
#define RELAY_TRANSLATION_H

#include "core/endpoint.h"

/* Puts what crlf= and telnet of its target ask for around an open stream; nothing where they ask for nothing. */
void translation_wrap(struct endpoint *endpoint);

#endif
