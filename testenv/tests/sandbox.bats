#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# "testenv sandbox" without bpf(2): what goes in and comes out, limits, ways out that
# are closed, and that nothing is left. What a sandbox must stop is tried for real.

# Variables in single quotes are for the shell inside the sandbox.
# shellcheck disable=SC2016

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

box() {
	testenv sandbox "$@"
}

# how KEY: what the report says
how() {
	jq -r ".$1" how.json
}

# Inside: prints the number of the sandbox's supervisor, which its user and its cgroups are called by.
NUMBER='read -r _ uid _ </proc/self/uid_map; echo $((uid - 1900000000))'

# no_cgroups NUMBER...: nothing is left of these sandboxes' cgroups
no_cgroups() {
	local number
	for number in "$@"; do
		[ -z "$(find /sys/fs/cgroup -type d -name "sandbox.$(stat -Lc %i /proc/self/ns/pid).$number" 2>/dev/null)" ] || return 1
	done
}

gone_for_good() {
	[ ! -e "/proc/$1" ]
}

# The children of a process.
children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

@test "a compiler runs inside: file in, file out" {
	echo 'int main(void) { return 42; }' >x.c
	box --copy x.c --collect a.out=prog --status how.json -- gcc x.c
	run -42 ./prog
	[ "$(how reason) $(how status)" = "exit 0" ]
	(($(how memory_peak) > 1000000)) && (($(how cpu_ms) >= 0))
	[ "$(ls)" = "$(printf 'how.json\nprog\nx.c')" ]
}

@test "output comes as it is written, stdout and stderr apart; arguments and variables arrive" {
	run -0 --separate-stderr box --env "A=x y" -- sh -c 'echo "$A $1 $PWD $HOME"; echo err >&2' sh 'a  b'
	[ "$output" = "x y a  b /box /box" ]
	# shellcheck disable=SC2154
	[ "$stderr" = err ]
	mkfifo in
	coproc BOX { exec testenv sandbox -- sh -c 'echo first; exec tail -f /dev/null'; }
	pid=$!
	read -rt 20 line <&"${BOX[0]}"
	[ "$line" = first ]
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" = 143 ]
}

@test "exit status is CMD's; signals are passed on; codes before CMD" {
	run -7 box -- sh -c 'exit 7'
	run -139 box --status how.json -- sh -c 'kill -SEGV $$'
	[ "$(how reason)" = signal ]
	run -2 box -- /no/such/program
	run -2 box --copy nonesuch -- true
	run -2 box --bind nonesuch -- true
	run -2 box --bind /usr:relative -- true
	run -2 box --bind /usr:/a/../b -- true
	run -2 box --copy /usr/bin/env:../x -- true
	run -2 box --collect ../x=y -- true
	run -2 box --collect x -- true
	run -2 box --socket 77 -- true
	run -2 box --network maybe -- true
	run -2 box --memory lots -- true
	run -2 box
	[[ $output == "testenv: "* ]]
}

@test "a signal reaches CMD, which may end in its own way" {
	coproc BOX { exec testenv sandbox -- bash -c 'exec 5<> <(:); trap "echo told; exit 3" TERM; echo ready; while :; do read -rt 1 -u 5 x; done'; }
	pid=$!
	read -rt 20 line <&"${BOX[0]}"
	kill -TERM "$pid"
	read -rt 20 line <&"${BOX[0]}"
	[ "$line" = told ]
	wait "$pid" || status=$?
	[ "$status" = 3 ]
}

@test "what is shown is read only, and no device or setuid program in it works" {
	mkdir shown && echo text >shown/file && mknod shown/null c 1 3 && cp /usr/bin/id shown/id && chmod 4755 shown/id
	run -0 --separate-stderr box --bind "$PWD/shown:/shown" --bind "$PWD/shown/file:/deep/er/file" -- sh -c 'cat /shown/file /deep/er/file
		grep -c " /shown .* ro,nosuid,nodev" /proc/self/mounts
		! touch /shown/new && ! rm /shown/file && ! echo >/shown/null && ! touch /x && /shown/id -u' 2>/dev/null
	[ "${lines[*]}" = "text text 1 0" ]
	[ "$(cat shown/file)" = text ]
	# A link in a shown folder is no way to mount over something outside.
	ln -s /etc shown/link
	# Inside, /tmp is the work folder by another name.
	run -0 --separate-stderr box --bind "$PWD/shown:/tmp/a/tree" -- cat /tmp/a/tree/file
	[ "$output" = text ]
	run -5 box --bind "$PWD/shown:/shown" --bind /usr/bin:/shown/link -- true
}

