#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# parallel.sh with the real GNU parallel, here and, where sshd is installed, over ssh to a
# server of our own on loopback. test-parallel.sh [SIZE [LESSON...]]
# shellcheck disable=SC2154
set -euo pipefail

here=$(dirname "$0")
# shellcheck source=course/engines/common.bash
. "$here/common.bash"

need parallel parallel
parallel --version 2>/dev/null | grep -q GNU || {
	echo "1..0 # SKIP this parallel is not GNU's; cure: apt-get install parallel"
	exit 0
}
size=${1:-9}
shift $(($# > 0))
begin "$size" "${@:-lab03-xdp/01-pass-drop}"
cd "$work"

PARALLEL="-j2" "$TREE/course/engines/parallel.sh" 3 "${arguments[@]}" -o "$work/parallel" >out 2>&1 ||
	result "not ok" "parallel.sh: $(tail -n 3 out)"
same parallel
check "each submission was graded once" test "$(grep -c ' points' out)" = "$size"
says=$("$TREE/course/engines/parallel.sh" none 2>&1 || :)
check "without a number it says what it wants" grep "how many shards?" <<<"$says"

sshd=$(PATH=$PATH:/usr/sbin command -v sshd || :)
if [[ ! $sshd ]] || ! command -v ssh >/dev/null || ((EUID)); then
	echo "ok - over ssh # SKIP needs root and sshd; cure: apt-get install openssh-server, sudo"
	exit "$failed"
fi
port=$((30000 + $$ % 10000))
ssh-keygen -q -t ed25519 -N '' -f host_key
ssh-keygen -q -t ed25519 -N '' -f user_key
mkdir -p /run/sshd
cat >sshd_config <<END
Port $port
ListenAddress 127.0.0.1
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
END
start sshd "$sshd" -D -e -f "$work/sshd_config"
ssh=(ssh -p "$port" -i "$work/user_key" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR)
until_true 20 "sshd answers" "${ssh[@]}" 127.0.0.1 true
PARALLEL="--ssh '${ssh[*]}' --sshlogin 2/127.0.0.1 -j1" "$TREE/course/engines/parallel.sh" 3 "${arguments[@]}" \
	-o "$work/ssh" >out 2>&1 || result "not ok" "parallel.sh over ssh: $(tail -n 3 out)"
same ssh
exit "$failed"
