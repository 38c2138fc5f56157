#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The lessons about access control lists: each one's finished program against the
# reference, packet by packet; lists that are replaced while packets are judged; and the
# tool around them. Every lesson there is (lab03-xdp/14 to 17) is tried.
#
# A longer comparison, five million packets and more, other ones each time:
#	sh common/acl/tests/long.sh build
#
# shellcheck disable=SC2030,SC2031 # what bats' functions set
top=$BATS_TEST_DIRNAME/../../..
: "${BUILD:=$top/build}"
export BUILD PATH="$BUILD/bin:$PATH"

setup_file() {
	[[ $(id -u) == 0 ]] || skip "needs root"
	[[ -d $top/lab03-xdp/14-acl-linear/solution ]] || skip "this tree has no solutions"
	cd "$top" || return
	make -s BUILD="$BUILD" acl-tests tools
	for lesson in lab03-xdp/1[4-7]-acl-*/solution; do
		make -s BUILD="$BUILD" LESSON="${lesson%/solution}" OVERLAY=solution lesson
	done
}

setup() {
	cd "$top" || return
	lessons=()
	for lesson in lab03-xdp/1[4-7]-acl-*/solution; do
		lessons+=("${lesson%/solution}")
	done
	acl=$BUILD/run/lab03-xdp/14-acl-linear/solution/acl
	seed=${ACL_SEED:-1}
}

in_environment() {
	env -u BATS_RUN_TMPDIR -u BATS_TMPDIR "$BUILD/bin/testenv" run --timeout 300 -- "$@"
}

# shown TEXT: also when all is well
shown() {
	echo "# ${1//$'\n'/$'\n'# }" >&3
}

# kinds_of LESSON: what it takes
kinds_of() {
	case $1 in
	*/15-*) echo exact ;;
	*) echo random,acl,fw,ipc,exact ;;
	esac
}

# differ ACL KINDS COUNTS PACKETS: sets output and status
differ() {
	run in_environment "$BUILD/acl/differential" "$1" /sys/fs/bpf/differential "$2" "$3" "$4" "$seed"
	echo "$output"
}

@test "every lesson's program decides as the reference does" {
	for lesson in "${lessons[@]}"; do
		differ "$BUILD/run/$lesson/solution/acl" "$(kinds_of "$lesson")" 10,100,1000,10000 200
		[ "$status" = 0 ]
		shown "$lesson: ${lines[-1]}"
	done
}

# What is off by one in each of them: a change of solution/acl.bpf.c, in the words of sed.
mutations_of() {
	case $1 in
	*/14-*)
		echo 's/key->dport > rule->dport_hi/key->dport >= rule->dport_hi/'
		echo 's/key->sport < rule->sport_lo/key->sport <= rule->sport_lo/'
		echo 's/for (int i = 0; i < 4; i++)/for (int i = 0; i < 3; i++)/'
		;;
	*/15-*)
		echo 's/family == 4 ? 32 : 128/family == 4 ? 31 : 128/'
		echo 's/family == 4 ? 32 : 128/family == 4 ? 32 : 127/'
		;;
	*/16-*)
		echo 's/family == 4 ? 32 : 128/family == 4 ? 31 : 128/'
		echo 's/return 64 \* i + lowest_bit(all)/return 64 * i + lowest_bit(all) + 1/'
		echo 's/i < WORDS && i < words/i < WORDS \&\& i + 1 < words/'
		;;
	*/17-*)
		echo 's/key->sport >= entry->sport_lo/key->sport > entry->sport_lo/'
		echo 's/key->dport <= entry->dport_hi/key->dport < entry->dport_hi/'
		echo 's/i < CUT_LEAF_MAX && i < leaf->count/i < CUT_LEAF_MAX \&\& i + 1 < leaf->count/'
		;;
	esac
}

# mutant LESSON CHANGE: builds it into BUILD/run/LESSON/sub-mutant
mutant() {
	local folder=$BATS_TEST_TMPDIR/mutant/$1
	mkdir -p "$folder"
	cp "$1"/solution/* "$folder/"
	sed -i "$2" "$folder/acl.bpf.c"
	! cmp -s "$folder/acl.bpf.c" "$1/solution/acl.bpf.c" || {
		echo "$1: $2 changes nothing"
		return 1
	}
	make -s BUILD="$BUILD" LESSON="$1" OVERLAY=sub-mutant SUBMISSION="$BATS_TEST_TMPDIR/mutant" lesson
}

@test "a program that is off by one is found" {
	for lesson in "${lessons[@]}"; do
		found=0
		while IFS= read -r change; do
			mutant "$lesson" "$change"
			differ "$BUILD/run/$lesson/sub-mutant/acl" "$(kinds_of "$lesson")" 30,300 300
			echo "$lesson: $change"
			[ "$status" = 1 ]
			found=$((found + 1))
		done < <(mutations_of "$lesson")
		[ "$found" -ge 2 ]
		shown "$lesson: $found of $found changes are found"
	done
}

# swap LESSON OVERLAY: replaces lists of that program while packets are judged. Sets output and status.
swap() {
	local kind=fw
	[[ $1 != */15-* ]] || kind=exact
	run in_environment "$BUILD/acl/swap" "$BUILD/run/$1/$2/acl" /sys/fs/bpf/swap $kind 500 20 "$seed"
	echo "$1: $output"
}