@test "limits: time, processor time, memory, output, files" {
	run -124 box --seconds 0.3 --status how.json -- sh -c 'exec tail -f /dev/null'
	[ "$(how reason)" = time ]
	run -124 box --cpu-seconds 0.3 --status how.json -- sh -c 'while :; do :; done'
	[ "$(how reason)" = time ]
	run -137 box --memory 32 --status how.json -- sh -c 'x=aaaaaaaa; while :; do x=$x$x; done'
	[ "$(how reason)" = memory ]
	[ "$(how 'limits | tostring')" = '["memory"]' ]
	box --output 10 --status how.json -- yes >out || status=$?
	[ "$status" = 137 ] && [ "$(stat -c %s out)" = 10240 ] && [ "$(how reason)" = output ]
	run box --files 1 --status how.json -- sh -c 'i=0; while echo >f$i; do i=$((i+1)); done; exit 9'
	[ "$status" = 9 ] && [ "$(how reason)" = files ]
	run box --files 2 --memory 64 --status how.json -- sh -c 'head -c 1500000 /dev/zero >a; head -c 1500000 /dev/zero >/dev/shm/b || exit 9'
	[ "$status" = 9 ] && [ "$(how reason)" = files ]
}

@test "a fork bomb and a bomb of daemons end with the sandbox" {
	run -124 box --pids 20 --seconds 1 --status how.json -- bash -c 'b() { while :; do (b) 2>/dev/null; done; }; b' 2>/dev/null
	[[ $(how limits) == *pids* ]]
	# Forked twice, with a session and a name of its own.
	run -0 box -- bash -c "$NUMBER"'; for i in 1 2 3; do (setsid bash -c "exec -a escaped-'$$' tail -f /dev/null" </dev/null >/dev/null 2>&1 &) & done; wait'
	no_cgroups "$output"
	run ! pgrep -f "escaped-$$"
}

@test "with the machine's process numbers, too, its processes are hidden, and all of it ends" {
	run box --processes join -- sh -c 'ls -d /proc/[0-9]* | wc -l; kill -0 1 2>/dev/null || kill -0 '$$' 2>/dev/null || echo none; echo $$; ls /proc/sys /proc/1'
	((lines[0] <= 5)) && [ "${lines[1]}" = none ] && ((lines[2] > 10)) && [ "${#lines[@]}" -ge 5 ]
	[[ $output == *"/proc/sys"*"/proc/1"* ]]
	run -0 box --processes join -- bash -c "$NUMBER"'; for i in 1 2 3; do (setsid bash -c "exec -a escaped-'$$' tail -f /dev/null" </dev/null >/dev/null 2>&1 &) & done; wait'
	no_cgroups "$output"
	run ! pgrep -f "escaped-$$"
	run -124 box --processes join --pids 20 --seconds 1 -- bash -c "$NUMBER"'; b() { while :; do (b) 2>/dev/null; done; }; b' 2>/dev/null
	no_cgroups "${lines[0]}"
}

@test "neither the machine's files nor its processes are in sight" {
	run box -- sh -c 'for f in /etc/shadow /root /home /proc/sys /proc/kallsyms /proc/kcore /sys/fs/cgroup/cgroup.procs /dev/mem /dev/tty /dev/vda /var /run/testenv; do
		[ ! -e $f ] || echo "there is $f"; done; ls -d /proc/[0-9]* | wc -l'
	((output <= 6))
	run box -- sh -c 'cat /proc/1/environ || cat /proc/1/mem || ls /proc/1/fd/ || ls /proc/1/root/'
	[ "$status" -ne 0 ]
	# An fd that the caller left open does not arrive.
	exec 9</etc 8>leak
	run -0 box -- sh -c 'ls /proc/self/fd | wc -l; ! cat <&9; ! echo x >&8'
	[ "${lines[0]}" -le 4 ]
	exec 9<&- 8>&-
}

