#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of redirect. The fixture "tcp" holds both ends of connections and
# knows which bytes have to come out where; packets with data are counted on lo.
# Every connection has the same two ports, so that it is told by the rest.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	server_port=$(lab_rand server_port 1024 32000)
	client_port=$(lab_rand client_port 33000 60000)
	lab_load redirect
	lab_attach_sockmap redirect sockets
	lab_attach_cgroup remember
	lab_fixture tcp "$LAB_SEED"
}

teardown() {
	lab_teardown
}

# address TEXT: prints it, or the node's address that it names (B_IP4)
address() {
	[[ $1 != *_IP? ]] || set -- "${!1}"
	echo "$1"
}

# open NAME SERVER-NODE LISTENS-ON CLIENT-NODE FROM TO: a connection that both ends have
# established; addresses as text, or by name. NODE/outside: not in the environment's cgroup
open() {
	local listens from to
	listens=$(address "$3") from=$(address "$5") to=$(address "$6")
	lab_ask "connect $1 $2 $listens $server_port $4 $from $client_port $to"
	if [[ $LAB_ANSWER != ok ]]; then
		lab_fail "connection $1 from $5 to $6, port $server_port" "it is established" \
			"$LAB_ANSWER" "what remember() returns"
		return 1
	fi
	set -- "$1" "${2/\/outside/, not in the cgroup}" "${@:3}"
	lab_step "opened connection $1: $5 port $client_port (node $4) to $6 port $server_port (node $2, listens on $3)"
}

# passes LOOK NAME...: what each end of these connections sends comes out at its other end
passes() {
	local look=$1 name end
	shift
	for name; do
		for end in client server; do
			arrives "$name" "$end" "$(lab_rand "$name-$end" 1 9000)" "$look"
		done
	done
}

# arrives NAME END BYTES LOOK
arrives() {
	lab_ask "send $1 $2 $3"
	if [[ $LAB_ANSWER != ok ]]; then
		lab_fail "$3 bytes by the $2 of connection $1" \
			"they come out at its other end, and nowhere else" "$LAB_ANSWER" "$4"
		return 1
	fi
	lab_step "$3 bytes by the $2 of connection $1 came out at its other end"
}

# no_packets NODE SENT LOOK: none of it went over lo
no_packets() {
	local count
	count=$(lab_counted "$1")
	if ((count)); then
		lab_fail "$2" "no packet with TCP data goes over lo of node $1" \
			"packets with TCP data went over it" "$3"
		return 1
	fi
	lab_step "no packet with TCP data went over lo of node $1"
}

# off_lo LOOK NAME...: both
off_lo() {
	local look=$1
	shift
	passes "$look" "$@"
	no_packets a "data over connection $*" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "puts both ends of a connection into the map" {
	open one a 127.0.0.1 a 127.0.0.1 127.0.0.1
	lab_equal 2 "$(lab_entries sockets)" "a connection within node a; entries in the map" \
		"TODO 1 and 4 in redirect.bpf.c: at which moments is a socket put into the map?"
}

# bats test_tags=points:1,visibility:visible
@test "puts both ports into the keys, in host byte order" {
	look="TODO 2 in redirect.bpf.c: which of the two ports is in network byte order, and how many bits has it?"
	open one a 127.0.0.1 a 127.0.0.1 127.0.0.1
	fields="local_port=$client_port,remote_port=$server_port"
	lab_equal 1 "$(lab_entries sockets "$fields")" "a connection within node a, at its client's end; entries with $fields" "$look"
	fields="local_port=$server_port,remote_port=$client_port"
	lab_equal 1 "$(lab_entries sockets "$fields")" "a connection within node a, at its server's end; entries with $fields" "$look"
}

# bats test_tags=points:0,visibility:visible
@test "loses nothing and sends nothing back" {
	open one a 127.0.0.1 a 127.0.0.1 127.0.0.1
	look="TODO 5 in redirect.bpf.c: whose key is it, and which queue does the flag name?"
	arrives one client "$(lab_rand client 1 9000)" "$look"
	arrives one server "$(lab_rand server 1 9000)" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "sends nothing over lo" {
	lab_count_start a
	open one a 127.0.0.1 a 127.0.0.1 127.0.0.1
	# Where it arrives is the check above; here only how.
	for end in client server; do
		lab_ask "send one $end $(lab_rand "$end" 1 9000)"
	done
	no_packets a "data by both ends of connection one" \
		"TODO 2, 3 and 5 in redirect.bpf.c: is the key that is looked up, its ports and addresses, one that was put in?"
}

# bats test_tags=points:1,visibility:visible
@test "knows local from remote addresses" {
	lab_count_start a
	from=127.$(lab_rand net 1 255).0.2
	open one a 127.0.0.1 a "$from" 127.0.0.1
	off_lo "TODO 3 and 5 in redirect.bpf.c: the two addresses change places, too" one
}

# bats test_tags=points:2,visibility:visible
@test "takes IPv6 connections off lo" {
	lab_count_start a
	open one a ::1 a ::1 ::1
	off_lo "TODO 3 in redirect.bpf.c: the addresses when ctx->family is AF_INET6" one
}

# bats test_tags=points:2,visibility:visible
@test "takes an IPv4 client of a listener on :: off lo" {
	lab_count_start a
	open one a :: a 127.0.0.1 127.0.0.1
	off_lo "TODO 3 in redirect.bpf.c: the server's socket is one of AF_INET6, its client's is not; both need keys of one form" \
		one
}

# bats test_tags=points:1,visibility:visible
@test "compares all of an IPv6 address" {
	lab_count_start a
	words=(2001:1 0:1 0:1 0:1)
	names=()
	# All addresses of this network are the node's own.
	lab_run ip -6 route add local 2001::/16 dev lo
	for i in 0 1 2 3 4; do
		address=("${words[@]}")
		((i == 4)) || address[i]=${address[i]%:*}:$(printf %x "$(lab_rand "word$i" 2 65535)")
		printf -v to '%s:' "${address[@]}"
		names+=("to-$i")
		open "to-$i" a "${to%:}" a "${to%:}" "${to%:}"
	done
	off_lo "TODO 3 in redirect.bpf.c: an IPv6 address has four words" "${names[@]}"
}

# bats test_tags=points:0,visibility:visible
@test "leaves connections with other machines alone" {
	look="TODO 5 in redirect.bpf.c: what does redirect() return when the other end is not in the map?"
	lab_count_start a eth0
	open out b/outside B_IP4 a A_IP4 B_IP4
	passes "$look" out
	if [[ $A_IP6 ]]; then
		open in a :: b/outside B_IP6 A_IP6
		passes "$look" in
	fi
	count=$(lab_counted a)
	((count)) || lab_fail "data over these connections" \
		"packets with TCP data leave node a through eth0" "there was none" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "keeps two network namespaces apart" {
	lab_count_start a
	look="TODO 2 and 5 in redirect.bpf.c: two namespaces may have the same addresses and ports"
	open here a 127.0.0.1 a 127.0.0.1 127.0.0.1
	# Its client has a key like that of the client here; its server has none.
	open there b/outside 127.0.0.1 b 127.0.0.1 127.0.0.1
	passes "$look" here there
	no_packets a "data over connection here" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "moves 64 MB unharmed" {
	lab_count_start a
	open one a :: a ::1 ::1
	look="redirect.bpf.c; the checks above try the same with less"
	arrives one client $((64 << 20)) "$look"
	no_packets a "64 MB over connection one" "$look"
}
