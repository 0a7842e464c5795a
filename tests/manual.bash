# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154,SC2016
# manual.bash: runs lines of the manual pages as they stand there, on a stage where every host, interface and folder that
# they name is to be had, and where what they do is seen by nobody else.
load ../helpers

# lines_of PAGE...: the lines below EXAMPLES, as a shell reads them.
lines_of() {
	awk '/^\.Sh / { is_in = $2 == "EXAMPLES" } is_in && sub(/^\.Dl /, "")' "$@" |
		sed 's/\\e/\\/g; s/\\(dq/"/g; s/\\&//g; s/\\-/-/g'
}

# line_with WORDS: the first line of any page with these words; sets line. Process 4711 of a page is process $swap.
line_with() {
	line=$(lines_of "$tree"/man/*.[1-9] | grep -F -m 1 -e "$1")
	[ -n "$line" ] || { echo "no page has a line with: $1" >&2 && return 1; }
	line=${line//4711/${swap:-4711}}
}

# stage: namespaces of our own with lo, a pair of Ethernet interfaces eth0 and eth1, hosts, and empty /run and /var/log.
stage() {
	needs root
	here=$BATS_TEST_TMPDIR/stage
	mkdir "$here"
	cat >"$here/set-up" <<'END'
set -e
ip link set lo up
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
ip link add eth0 type veth peer name eth1
ip address add 192.0.2.1/24 dev eth0
ip link set eth0 up
ip link set eth1 up
ip route add 224.0.0.0/4 dev eth0
mount -t tmpfs stage /run
mount -t tmpfs stage /var/log
mkdir /run/postgresql
printf '%s\n' '127.0.0.1 localhost db example.org' '127.0.1.1 newname.example newname' '127.0.0.9 server' >hosts
mount --bind hosts /etc/hosts
echo request >request
>ready
exec sleep 1000
END
	start unshare --mount --net --uts --propagation private bash -c "cd '$here' && . ./set-up"
	stage=$pid
	wait_for test -e "$here/ready" || { cat "$error_file" && false; }
}

on_stage() {
	nsenter -t "$stage" -m -n -u -r -w -- bash -c 'cd "$0" && "$@"' "$here" "$@"
}

# begin COMMAND...: like start, on the stage.
begin() {
	start nsenter -t "$stage" -m -n -u -r -w -- bash -c 'cd "$0" && exec "$@"' "$here" "$@"
}

# begin_line LINE: in the background; SIGTERM ends all programs of a pipeline.
begin_line() {
	begin setsid bash -c "trap 'trap - TERM; kill -TERM 0' TERM; { $1; } & wait \$!"
}

# start_line WORDS: the line with these words, in the background.
start_line() {
	line_with "$1" || return
	begin_line "$line"
}

# run_line WORDS [WHAT IT PRINTS]: the line with these words; sets output, and is to end with status 0.
run_line() {
	line_with "$1" || return
	output=$(on_stage timeout "$((patience * 2))" bash -c "$line" 2>&1 </dev/null) || {
		echo "$line: status $?: $output" && return 1
	}
	[[ $output == *"${2-}"* ]] || { echo "$line: $output" && return 1; }
}

# listens [-u|-x] WHERE: whether a socket is bound there on the stage.
listens() {
	local kind=-tl
	[[ $1 != -* ]] || { kind=$1 && shift; }
	on_stage ss -Han "$kind" | grep -qF -- "$1 "
}

# echo_at ADDRESS [FOLDER]: socat echoes there.
echo_at() {
	begin socat "$1,fork" EXEC:cat
}
