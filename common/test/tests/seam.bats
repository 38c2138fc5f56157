#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The seam's tests, each topic in an environment of its own. To run one topic
# by hand: testenv run -- bats common/test/tests/topics/wire.bats
: "${BUILD:=$BATS_TEST_DIRNAME/../../../build}"
export BUILD

# topic NAME: runs topics/NAME.bats; on failure its output is shown
topic() {
	env -u BATS_RUN_TMPDIR -u BATS_TMPDIR "$BUILD/bin/testenv" run --timeout 120 --patient -- \
		bats --formatter tap "$BATS_TEST_DIRNAME/topics/$1.bats"
}

# session NAME: the same, but what the topic starts is started by a process on the far side
# of a session, as in a virtual machine
session() {
	env -u BATS_RUN_TMPDIR -u BATS_TMPDIR "$BUILD/bin/testenv" run --timeout 120 --patient -- \
		"$BUILD/libexec/labctl" session -- env LAB_BACKEND=vm \
		bats --formatter tap "$BATS_TEST_DIRNAME/topics/$1.bats"
}

@test "programs are loaded, variables and maps read and written" {
	topic values
}

@test "a test compiles objects of its own, and asks the kernel for their properties" {
	topic objects
}

@test "records are taken out of a ring buffer" {
	topic records
}

@test "packets are built as tcpdump reads them, and shown when a check fails" {
	topic packets
}

@test "frames are sent, captured and missed between the nodes" {
	topic wire
}

@test "programs run, and values are read, on the CPU that a test names" {
	topic cpus
}

@test "loaders, commands and fixtures are started, waited for and ended" {
	topic programs
}

@test "programs are attached to sockets, and every byte of a connection is accounted for" {
	topic sockets
}

@test "a cgroup's programs are listed, and packets sent between a command's steps" {
	topic cgroups
}

@test "fields of the kernel are asked for by name, also on one that has other names" {
	topic fields
}

@test "filters are put on sockets and tried on packets" {
	topic filters
}

@test "a program is watched while inner maps are exchanged" {
	topic changes
}

@test "a lesson's program cannot forge a result" {
	topic honesty
}

@test "the census names what is left over, and who holds it" {
	topic census
}

@test "a session carries commands, their files and their ends, and leaves nothing" {
	topic session
}

@test "through a session: programs, variables, maps" {
	session values
	session objects
	session records
	session fields
}

@test "through a session: frames" {
	session wire
}

@test "through a session: loaders, commands and fixtures" {
	session programs
	session sockets
	session cgroups
	session filters
}

@test "through a session: a lesson's program cannot forge a result" {
	session honesty
}

@test "every topic is run above" {
	for file in "$BATS_TEST_DIRNAME"/topics/*.bats; do
		name=${file##*/}
		grep -qx $'\ttopic '"${name%.bats}" "$BATS_TEST_FILENAME"
	done
}
