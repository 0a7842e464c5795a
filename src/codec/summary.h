/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet says of itself in one line, in the words of tcpdump(1). */
#ifndef CODEC_SUMMARY_H
#define CODEC_SUMMARY_H

#include "base/buf.h"
#include "codec/reader.h"

#include <stdint.h>

/* Adds "IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 1, win 64240, length 0" of a packet without link header. */
void summary_print(uint16_t ethertype, struct span packet, struct buf *out);
/* The same of an Ethernet frame; the tags of VLANs stand in front. */
void summary_print_frame(struct span frame, struct buf *out);

#endif
