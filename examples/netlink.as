#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel tells of a link that comes and goes. It makes the link: run it in a network namespace of its own.
test "a link's life is announced"
need root netlink cmd ip
open n netlink:route::link
run - ip link add anysock0 type bridge
expect n netlink.op == newlink, data ~ "anysock0" within 2s
run - ip link del anysock0
expect n netlink.op == dellink, data ~ "anysock0" within 2s
silent n 100ms
