#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A descriptor travels over a UNIX socket, and who sent it is known.
test "hands a descriptor over"
listen s unix:$TMP/s,type=seqpacket,so-passcred
open c $s
accept s as p
open f file:/etc/hostname
send c "take" fds=f
recv p data == "take", cmsg.fds == 1, cmsg.uid == $UID as m
expect $m.fd /./
