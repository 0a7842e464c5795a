# SPDX-License-Identifier: GPL-2.0-or-later
# events.bats: every line that --json writes to standard error is what schema/events-1.json says, by python3-jsonschema and jq.
# shellcheck disable=SC2154,SC2016
load ../helpers

# valid FILE: every line is JSON and an event of the schema; the types in their order are in $types.
valid() {
	[ -s "$1" ]
	jq -e . "$1" >/dev/null
	/usr/bin/python3 - "$tree/schema/events-1.json" "$1" <<-'END' || return 1
		import json, sys
		from jsonschema import Draft7Validator
		schema = json.load(open(sys.argv[1]))
		Draft7Validator.check_schema(schema)
		for line in open(sys.argv[2]):
		    event = json.loads(line)
		    for error in Draft7Validator(schema).iter_errors(event):
		        sys.exit(line + error.message)
	END
	types=$(jq -r .type "$1" | tr '\n' ' ')
}

@test "events: a connection from opening to close, with both addresses, times and counts" {
	start socat TCP-LISTEN:0,bind=127.0.0.1,fork SYSTEM:cat
	port=$(wait_for eval 'ss -Hltnp | grep "pid=$pid," >/dev/null' && ss -Hltnp | sed -n "/pid=$pid,/s/.*127.0.0.1:\([0-9]*\) .*/\1/p")
	"$ANYSOCK" connect --json -vv --stats "tcp:localhost:$port" <<<hello 2>"$BATS_TEST_TMPDIR/events" >/dev/null
	valid "$BATS_TEST_TMPDIR/events"
	[ "$types" = "opening opened opening opened message end message end closed statistics " ]
	[ "$(jq -r 'select(.type == "opened" and .peer) | .spec, .peer, (.local | test("^tcp:127.0.0.1:[0-9]+$")), (.seconds >= .lookup)' "$BATS_TEST_TMPDIR/events")" = "tcp:localhost:$port
tcp:127.0.0.1:$port
true
true" ]
	[ "$(jq -r 'select(.type == "message") | .direction + " " + .data' "$BATS_TEST_TMPDIR/events")" = $'forward 68656c6c6f0a\nbackward 68656c6c6f0a' ]
	[ "$(jq -r 'select(.type == "closed") | .forward.bytes, .backward.bytes, (.seconds > 0)' "$BATS_TEST_TMPDIR/events")" = $'6\n6\ntrue' ]
}

@test "events: a server's, for each of its clients" {
	ready_address listen --keep --json --stats tcp:127.0.0.1:0 -- cat
	server=$pid events=$error_file
	for n in 1 2; do [ "$(nc -N 127.0.0.1 "${address##*:}" <<<"$n")" = "$n" ]; done
	wait_for eval '[ "$(jq -s "map(select(.type == \"closed\")) | length" "$events")" = 2 ]'
	kill -USR1 "$server"
	wait_for grep -q statistics "$events"
	stop "$server"
	valid "$events"
	[ "$(jq -r 'select(.type == "listening") | .local' "$events")" = "$address" ]
	[ "$(jq -r 'select(.type == "accepted") | .session' "$events")" = $'1\n2' ]
	[ "$(jq -s 'map(select(.type == "statistics"))[0].sessions' "$events")" = 2 ]
}

@test "events: errors of every kind are objects, those of usage too" {
	for words in "connect tcp:127.0.0.1:1" "connect nonsense:" "connect tcp:nowhere.invalid:1" "recv unix:/nope --timeout 1s" \
		"wait unix:/nope --timeout 50ms" "connect --reconnect tcp:127.0.0.1:1,interval=10ms --timeout 100ms" \
		"send tcp:127.0.0.1:1 x --replies 1"; do
		# shellcheck disable=SC2086 # words
		"$ANYSOCK" $words --json </dev/null 2>"$BATS_TEST_TMPDIR/events" || true
		valid "$BATS_TEST_TMPDIR/events"
		[[ $types == *error* ]]
	done
	place() { jq -c '.error.place | [.text, .column, .length]' "$BATS_TEST_TMPDIR/events"; }
	"$ANYSOCK" connect --json 'unix:grün,nodlay' 2>"$BATS_TEST_TMPDIR/events" || true
	valid "$BATS_TEST_TMPDIR/events"
	[ "$(place)" = '["unix:grün,nodlay",11,6]' ]
	"$ANYSOCK" connect --json alg:skcipher:cbc:aes,key=123,nodlay 2>"$BATS_TEST_TMPDIR/events" || true
	[[ $(place) = *',key=***,nodlay",'* ]]
	"$ANYSOCK" connect tcp:127.0.0.1:1 --json </dev/null 2>&1 | jq -e 'select(.type == "error") | .error | .kind == "refused" and .errno == "ECONNREFUSED"' | grep -qx true
}

@test "events: progress is one too" {
	head -c 100000 /dev/zero >"$BATS_TEST_TMPDIR/data"
	ready_address listen tcp:127.0.0.1:0
	"$ANYSOCK" connect --json --progress=json "tcp:${address#tcp:}" --deadline 700ms <"$BATS_TEST_TMPDIR/data" 2>"$BATS_TEST_TMPDIR/events" || true
	valid "$BATS_TEST_TMPDIR/events"
}

@test "events: what the schema does not allow is found" {
	echo '{"v":1,"type":"opened","time":"2026-01-01T00:00:00.000000000Z"}' >"$BATS_TEST_TMPDIR/events"
	run valid "$BATS_TEST_TMPDIR/events"
	[ "$status" != 0 ]
	echo '{"v":1,"type":"unheard-of"}' >"$BATS_TEST_TMPDIR/events"
	run valid "$BATS_TEST_TMPDIR/events"
	[ "$status" != 0 ]
}
