# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Finds, in the tests of lessons, arithmetic on what a hand-in may have written.
#
# Bash takes a name in arithmetic for a variable, and runs what stands in its index:
# a map that holds the text "a[$(reboot)]" reboots the judge as soon as a test adds 1
# to it. So what comes from a command goes through lab_number first (common/test/lab.bash).
#
# A name is reported when arithmetic uses it, and it was filled by read, mapfile, or a
# command that is neither lab_number, nor one that never sees a hand-in, nor a function
# of the file that calls lab_number or asks nobody. It does not follow $1, $2, ... into
# functions, nor what is copied from one name to another.

function report_names(place, text, kind,   name) {
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
		name = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (kind == "used")
			used[place, name] = used[place, name] " " FNR
		else if (kind == "local")
			is_local[place, name] = 1
		else if (index($0, "lab_number") == 0)
			filled[place, name] = 1
	}
}

# What stands in ((...)), $((...)), beside -eq and its like, and in ${NAME:OFFSET:LENGTH}; an index
# of an array that is not associative is arithmetic too, and looked for below.
function arithmetic(text,   found, rest, start, end) {
	gsub(/\$\{#[^}]*\}/, "", text)
	gsub(/'[^']*'/, "", text)
	rest = text
	while ((start = index(rest, "((")) > 0) {
		rest = substr(rest, start + 2)
		end = index(rest, "))")
		found = found " " (end ? substr(rest, 1, end - 1) : rest)
		rest = end ? substr(rest, end) : ""
	}
	if (text ~ /\[\[.* -(eq|ne|lt|le|gt|ge) /)
		found = found " " text
	rest = text
	while (match(rest, /\$\{[A-Za-z_][A-Za-z_0-9]*(\[[^]]*\])?:[^}=?+-][^}]*/)) {
		end = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		sub(/^[^:]*:/, "", end)
		found = found " " end
	}
	while (match(found, /\$\([^()]*\)/)) {
		direct[FILENAME, FNR] = direct[FILENAME, FNR] "\n" substr(found, RSTART + 2, RLENGTH - 3)
		found = substr(found, 1, RSTART - 1) " " substr(found, RSTART + RLENGTH)
	}
	return found
}

FNR == 1 { place = FILENAME ":" }

/^[a-z_]+\(\) (\{|\()/ || /^@test / {
	place = FILENAME ":" $0
	body = $1
	sub(/\(\).*/, "", body)
	functions[FILENAME, body] = 1
}

/^[ \t]*#/ { next }

{
	if (body != "") {
		if (/lab_number/)
			numbers[FILENAME, body] = 1
		if (/lab_|cat |LAB_|<|jq |bpftool/)
			asks[FILENAME, body] = 1
	}
	if (/^[ \t]*local /)
		report_names(place, substr($0, index($0, "local ") + 6), "local")
	report_names(place, arithmetic($0), "used")
	if (match($0, /(local|declare) -g?A /))
		associative[FILENAME] = associative[FILENAME] " " substr($0, RSTART + RLENGTH)
	line = $0
	while (match(line, /[A-Za-z_][A-Za-z_0-9]*\[\$?\{?[A-Za-z_][A-Za-z_0-9]*\}?\]/)) {
		name = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		array = name
		sub(/\[.*/, "", array)
		gsub(/.*\[|[\]${}]/, "", name)
		if (associative[FILENAME] !~ "(^| )" array "(=| |$)")
			used[place, name] = used[place, name] " " FNR
	}
	line = $0
	# $(( is arithmetic, $( ( is not
	while (match(line, /(^|[ \t;({])[A-Za-z_][A-Za-z_0-9]*\+?="?(\$\([^(]|`)/)) {
		name = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH - 1)
		sub(/^[ \t;({]/, "", name)
		sub(/\+?=.*/, "", name)
		from[FILENAME, place, name] = from[FILENAME, place, name] "\n" line
	}
	if (match($0, /(^|[ \t;])lab_number echo "\$[A-Za-z_][A-Za-z_0-9]*"/)) {
		name = substr($0, RSTART, RLENGTH)
		gsub(/.*\$|"/, "", name)
		looked_at[place, name] = 1
	}
	if (match($0, /(^[ \t]*|(while|until|if|!|do|then|;|&&|\|\||\{|IFS=[^ ]*) )(read|mapfile|readarray) [^<|;]*/))
		report_names(place, substr($0, RSTART, RLENGTH), "filled")
}

/^}/ { place = FILENAME ":"; body = "" }

function clean(file, commands,   n, each, i, command) {
	n = split(commands, each, "\n")
	for (i = 2; i <= n; i++) {
		command = each[i]
		sub(/^[^A-Za-z_]*/, "", command)
		sub(/[^A-Za-z_0-9].*/, "", command)
		if (command ~ /^(lab_number|lab_rand|lab_counted|getconf|printf|nproc)$/)
			continue
		if (numbers[file, command] || (functions[file, command] && !asks[file, command]))
			continue
		return 0
	}
	return 1
}

function complain(what, file, lines) {
	print file ": line" lines ": " what " in arithmetic may bring text of a hand-in: $(lab_number ...) brings numbers"
	bad = 1
}

# Is NAME, filled in PLACE, used in arithmetic there, or, where it is not local, anywhere in FILE?
# Each @test is a process of its own.
function judge(file, place, name,   key, parts) {
	if (looked_at[place, name])
		return
	if (place ~ /:@test /)
		is_local[place, name] = 1
	for (key in used) {
		split(key, parts, SUBSEP)
		if (parts[2] != name || index(parts[1], file ":") != 1)
			continue
		if (parts[1] == place || (!is_local[place, name] && !is_local[parts[1], name]))
			complain(name, file, used[key])
	}
}

END {
	for (key in direct) {
		split(key, parts, SUBSEP)
		if (!clean(parts[1], direct[key]))
			complain("the command", parts[1], " " parts[2])
	}
	for (key in from) {
		split(key, parts, SUBSEP)
		if (!clean(parts[1], from[key]))
			judge(parts[1], parts[2], parts[3])
	}
	for (key in filled) {
		split(key, parts, SUBSEP)
		file = parts[1]
		sub(/:.*/, "", file)
		judge(file, parts[1], parts[2])
	}
	exit bad
}
