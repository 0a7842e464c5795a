# SPDX-License-Identifier: GPL-2.0-or-later
# progress.bats: how far a transfer is, its checksums, its copies, and its end after so many bytes.
# shellcheck disable=SC2154,SC2016
load ../helpers

# serve: a socat that echoes everything to each client, on $port.
serve() {
	start socat TCP-LISTEN:0,bind=127.0.0.1,fork PIPE
	wait_for eval 'ss -Hltnp | grep -q "pid=$pid,"'
	port=$(ss -Hltnp | sed -n "/pid=$pid,/s/.*127.0.0.1:\([0-9]*\) .*/\1/p")
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	head -c 400000 /dev/urandom >data
}

@test "--checksum: both directions have the sums that sha256sum finds, as lines and as events" {
	serve
	sum=$(sha256sum <data)
	run -0 --separate-stderr bash -c '"$1" connect -q --checksum sha256 "tcp:127.0.0.1:$2" <data >answer' - "$ANYSOCK" "$port"
	cmp data answer
	[ "${#stderr_lines[@]}" = 2 ]
	[[ ${stderr_lines[0]} == "anysock: sha256 ${sum%% *} forward #1, "* ]]
	[[ ${stderr_lines[1]} == "anysock: sha256 ${sum%% *} backward #1, "* ]]
	"$ANYSOCK" connect --json --checksum sha256 "tcp:127.0.0.1:$port" <data 2>events >answer
	[ "$(jq -r 'select(.type == "checksum") | .digest + " " + .direction + " \(.bytes)"' events)" = "${sum%% *} forward 400000
${sum%% *} backward 400000" ]
}

@test "--checksum: every algorithm is that of the coreutils or of openssl" {
	serve
	while read -r name command; do
		sum=$($command <data)
		sum=${sum##*= }
		run -0 --separate-stderr bash -c '"$1" send --checksum "$2" "tcp:127.0.0.1:$3" <data' - "$ANYSOCK" "$name" "$port"
		[[ $stderr == *"$name ${sum%% *} forward"* ]]
		# nothing is said of a direction that is not used
		[[ $stderr != *backward* ]]
	done <<-'END'
		blake2b512 b2sum
		md5 md5sum
		sha1 sha1sum
		sha256 sha256sum
		sha384 sha384sum
		sha512 sha512sum
		sha3-256 openssl dgst -sha3-256
	END
	run -2 "$ANYSOCK" send --checksum sha255 "tcp:127.0.0.1:$port"
	[[ $output == *sha256* ]]
}

@test "--checksum: each of a server's connections has its own" {
	ready_address listen --keep --checksum md5 tcp:127.0.0.1:0 -- cat
	for word in one two three; do
		printf %s "$word" | socat -t5 - "TCP:${address#tcp:}" >/dev/null
	done
	wait_for eval '[ "$(grep -c backward "$error_file")" = 3 ]'
	for word in one two three; do
		sum=$(printf %s "$word" | md5sum)
		[ "$(grep -c "md5 ${sum%% *} " "$error_file")" = 2 ]
	done
}

@test "--tee, --tee-back: each direction in its file, as it passed" {
	serve
	"$ANYSOCK" connect "tcp:127.0.0.1:$port" --tee sent --tee-back received <data >answer
	cmp data sent && cmp data received
	ready_address relay --once tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port" --tee requests --tee-back answers
	printf 'hello\n' | socat -t5 - "TCP:${address#tcp:}"
	status_of "$pid"
	[ "$(cat requests answers)" = $'hello\nhello' ]
	[ ! -e "no such folder" ]
	run -1 "$ANYSOCK" connect "tcp:127.0.0.1:$port" --tee "no such folder/file" </dev/null
	[[ $output == *"--tee no such folder/file: No such file"* ]]
}

@test "--tee: a disk that is full does not end the transfer, and is told" {
	[ -c /dev/full ] || skip "needs /dev/full"
	serve
	run -1 --separate-stderr bash -c '"$1" connect "tcp:127.0.0.1:$2" --tee-back /dev/full <data >answer' - "$ANYSOCK" "$port"
	cmp data answer
	[[ $stderr == *"--tee /dev/full: No space left on device"* ]]
}

@test "--read-bytes: ends a stream after so many bytes; fewer are not a success" {
	serve
	run -0 --separate-stderr bash -c '{ printf 0123456789; sleep 1; } | "$1" connect "tcp:127.0.0.1:$2" --read-bytes 4' - "$ANYSOCK" "$port"
	[ "$output" = 0123 ]
	run -0 "$ANYSOCK" send "tcp:127.0.0.1:$port" 0123456789 --read-bytes 4
	[ "$output" = 0123 ]
	run -1 --separate-stderr "$ANYSOCK" connect "tcp:127.0.0.1:$port" --read-bytes 4 <<<ab
	[ "$stderr" = "anysock: 3 of 4 bytes came" ]
	run -4 --separate-stderr "$ANYSOCK" send "tcp:127.0.0.1:$port" ab --eof=wait --read-bytes 4 --deadline 200ms
	[ "$output" = ab ]
	ready_address listen tcp:127.0.0.1:0 --read-bytes 1000
	socat -u "$BATS_TEST_TMPDIR/data" "TCP:${address#tcp:}" || true
	status_of "$pid"
	[ "$status" = 0 ]
	head -c 1000 data | cmp - "$output_file"
	run -2 "$ANYSOCK" send udp:127.0.0.1:9 x --read-bytes 3
	[[ $output == *"not measured but counted"*"--replies"* ]]
}

@test "--progress: bytes, rate, percent and time left of a file, and how it ended" {
	serve
	"$ANYSOCK" connect --progress=json --rate 400k "tcp:127.0.0.1:$port" <data 2>events >answer
	cmp data answer
	[ "$(jq -s 'length >= 4 and all(.size == 400000) and (.[0].left > 0.5) and (.[-1].forward == 400000) and (.[-1].left == 0)
		and (map(.forward) == (map(.forward) | sort))' events)" = true ]
	"$ANYSOCK" relay -u --progress=plain --rate 400k ./data "tcp:127.0.0.1:$port" 2>lines
	[[ $(tail -n 1 lines) == "390.6 KiB, "*"KiB/s, 100 %, "*" s" ]]
}

@test "--progress: of a limit on what is received, and of a listener's connection from its first byte on" {
	ready_address listen --progress=json --rate 400k --read-bytes 400000 tcp:127.0.0.1:0
	sleep 1
	socat -u "$BATS_TEST_TMPDIR/data" "TCP:${address#tcp:}" || true
	status_of "$pid"
	cmp data "$output_file"
	grep '^{' "$error_file" >events
	[ "$(jq -s '(.[0].size == 400000) and (.[0].left > 0.5) and (.[-1].forward == 400000) and (.[-1].seconds < 2.5)' events)" = true ]
}

@test "--progress: on a terminal one line, written over itself" {
	serve
	run -0 script -qec "$ANYSOCK connect --rate 250k tcp:127.0.0.1:$port <data >answer" /dev/null
	[[ $output == *$'\r'*"KiB/s, "*" %, "*"s left"$'\033[K\r'* ]]
	[[ $output == *$'\r\033[K' ]]
	[ "$(grep -c . <<<"$output")" = 1 ]
}
