#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A resolver whose first question gets no answer must ask again: -D RESOLVER=./resolver, run as RESOLVER ADDRESS PORT NAME
test "asks again after a lost answer"
listen d udp:127.0.0.1:0
run r $RESOLVER 127.0.0.1 $d.port a.test
recv d any as first
recv d data == $first.data within 300ms..5s as second
send d $second.data[0..2] hex{8180 0001 0001 0000 0000} $second.data[12..] \
       hex{c00c 0001 0001 0000003c 0004 7f000001} to $second.from
expect r.out "127.0.0.1"
exit r 0
