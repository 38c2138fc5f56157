# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What the seam's own tests share: the variables that course sets for a lesson,
# with a fixture in the place of the lesson's program.

top=$(cd "$BATS_TEST_DIRNAME/../../../.." && pwd)
: "${BUILD:=$top/build}"
export LAB_BACKEND=${LAB_BACKEND:-local} LAB_SEED=1 LAB_TEST=$top/common/test LAB_CTL=$BUILD/libexec/labctl
export LAB_FIXTURES=$BUILD/fixtures LAB_BUILD=$BUILD/fixtures LAB_LESSON=lab00-seam/01-probe
load "$LAB_TEST/lab.bash"

# expect_message TEXT...: "run" has failed, and printed each TEXT
expect_message() {
	local text
	# shellcheck disable=SC2154 # set by bats' run
	[[ $status != 0 ]] || {
		echo "it must fail, but returned 0; it printed: $output"
		return 1
	}
	for text; do
		[[ $output == *"$text"* ]] || {
			echo "the message lacks: $text"
			echo "it is: $output"
			return 1
		}
	done
}
