# SPDX-License-Identifier: GPL-2.0-or-later
# rate.bats: transfers that may only be so fast.
# shellcheck disable=SC2154,SC2016
load ../helpers

# milliseconds COMMAND...: how long it takes, in $took.
milliseconds() {
	local begin=${EPOCHREALTIME/./}
	"$@"
	took=$(((${EPOCHREALTIME/./} - begin) / 1000))
}

@test "--rate: a stream takes as long as it has to, and comes whole" {
	head -c 600000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	start socat -u TCP-LISTEN:0,bind=127.0.0.1 "CREATE:$BATS_TEST_TMPDIR/got"
	wait_for eval 'ss -Hltnp | grep -q "pid=$pid,"'
	port=$(ss -Hltnp | sed -n "/pid=$pid,/s/.*127.0.0.1:\([0-9]*\) .*/\1/p")
	milliseconds "$ANYSOCK" connect --rate 400k "tcp:127.0.0.1:$port" <"$BATS_TEST_TMPDIR/data"
	[ "$took" -ge 1200 ]
	[ "$took" -le 6000 ]
	status_of "$pid"
	cmp "$BATS_TEST_TMPDIR/data" "$BATS_TEST_TMPDIR/got"
}

@test "--rate: messages stay whole" {
	ready_address recv udp-listen:127.0.0.1:0 --count 10 --format hex
	yes 30313233343536373839 | head -n 10 >"$BATS_TEST_TMPDIR/lines"
	milliseconds "$ANYSOCK" send --format hex --rate 100 "udp:127.0.0.1:${address##*:}" <"$BATS_TEST_TMPDIR/lines"
	[ "$took" -ge 700 ]
	status_of "$pid"
	[ "$(grep -c 30313233343536373839 "$output_file")" = 10 ]
}
