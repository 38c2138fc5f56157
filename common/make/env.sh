# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Read by your shell: ". build/env". Puts the tools, and the loaders of the
# lesson you are in, on PATH, and completes their arguments.
if [ -n "${BASH_SOURCE:-}" ]; then
	# shellcheck disable=SC3028,SC3054
	bpf_labs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
elif [ -n "${ZSH_VERSION:-}" ]; then
	# shellcheck disable=SC2296
	bpf_labs=$(cd "$(dirname "${(%):-%x}")" && pwd)
else
	bpf_labs=$(pwd)/build
fi
case :$PATH: in
*:"$bpf_labs/bin":*) ;;
*) PATH=$bpf_labs/bin:$bpf_labs/run/current:$PATH ;;
esac
export PATH
if [ -n "${BASH_VERSION:-}" ]; then
	# shellcheck source=common/tool/completion.bash
	. "$bpf_labs/share/completion.bash"
elif [ -n "${ZSH_VERSION:-}" ]; then
	# shellcheck source=/dev/null
	. "$bpf_labs/share/completion.zsh"
fi
unset bpf_labs
