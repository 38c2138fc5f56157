#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Installs what the course needs from the distribution: deps.sh start|test|bench
# The list is common/make/packages. Asks once on a terminal; says how much.
set -u

here=$(dirname "$0")
sets=start
case ${1:-start} in
test) sets='start|test' ;;
bench) sets='start|bench' ;;
esac

die() {
	printf 'deps: %s\n' "$1" >&2
	exit "${2:-4}"
}

# column N: the packages of the chosen sets, one a line
column() {
	awk -v sets="^($sets)\$" -v n="$1" '$1 ~ sets && $n != "-" { print $n }' "$here/packages"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "sudo is not installed; run this as root: $*"
	fi
}

agree() {
	[ -t 0 ] && [ -z "${CI:-}" ] || return 0
	printf 'Install them? [Y/n] '
	read -r answer || answer=n
	case $answer in
	'' | [Yy]*) return 0 ;;
	esac
	die "nothing installed; the list is common/make/packages"
}

# Of "A|B" the first that apt can install.
apt_choose() {
	for alternatives; do
		case $alternatives in
		*'|'*)
			for name in $(printf '%s' "$alternatives" | tr '|' ' '); do
				if LC_ALL=C apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]'; then
					printf '%s\n' "$name"
					continue 2
				fi
			done
			die "apt knows none of $alternatives; run 'apt-get update' and try again"
			;;
		*) printf '%s\n' "$alternatives" ;;
		esac
	done
}

# Of the given "A|B" those of which no alternative is installed.
dpkg_missing() {
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
		awk -v wanted="$*" '
			$1 == "installed" { have[$2] = 1 }
			END {
				n = split(wanted, list, " ")
				for (i = 1; i <= n; i++) {
					found = 0
					m = split(list[i], names, "|")
					for (j = 1; j <= m; j++)
						found += names[j] in have
					if (!found)
						print list[i]
				}
			}'
}

with_apt() {
	# shellcheck disable=SC2046 # a list of words is wanted
	missing=$(dpkg_missing $(column 2))
	[ -n "$missing" ] || return 1
	if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -print 2>/dev/null | head -n 1)" ]; then
		as_root apt-get -q update || die "apt-get update failed; see above"
	fi
	# shellcheck disable=SC2086
	packages=$(apt_choose $missing) || exit
	# shellcheck disable=SC2086
	plan=$(LC_ALL=C apt-get install --assume-no --no-install-recommends $packages 2>&1)
	count=$(printf '%s\n' "$plan" | sed -n 's/.* \([0-9][0-9]*\) newly installed.*/\1/p')
	if [ -z "$count" ]; then # old package lists name files that are gone
		as_root apt-get -q update || die "apt-get update failed; see above"
		# shellcheck disable=SC2086
		plan=$(LC_ALL=C apt-get install --assume-no --no-install-recommends $packages 2>&1)
		count=$(printf '%s\n' "$plan" | sed -n 's/.* \([0-9][0-9]*\) newly installed.*/\1/p')
		[ -n "$count" ] || die "apt cannot install these: $(printf '%s\n' "$plan" | grep '^E:' | head -n 1)"
	fi
	fetch=$(printf '%s\n' "$plan" | sed -n 's/^Need to get \([^ ]* [kMG]\{0,1\}B\).*/\1/p')
	disk=$(printf '%s\n' "$plan" | sed -n 's/^After this operation, \([^ ]* [kMG]\{0,1\}B\).*/\1/p')
	printf 'To install: %s packages, %s to download, %s on disk:\n' "$count" "${fetch:-0 B}" "${disk:-0 B}"
	printf '%s\n' "$packages" | fmt -w 76 | sed 's/^/  /'
	agree
	echo "Installing; this takes a minute or two ..."
	log=$(mktemp) || die "no temporary file: is /tmp full?" 5
	# shellcheck disable=SC2086
	if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $packages >"$log" 2>&1; then
		tail -n 20 "$log"
		die "apt-get install failed; all of its output is in $log"
	fi
	rm -f "$log"
}

with_dnf() {
	# shellcheck disable=SC2046
	missing=$(rpm -q --whatprovides $(column 3) 2>/dev/null | sed -n 's/^no package provides //p')
	[ -n "$missing" ] || return 1
	# shellcheck disable=SC2086
	plan=$(LC_ALL=C dnf --assumeno install --setopt=install_weak_deps=False $missing 2>&1)
	printf '%s\n' "$plan" | grep -iE '^(Install|Total (download|size)|Installed size)|^ *(Installing|After this operation)' || printf '%s\n' "$missing"
	agree
	# shellcheck disable=SC2086
	as_root dnf -q -y install --setopt=install_weak_deps=False $missing || die "dnf install failed; see above"
}

if command -v apt-get >/dev/null 2>&1; then
	with_apt
elif command -v dnf >/dev/null 2>&1; then
	with_dnf
else
	die "neither apt-get nor dnf is here; install what common/make/packages lists by hand"
fi || echo "deps: nothing to install"

# Installed is not enough for bpftool: some distributions' one is a wrapper.
sh "$here/find-bpftool" >/dev/null