@test "a packet is judged by the old list or by the new one" {
	for lesson in "${lessons[@]}"; do
		swap "$lesson" solution
		[ "$status" = 0 ]
		shown "$lesson: ${lines[-1]}"
	done
}

@test "a loader that replaces one table after the other is found" {
	found=0
	for lesson in "${lessons[@]}"; do
		[[ -d $lesson/wrong/in-use ]] || continue
		make -s BUILD="$BUILD" LESSON="$lesson" OVERLAY=wrong-in-use lesson
		swap "$lesson" wrong-in-use
		[ "$status" = 1 ]
		shown "$lesson: ${lines[-1]}"
		found=$((found + 1))
	done
	[ "$found" = 2 ]
}

# A loader that changes the list in place must be found, too.
@test "a loader that mixes lists is found" {
	folder=$BATS_TEST_TMPDIR/mixing
	mkdir -p "$folder"
	cp lab03-xdp/14-acl-linear/acl.c "$folder/acl.c"
	sed -i 's/list = bpf_map_create(BPF_MAP_TYPE_ARRAY/list = in_use(outer);\n\tif (list < 0)\n\t\tlist = bpf_map_create(BPF_MAP_TYPE_ARRAY/; /^static int install/i \
static int in_use(int outer)\
{\
	const __u32 zero = 0;\
	__u32 id;\
\
	return bpf_map_lookup_elem(outer, &zero, &id) ? -1 : bpf_map_get_fd_by_id(id);\
}\
' "$folder/acl.c"
	# shellcheck disable=SC2086 # flags
	gcc -D_GNU_SOURCE -O2 -I. -I"$BUILD/run/lab03-xdp/14-acl-linear/solution" -Ilab03-xdp/14-acl-linear \
		"$folder/acl.c" "$BUILD/lib/liblab.a" -lbpf -lelf -lz -o "$folder/acl"
	run in_environment "$BUILD/acl/swap" "$folder/acl" /sys/fs/bpf/swap fw 10000 40 "$seed"
	echo "$output"
	[ "$status" = 1 ]
}

# ---- the tool ----------------------------------------------------------------

# script: runs stdin in an environment, with acl on its way, in a folder of its own
script() {
	cat >"$BATS_TEST_TMPDIR/script"
	# shellcheck disable=SC2016 # the shell in the environment expands it
	run in_environment env PATH="${acl%/acl}:$PATH" sh -c 'cd "$1" && . "$1/script"' sh "$BATS_TEST_TMPDIR"
	echo "$output"
}

