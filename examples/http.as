#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# Two requests over one connection, which the server must keep: -D SERVER=tcp:localhost:80
test "HTTP/1.1 keeps the connection"
open c $SERVER
repeat 2 {
  send c "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
  expect c /^HTTP\/1\.1 (\d+) .*\r\n/m as status
  if $status.1 != 200 fail "it answered $status.1"
  expect c /^Content-Length: (\d+)\r\n/mi as length
  expect c /\r\n\r\n/
  drain c until /^<\/html>\s*/m
}
send c "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
expect c eof
