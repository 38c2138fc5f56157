#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Completion of course and testenv in the shells themselves.
# shellcheck disable=SC2154,SC2016 # run sets stderr; another shell expands

load common

setup() {
	real=$(cd "$(dirname "$COURSE")/.." && pwd)
	make_tree
	make_lesson lab03-xdp/01-net net
	# The true tools, in this small tree.
	bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	ln -s "$real/bin/course" "$real/bin/testenv" "$bin"
	PATH=$bin:$PATH
}

# in_bash LINE: what bash completes at the end of LINE, sorted, one a line
in_bash() {
	bash --norc -c '
		. "$1/share/completion.bash"
		COMP_LINE=$2
		COMP_POINT=${#COMP_LINE}
		read -ra COMP_WORDS <<<"$COMP_LINE"
		compopt() { echo "compopt $*"; }
		function=$(complete -p "${COMP_WORDS[0]}" | sed "s/.*-F \([^ ]*\).*/\1/")
		"$function" "${COMP_WORDS[0]}"
		printf "%s\n" "${COMPREPLY[@]}"' - "$real" "$1" | sort
}

@test "bash: commands, options, lessons, tracks, formats" {
	run -0 in_bash "course "
	[ "$(xargs <<<"$output")" = "$("$COURSE" --help | sed '1,/^COMMANDS/d' | awk '{ print $1 }' | sort | xargs)" ]
	run -0 in_bash "course che"
	[ "$output" = check ]
	run -0 in_bash "course check --a"
	[ "$output" = $'--all\n--all-failures' ]
	run -0 in_bash "course check "
	[ "$output" = $'lab01-first/01-one\nlab01-first/02-two\nlab03-xdp/01-net' ]
	run -0 in_bash "course check lab01-first/01-one lab03"
	[ "$output" = lab03-xdp/01-net ]
	run -0 in_bash "course start tw"
	[ "$output" = two ]
	run -0 in_bash "course start two "
	[ "$output" = "" ]
	run -0 in_bash "course list --track "
	[ "$output" = $'basics\nnetwork' ]
	run -0 in_bash "course check --format t"
	[ "$output" = tap ]
}

@test "bash: behind an equals sign, only what follows it; in front of it, no blank" {
	run -0 in_bash "course list --track=n"
	[ "$output" = network ]
	run -0 in_bash "course list --tra"
	[ "$output" = $'--track=\ncompopt -o nospace' ]
}

@test "bash: testenv's commands, options, topologies, capabilities" {
	run -0 in_bash "testenv "
	for command in run up down list status exec enter gc doctor; do
		has "$command"
	done
	run -0 in_bash "testenv run --topo"
	has "--topology="
	run -0 in_bash "testenv run -t p"
	has pair
	run -0 in_bash "testenv doctor bt"
	[ "$output" = btf ]
	run -0 in_bash "testenv run -- "
	[ "$output" = "" ]
	run -0 in_bash "testenv nothing "
	[ "$output" = "" ]
}

@test "bash: names of environments and of their nodes" {
	[ "$(id -u)" = 0 ] || skip "needs root, to make an environment"
	name=complete$$
	testenv up "$name"
	run -0 in_bash "testenv exec complete$$"
	testenv_names=$output
	run -0 in_bash "testenv exec $name "
	nodes=$output
	run -0 in_bash "testenv up complete$$"
	new=$output
	testenv down "$name"
	[ "$testenv_names" = "$name" ]
	[ "$nodes" = $'a\nb' ]
	[ "$new" = "" ]
}

@test "build/env loads it, in bash and quietly in sh" {
	run -0 env PATH=/usr/bin:/bin bash --norc -c '. "$1/env"; complete -p course testenv; type -P course' - "$real"
	has "-F _bpf_labs_complete course"
	has "-F _bpf_labs_complete testenv"
	has "$real/bin/course"
	run -0 sh -c 'cd /; mkdir -p "$2"; . "$1/env"; echo loaded' - "$real" "$BATS_TEST_TMPDIR/x"
	[ "$output" = loaded ]
}

# in_zsh LINE: the candidates that zsh's completion system is given
in_zsh() {
	zsh -f -c '
		compdef() { registered=$*; }
		_files() { print files; }
		compadd() { local i; for ((i = 1; i <= $#; i++)); do [[ $argv[i] != -a ]] || print -l -- ${(P)argv[i+1]}; done; }
		. $1/share/completion.zsh
		[[ $registered == "_bpf_labs_complete course testenv" ]] || print "not registered: $registered"
		words=(${(z)2})
		[[ $2 != *" " ]] || words+=("")
		CURRENT=$#words
		_bpf_labs_complete' - "$real" "$1"
}

@test "zsh: the same candidates" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	run -0 in_zsh "course check lab01"
	[ "$output" = $'lab01-first/01-one\nlab01-first/02-two' ]
	run -0 in_zsh "course start two "
	[ "$output" = files ]
	run -0 in_zsh "testenv run --topo"
	[ "$output" = "--topology=" ]
}

@test "fish: the same candidates" {
	command -v fish >/dev/null || skip "fish is not installed"
	run -0 fish --no-config -c "source $real/share/completion.fish; complete -C 'course check lab01'"
	has $'lab01-first/01-one\tWhat is one?'
	has lab01-first/02-two
	run -0 fish --no-config -c "source $real/share/completion.fish; complete -C 'testenv run --topo'"
	has --topology=
}