@test "bad rules are named with file and line, and nothing is changed" {
	script <<-'END'
		printf '%s\n' 'deny udp from any to any port 53' 'default deny' >good
		printf '%s\n' 'permit tcp from any to any' '' '# two' 'permit tcp from 1.2.3.4/33 to any' >bad
		printf '%s\n' '@1.2.3.4/8 5.6.7.8/32 0 : 65535 0 : 65536 0x06/0xff' >classbench
		printf '%s\n' '*filter' ':INPUT DROP [0:0]' '-A INPUT -i eth0 -j ACCEPT' 'COMMIT' >saved
		awk 'BEGIN { for (i = 0; i <= 10000; i++) print "deny tcp from any to any port " i }' >long
		acl load good
		for file in bad classbench saved long missing; do
			acl load $file
			echo "code $?"
		done
		acl add deny tcp form any to any
		echo "code $?"
		acl del 2
		echo "code $?"
		acl list --plain
	END
	[ "$output" = "1 rules, default deny
acl: nothing is changed: bad:4: '33' is not a prefix length (0 to 32)
code 3
acl: nothing is changed: classbench:1: '65536' is not a port (0 to 65535)
code 3
acl: nothing is changed: saved:3: '-i' has no counterpart here
code 3
acl: nothing is changed: long:10001: this is rule 10001, and a list has at most 10000 rules
code 3
acl: nothing is changed: missing: No such file or directory
code 3
acl: nothing is changed: 'form' stands where 'from' is expected
code 3
acl: nothing is changed: there is no rule 2; the list has 1
code 3
deny udp from any to any port 53
default deny" ]
}

@test "what other programs write is read" {
	script <<-'END'
		printf '%s\n' '@192.0.2.0/24 198.51.100.1/32 0 : 65535 80 : 80 0x06/0xff 0x0000/0x0000' >classbench
		printf '%s\n' '# Generated by ip6tables-save' '*filter' ':INPUT DROP [0:0]' ':FORWARD ACCEPT [0:0]' \
			'-A FORWARD -s 2001:db8::/32 -p tcp -m tcp --dport 22 -j DROP' 'COMMIT' >saved
		acl load classbench && acl list --plain
		acl load --chain FORWARD saved && acl list --plain
		acl list --plain | acl load -
	END
	[ "$output" = "1 rules, default deny
permit tcp from 192.0.2.0/24 to 198.51.100.1 port 80
default deny
1 rules, default permit
deny tcp from 2001:db8::/32 to any port 22
default permit
1 rules, default permit" ]
}

@test "usage, and what is not there, have their own exit codes" {
	script <<-'END'
		acl list; echo "code $?"
		acl 2>/dev/null; echo "code $?"
		acl lode 2>&1 | head -n 1
		acl load 2>&1; echo "code $?"
		acl load --format pdf x 2>/dev/null; echo "code $?"
		acl load --slow-ms 1001 x 2>&1 | head -n 1
		acl check tcp from 1.2.3.4 to 5.6.7.8; echo "code $?"
		acl load --pins "$PWD/pins" /dev/null; echo "code $?"
		acl --help | head -n 2; acl load --help | sed -n 2p
	END
	[ "$output" = "acl: cannot go on: nothing is loaded in /sys/fs/bpf/acl; acl load FILE does it
code 1
code 2
acl: there is no command 'lode'
acl load: the arguments of acl load are: FILE
Try \`acl load --help' or \`acl load --usage' for more information.
code 2
code 2
acl load: '1001' is not a number of milliseconds from 0 to 1000
acl: no such packet: a TCP or UDP packet has a source port: 'from ADDRESS port N'
code 3
acl: nothing is changed: $BATS_TEST_TMPDIR/pins is not in a BPF filesystem; mount -t bpf bpf /sys/fs/bpf, or say --pins DIR
code 4
NAME
       acl - an access control list in XDP
       acl load - put a list of rules in the place of the one that is there" ]
}

@test "a new program takes the place of an attached one, and goes on counting" {
	make -s BUILD="$BUILD" LESSON=lab03-xdp/14-acl-linear OVERLAY=starter lesson
	script <<-'END'
		echo 'deny icmp from any to any' >rules
		other=${PATH%%:*}
		other=${other%solution}starter/acl
		acl load rules && acl attach eth0
		testenv exec self b ping -q -c 1 -W 0.1 "$A_IP4" | grep -o '[01] received'
		$other load rules
		testenv exec self b ping -q -c 1 -W 2 "$A_IP4" | grep -o '[01] received'
		acl load rules
		testenv exec self b ping -q -c 1 -W 0.1 "$A_IP4" | grep -o '[01] received'
		acl stats | awk '$1 == 1 { print $2 " counted" }'
		acl unload
		find /sys/fs/bpf -name 'acl*'
	END
	[ "$output" = "1 rules, default permit
0 received
1 rules, default permit
1 received
1 rules, default permit
0 received
2 counted" ]
}

@test "killed at any moment, acl leaves one whole list, and the next one goes on" {
	script <<-'END'
		"$BUILD/libexec/acl-rules" fw 4 3000 1 >one
		"$BUILD/libexec/acl-rules" ipc 4 3000 2 >two
		acl load one >/dev/null
		acl list --plain >one.list
		acl load two >/dev/null
		acl list --plain >two.list
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
			for file in one two; do
				timeout -s KILL "0.0$i" acl load $file >/dev/null 2>&1
				acl list --plain >now
				cmp -s now one.list || cmp -s now two.list || echo "another list"
			done
		done
		acl add --at 1 deny any from any to any
		acl check udp from 1.2.3.4 port 5 to 6.7.8.9 port 10
		acl unload
		ls /sys/fs/bpf
	END
	[[ $output == *"deny: rule 1: deny any from any to any"* ]]
	[[ $output != *"another list"* ]]
	[[ $output != *"acl:"* ]]
}

@test "generated rule sets are files that acl load reads" {
	script <<-'END'
		for kind in acl fw ipc random exact; do
			for family in 4 6; do
				"$BUILD/libexec/acl-rules" $kind $family 500 7 | acl load -
			done
		done
	END
	[ "$(grep -c '^500 rules' <<<"$output")" = 10 ]
}
