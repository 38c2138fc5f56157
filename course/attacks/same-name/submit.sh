#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
mkdir -p "x/$LESSON"
cp "$TREE/$LESSON/pass_drop.bpf.c" "x/$LESSON"
tar -C x -cf attack.tar "$LESSON"
cp "$TREE/$LESSON/solution/pass_drop.bpf.c" "x/$LESSON"
tar -C x -rf attack.tar "$LESSON"
rm -r x
