#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand questions, a bound on the time of the answers, and a reset that the server must survive:
# -D AGENT=vsock:3:5000
test "the agent answers in time"
open g $AGENT
repeat 1000 {
  send g "ping\n"
  recv g "pong\n" within 500ms
}
if $g.rtt.p99 > 100ms fail "p99 is $g.rtt.p99"
log "p50 $g.rtt.p50, p99 $g.rtt.p99"
reset g
test "and lives on after a reset"
open g2 $AGENT
ask g2 "ping\n" "pong\n"
