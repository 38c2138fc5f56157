#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Grades a class with GNU parallel, N shards at a time:
#
#   course/engines/parallel.sh 4 hand-ins/ -o results/ --seed 7
#
# What stands behind N goes to course grade. On other machines: PARALLEL holds options of
# parallel, PARALLEL='--sshlogin one,two -j1' course/engines/parallel.sh ...; the tree, the
# hand-ins and the results are there under the same paths. COURSE names another course program.
case ${1:-} in
'' | *[!0-9]* | 0)
	echo "parallel.sh: how many shards? parallel.sh N SUBMISSION... -o DIR ..." >&2
	exit 2
	;;
esac
shards=$1
shift
seq "$shards" | exec parallel --will-cite --quote --line-buffer --tag --workdir "$PWD" \
	"${COURSE:-course}" grade "$@" --shard "{}/$shards"
