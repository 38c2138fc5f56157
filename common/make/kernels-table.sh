#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Puts the table that test-kernels.sh has left in BUILD into testenv/README.md, between the two
# comments there: kernels-table.sh BUILD LESSON... All lessons must be in it.
set -u

table=$1/test-kernels.md
shift
cd "$(dirname "$0")/../.." || exit 5
page=testenv/README.md

for lesson; do
	grep -qs "^| $lesson |" "$table" || {
		echo "make: $lesson is not in $table; first: make test-kernels" >&2
		exit 2
	}
done
awk -v table="$table" -v day="$(date -r "$table" +%Y-%m-%d)" '
	/^<!-- kernels-table: / { print; print "As of " day ":\n"; inside = 1
		while ((getline line <table) > 0) print line; print "" }
	/^<!-- end of kernels-table -->/ { inside = 0 }
	!inside' "$page" >"$page.new" && mv "$page.new" "$page"
