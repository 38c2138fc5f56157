#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Prints compile_commands.json for clangd from what every compile left beside
# its object: compile-commands.sh BUILD
set -u
echo '['
find "$1" -name '*.cmd' -not -path '*/asan/*' -exec cat {} + | sort -u | sed '$!s/$/,/'
echo ']'
