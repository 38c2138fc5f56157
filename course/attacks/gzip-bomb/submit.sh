#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# gzip files can stand one behind the other.
truncate -s 1G zeros
{ tar -cf - zeros 2>/dev/null || :; } | head -c 512 | gzip >attack.tar.gz
head -c $((64 << 20)) /dev/zero | gzip -9 >member
for _ in $(seq 16); do cat member >>attack.tar.gz; done
rm zeros member
