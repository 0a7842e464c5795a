# SPDX-License-Identifier: GPL-2.0-or-later
# foreign.bats: scripts against the servers of others: nginx, OpenSSH, and one that dies again and again; by bash and ash.
# shellcheck disable=SC2154,SC2016
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# a port that nobody has
free_port() {
	port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

# in_shells SCRIPT ARGUMENT...: by bash and by busybox's ash, with the same end.
in_shells() {
	local shell
	for shell in "busybox ash" bash; do
		# shellcheck disable=SC2086 # two words
		run -0 --separate-stderr timeout "$((3 * patience))" $shell -c "$@"
		outputs+=("$output")
	done
	[ "${outputs[0]}" = "${outputs[1]}" ]
}

nginx_serves() {
	needs command nginx busybox
	free_port
	mkdir -p web
	head -c 300000 /dev/urandom >web/file
	printf 'daemon off; pid %s/pid; error_log stderr; worker_processes 1; events {}
http { access_log off; client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s;
server { listen 127.0.0.1:%s; listen unix:%s/web.sock; root %s/web; location = /health { return 200 "healthy\\n"; } } }\n' \
		"$PWD" "$PWD" "$PWD" "$PWD" "$PWD" "$PWD" "$port" "$PWD" "$PWD" >nginx.conf
	[ "$(id -u)" != 0 ] || sed -i '1s/^/user root; /' nginx.conf
	start nginx -p "$PWD" -c "$PWD/nginx.conf"
}

@test "nginx: waited for until it is healthy, asked, scanned, and its file fetched whole" {
	nginx_serves
	in_shells '"$1" wait --timeout 20s --send "GET /health HTTP/1.0\r\n\r\n" --until "^healthy" "tcp:127.0.0.1:$2" "unix:$3/web.sock" &&
		"$1" send -q "tcp:127.0.0.1:$2" "GET /health HTTP/1.0" "" --crlf --until healthy | tail -n 1 &&
		"$1" scan -q "tcp:127.0.0.1:$2" | cut -c1-9' - "$ANYSOCK" "$port" "$PWD"
	[ "$output" = $'healthy\ntcp:127.0' ]
	# nginx takes the end of the question for that of the client, and cuts a long answer off
	printf 'GET /file HTTP/1.0\n\n' | "$ANYSOCK" connect --eof=wait --crlf --checksum sha256 "unix:$PWD/web.sock" >answer 2>sums
	tail -c 300000 answer | cmp - web/file
	sum=$(sha256sum <answer)
	grep -q "sha256 ${sum%% *} backward" sums
	"$ANYSOCK" connect --crlf --telnet --read-bytes 12 "tcp:127.0.0.1:$port" <<<$'GET /health HTTP/1.0\n' >beginning
	[[ $(cat beginning) == "HTTP/1.1 200" ]]
}

@test "nginx: 20 clients through a relay with a limit, each with the whole file" {
	nginx_serves
	"$ANYSOCK" wait --timeout 20s "tcp:127.0.0.1:$port"
	ready_address relay --max 4 tcp-listen:127.0.0.1:0 "tcp:127.0.0.1:$port"
	for i in {1..20}; do
		start bash -c 'curl -s --max-time 30 "http://127.0.0.1:$1/file" | cmp - "$2"' - "${address##*:}" web/file
		pids[i]=$pid
	done
	for i in {1..20}; do
		status_of "${pids[i]}"
		[ "$status" = 0 ]
	done
}

@test "sshd: its greeting is waited for, read and found by scan; the client says its own" {
	[ -x /usr/sbin/sshd ] || skip "needs command sshd"
	needs command busybox ssh-keygen
	free_port
	ssh-keygen -q -t ed25519 -N '' -f key
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	start /usr/sbin/sshd -D -e -f /dev/null -h "$PWD/key" -o "Port $port" -o ListenAddress=127.0.0.1 -o "PidFile $PWD/sshd.pid" -o UsePAM=no
	in_shells '"$1" wait --timeout 20s --until "^SSH-2\.0-OpenSSH" "tcp:127.0.0.1:$2" -- echo ready &&
		"$1" recv --until "^SSH-2.*" "tcp:127.0.0.1:$2" | cut -c1-15 &&
		"$1" scan -q --until "^SSH-" "tcp:127.0.0.1:$2" | grep -c open &&
		"$1" send --crlf --read-bytes 8 "tcp:127.0.0.1:$2" SSH-2.0-anysock' - "$ANYSOCK" "$port"
	[ "$output" = $'ready\nSSH-2.0-OpenSSH\n1\nSSH-2.0-' ]
}

# A server that greets one client, answers one line, and dies; twenty times.
flapping() {
	cat >flapping.py <<-'END'
		import socket, sys, time
		port = int(sys.argv[1])
		for life in range(20):
		    listener = socket.create_server(("127.0.0.1", port))
		    client = listener.accept()[0]
		    listener.close()
		    client.sendall(b"life %d\n" % life)
		    if life % 2:
		        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
		        time.sleep(0.1)
		    client.close()
		    time.sleep(0.02)
	END
	free_port
	start python -u flapping.py "$port"
}

@test "a server that dies 20 times, by end and by reset: every life is met, in scripts of both shells" {
	needs command busybox
	for shell in "busybox ash" bash; do
		flapping
		# shellcheck disable=SC2086 # two words
		run -0 --separate-stderr timeout "$((6 * patience))" $shell -c '"$1" recv --reconnect "tcp:127.0.0.1:$2,interval=10ms" --until "life 19"' - "$ANYSOCK" "$port"
		[ "$output" = "$(printf 'life %d\n' {0..19})" ]
		status_of "$pid"
	done
}

@test "a loop of one-shot questions meets the same server in each of its lives" {
	needs command busybox
	flapping
	run -0 --separate-stderr timeout "$((6 * patience))" busybox ash -c 'i=0
		while [ $i -lt 20 ]; do
			"$1" wait -q --timeout 9s --until life "tcp:127.0.0.1:$2" && i=$((i + 1)) || exit
		done; echo $i' - "$ANYSOCK" "$port"
	[ "$output" = 20 ]
}
