#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
mkdir -p "x/$LESSON"
cp "$TREE/$LESSON/solution/pass_drop.bpf.c" "x/$LESSON"
seq -f 'x/%.0f' 10001 | xargs touch
tar -C x -czf attack.tar.gz .
rm -r x
