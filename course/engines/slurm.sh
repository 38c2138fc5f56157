#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Grades a class as a Slurm job array; each task is a shard:
#
#   sbatch --array=1-8 course/engines/slurm.sh hand-ins/ -o results/ --seed 7
#
# What stands behind the script goes to course grade. The tree, the hand-ins and the results
# are on a file system that all nodes share. When all tasks are done: course report results/.
# A task that was killed goes on when it is started again; one shard alone, of 8:
# SHARDS=8 sbatch --array=3 course/engines/slurm.sh ... COURSE names another course program.
#SBATCH --job-name=course-grade
#SBATCH --cpus-per-task=2
#SBATCH --requeue
#SBATCH --output=course-grade-%A-%a.log

if [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
	echo "slurm.sh: this is a script for sbatch --array=1-N" >&2
	exit 2
fi
shards=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}
if [ "${SLURM_ARRAY_TASK_MIN:-1}" -lt 1 ] || [ "${SLURM_ARRAY_TASK_MAX:-1}" -gt "$shards" ]; then
	echo "slurm.sh: the array is not 1-$shards; of a part of it say SHARDS=N, how many all are" >&2
	exit 2
fi
exec "${COURSE:-course}" grade "$@" -j "${SLURM_CPUS_PER_TASK:-1}" --shard "$SLURM_ARRAY_TASK_ID/$shards"
