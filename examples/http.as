#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# Requests over one connection, which the server must keep: -D SERVER=tcp:localhost:80
test "HTTP/1.1 keeps the connection"
open c $SERVER
repeat 3 {
  send c "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
  recv c /HTTP\/1\.1 (?<status>\d+) .*?^Content-Length: (?<length>\d+)\r\n.*?\r\n\r\n/msi as head
  if $head.status != 200 fail "it answered $head.status"
  recv c any($head.length)
}
log "half of the answers began within $c.rtt.p50"
test "two requests at once are answered one after the other"
open c $SERVER
send c "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2
repeat 2 {
  recv c /HTTP\/1\.1 200 .*?^Content-Length: (?<length>\d+)\r\n.*?\r\n\r\n/msi as head
  recv c any($head.length)
}
silent c 50ms
test "and closes it where it is asked to"
open c $SERVER
send c "GET /no-such-page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
recv c /HTTP\/1\.1 404 /
expect c eof
