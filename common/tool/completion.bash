# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Completion of course and testenv in bash; ". build/env" reads it. The tools
# themselves know the candidates: complete.h.
_bpf_labs_complete() {
	local line=${COMP_LINE:0:COMP_POINT} candidate word
	local -a words

	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=("")
	word=${words[-1]}
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		# Of "--format=ta" bash completes only what stands behind the "=".
		[[ $COMP_WORDBREAKS != *=* || $word != *=* ]] || candidate=${candidate#"${word%%=*}="}
		COMPREPLY+=("$candidate")
	done < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)
	# No blank behind "--format=": a value follows.
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}
complete -o bashdefault -o default -F _bpf_labs_complete course testenv