@test "no capability, no new privileges, and no way to get some" {
	run -0 box -- sh -c 'grep -E "^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):" /proc/self/status | tr -d "\t\n"'
	[ "$output" = "CapPrm:0000000000000000CapEff:0000000000000000CapBnd:0000000000000000CapAmb:0000000000000000NoNewPrivs:1Seccomp:2" ]
}

@test "doors that are shut: each is tried" {
	"${CC:-cc}" -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -o doors "$BATS_TEST_DIRNAME/doors.c"
	for network in none join; do
		run -0 testenv run --topology none -- testenv sandbox --network $network --copy doors -- ./doors
		echo "$output"
		[[ $output != *OPEN* ]]
		[ "$(grep -c ^shut <<<"$output")" -ge 40 ]
	done
}

@test "what a submission leaves in its folder cannot fool the one who fetches it" {
	echo old >kept
	box --collect link=a --collect dir=b --collect fifo=c --collect two=d --collect none=kept --collect sub/link/x=e -- sh -c '
		ln -s /etc/passwd link; mkdir dir sub; ln -s /usr sub/link; mkfifo fifo; echo >two; ln two three'
	[ -z "$(ls)" ]
	box --collect sub/fine=f -- sh -c 'mkdir sub; echo fine >sub/fine; chmod 6777 sub/fine'
	[ "$(cat f) $(stat -c %a f)" = "fine 755" ]
}

@test "a network of its own, or the environment's, never the machine's" {
	run -0 box -- sh -c 'grep -c : /proc/self/net/dev; grep -q "lo:" /proc/self/net/dev; echo x | socat -t1 - udp-sendto:127.0.0.1:9'
	[ "${lines[0]}" = 1 ]
	run -2 box --network join -- true
	[[ $output == *"testenv run"* ]]
	run -0 testenv run -- testenv sandbox --network join -- sh -c 'grep -q eth0: /proc/self/net/dev && ! ip link set dev eth0 mtu 1400 2>/dev/null && echo joined'
	[ "$output" = joined ]
}

@test "--socket hands over one descriptor" {
	run -0 bash -c 'coproc C { socat - unix-listen:s,unlink-close=1; }
		until [ -S s ]; do read -rt 0.02 <> <(:); done
		python3 - <<<"
import socket, subprocess
s = socket.socket(socket.AF_UNIX); s.connect(\"s\")
subprocess.run([\"testenv\", \"sandbox\", \"--socket\", str(s.fileno()), \"--\", \"sh\", \"-c\", \"echo hello >&3; ls /proc/self/fd | wc -l\"], pass_fds=[s.fileno()])
"
		read -rt 20 line <&"${C[0]}"; echo "got $line"'
	[[ $output == *"got hello" ]]
}

@test "kill -9 of either process leaves nothing" {
	for victim in front supervisor both; do
		testenv sandbox -- sh -c '(setsid tail -f /dev/null &) ; exec tail -f /dev/null' 3>&- &
		front=$!
		wait_for 20 sh -c "children() { cat /proc/\$1/task/\$1/children; }; [ -n \"\$(children \$(children $front))\" ]"
		super=$(children $front)
		super=${super% }
		init=$(children "$super")
		init=${init%% *}
		case $victim in
		front) kill -KILL $front ;;
		supervisor) kill -KILL "$super" ;;
		both) kill -KILL $front "$super" ;;
		esac
		wait $front || :
		wait_for 20 gone "$init"
		# With both killed the next one, or gc, cleans up, as soon as they are reaped.
		[ $victim != both ] || wait_for 20 gone_for_good "$super"
		[ $victim != both ] || testenv gc
		wait_for 20 no_cgroups "$super"
	done
}

@test "many at a time do not know of each other" {
	for i in 1 2 3 4 5 6; do
		box --status how$i.json -- sh -c "echo $i >f; cat f; ls | wc -l; $NUMBER" >out$i 3>&- &
	done
	wait
	for i in 1 2 3 4 5 6; do
		mapfile -t lines <out$i
		[ "${lines[*]:0:2}" = "$i 1" ]
		no_cgroups "${lines[2]}"
	done
}
