# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Completion of course and testenv in zsh; ". build/env" reads it. The tools
# themselves know the candidates: complete.h.
_bpf_labs_complete() {
	local line name
	local -a names shown open_names open_shown

	for line in "${(@f)$("${words[1]}" --complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		name=${line%%$'\t'*}
		if [[ $name == *= ]]; then # a value follows: no blank
			open_names+=("$name")
			open_shown+=("${line/$'\t'/  -- }")
		elif [[ -n $name ]]; then
			names+=("$name")
			shown+=("${line/$'\t'/  -- }")
		fi
	done
	if ((! $#names && ! $#open_names)); then
		_files
		return
	fi
	((! $#names)) || compadd -l -d shown -a names
	((! $#open_names)) || compadd -l -S '' -d open_shown -a open_names
}
# Without compinit there is no completion to add to.
if typeset -f compdef >/dev/null; then
	compdef _bpf_labs_complete course testenv
fi
