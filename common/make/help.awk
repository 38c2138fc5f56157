# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Prints the targets of the Makefile that have a "##" comment, under their
# "##@" headings.
BEGIN { FS = ":.*## " }
/^##@/ { printf "\n%s\n", substr($0, 5) }
/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $1, $2 }
END { print "\nV=1 shows every command. In a lesson's folder, make builds that lesson." }
