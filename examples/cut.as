#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A cut in the middle of a frame, over several families: -D CLIENT=./client, run as CLIENT SPEC
each F in tcp:127.0.0.1:0 unix:$TMP/u {
  if "$F" ~ "tcp" set front = $F
  if "$F" ~ "unix" set front = "${F}2"
  test "the client tells of a cut frame over $F"
  listen s $F
  tunnel t $front $s paused
  run cl $CLIENT $t
  accept s as p
  send p "0123456789"
  let t <5
  reset t
  expect cl.err /reset|unexpected end/i
  exit cl 1 within 3s
}
