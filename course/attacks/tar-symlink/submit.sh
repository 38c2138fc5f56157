#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
mkdir -p "x/$LESSON" y/out
ln -s "$SECRET" "x/$LESSON/pass_drop.bpf.c"
ln -s "$LOOT" x/out
echo "$CANARY" >"y/out/$CANARY"
tar -C x -cf attack.tar .
tar -C y -rf attack.tar "out/$CANARY"
rm -r x y
