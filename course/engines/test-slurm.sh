#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# slurm.sh under a real slurmctld and two slurmd on this machine's loopback, with a key and
# ports of their own; nothing of a Slurm that is installed is used or changed. Needs root.
# test-slurm.sh [SIZE [LESSON...]]
# shellcheck disable=SC2154
set -euo pipefail

here=$(dirname "$0")
# shellcheck source=course/engines/common.bash
. "$here/common.bash"

need "slurmctld slurmd slurm-client munge" slurmctld slurmd sbatch munged
if ((EUID)); then
	echo "1..0 # SKIP slurmd needs root; cure: sudo"
	exit 0
fi
size=${1:-9}
shift $(($# > 0))
begin "$size" "${@:-lab03-xdp/01-pass-drop}"
chmod 711 "$work"

host=$(uname -n)
port=$((20000 + $$ % 10000))
head -c 1024 /dev/urandom >"$work/key"
chmod 400 "$work/key"
mkdir "$work"/{state,n1,n2,munge}
cat >"$work/slurm.conf" <<END
ClusterName=course-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# What is queued again begins when the old credential is over: by default after 121 seconds.
AuthInfo=socket=$work/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2
PartitionName=test Nodes=n1,n2 Default=YES MaxTime=60 State=UP
END
export SLURM_CONF=$work/slurm.conf

start munged munged -F --force --num-threads=10 --key-file="$work/key" --socket="$work/munge/socket" \
	--pid-file="$work/munge/pid" --seed-file="$work/munge/seed" --log-file="$work/munge/log"
until_true 20 "munged answers" test -S "$work/munge/socket"
start slurmctld slurmctld -D -f "$SLURM_CONF"
start n1 slurmd -D -N n1 -f "$SLURM_CONF"
start n2 slurmd -D -N n2 -f "$SLURM_CONF"
# shellcheck disable=SC2317
both_idle() {
	[[ $(sinfo -h -N -o %T | sort | uniq -c) =~ 2\ idle ]]
}
until_true 60 "both nodes are idle" both_idle

# shellcheck disable=SC2317
ended() {
	! squeue -h | grep -q .
}

# batch SBATCH-ARGUMENT...: to its end. sbatch --wait would look after 2, 4, 8, ... seconds only.
batch() {
	sbatch "$@" >sbatch.out 2>&1 || result "not ok" "sbatch: $(tail -n 3 sbatch.out)"
	until_true 600 "the tasks end" ended
}

cd "$work"
# Four shards on two nodes of two processors: two at a time, one a node.
batch --array=1-4 "$TREE/course/engines/slurm.sh" "${arguments[@]}" -o "$work/slurm"
same slurm
check "each submission was graded once" test "$(cat course-grade-*.log | grep -c ' points')" = "$size"
nodes=$(scontrol show job | sed -n 's/.* NodeList=//p; s/^ *NodeList=//p' | sort -u | tr '\n' ' ')
check "both nodes worked: $nodes" test "$nodes" = "n1 n2 "

# A part of an array without its whole is refused; said how many there are, it grades its part.
rm -f course-grade-*.log
batch --array=3 "$TREE/course/engines/slurm.sh" "${arguments[@]}" -o "$work/part"
check "a part without SHARDS is refused" grep -q "SHARDS=N" course-grade-*.log
SHARDS=4 batch --array=3 "$TREE/course/engines/slurm.sh" "${arguments[@]}" -o "$work/part"
check "SHARDS=4, shard 3" test "$(find part -name '[!.]*.json' | wc -l)" = "$(((size + 1) / 4))"

# A node dies in the middle; the tasks are queued again by Slurm, or by hand, and go on.
sbatch --array=1-2 "$TREE/course/engines/slurm.sh" "${arguments[@]}" -o "$work/again" >sbatch.out 2>&1
# shellcheck disable=SC2317
some_done() {
	[[ $(find again -name '[!.]*.json' | wc -l) -ge 1 ]]
}
until_true 120 "a first record" some_done
job=$(sed -n 's/.*job //p' sbatch.out)
scontrol requeue "$job" || result "not ok" "scontrol requeue"
until_true 600 "the requeued tasks end" ended
same again
exit "$failed"
