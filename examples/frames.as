#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A server of frames (two bytes of length, then so many) that come in halves, or only half: -D TCP=tcp:127.0.0.1:7000 -D UNIX=unix:/run/frames
each S in $TCP $UNIX {
  test "frames in whatever pieces over $S"
  open c $S
  send c u16be(5) "hello" split 1 pace 2ms
  recv c u16be(5) "HELLO"
  send c u16be(2) "ab" u16be(0) u16be(3) "cde"
  recv c u16be(2) "AB" u16be(0) u16be(3) "CDE"
  test "half a frame is no frame over $S"
  open c $S
  send c u16be(10) "half"
  silent c 50ms
  shut c
  recv c eof
  test "a frame that is cut off harms nobody else over $S"
  tunnel t unix:$TMP/cut $S paused
  open c $t
  open d $S
  send c u16be(10) "0123456789"
  let t >7
  reset t
  recv c eof
  send d u16be(4) "here"
  recv d u16be(4) "HERE"
}
