#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Twice the same file, so that the second one is a link; then the first one's name is changed.
mkdir -p "x/$LESSON"
echo x >x/first
ln x/first "x/$LESSON/pass_drop.bpf.c"
tar -C x -cPf attack.tar --transform "s|^first$|$SECRET|RHh" first "$LESSON/pass_drop.bpf.c"
rm -r x
