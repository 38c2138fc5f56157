# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Completion of course and testenv in fish: source build/share/completion.fish
# The tools themselves know the candidates: complete.h.
function __bpf_labs_complete
	set -l words (commandline -opc) (commandline -ct)
	set -l candidates ($words[1] --complete $words[2..-1] 2>/dev/null)
	if test (count $candidates) -gt 0
		printf '%s\n' $candidates
	else
		__fish_complete_path (commandline -ct)
	end
end
complete -c course -f -a '(__bpf_labs_complete)'
complete -c testenv -f -a '(__bpf_labs_complete)'
