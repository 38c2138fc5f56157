#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
mkdir -p "attack/$LESSON" "attack/lab03-xdp/02-parsing" attack/lab01-basics
ln -s "$SECRET" "attack/$LESSON/pass_drop.bpf.c"
mkfifo attack/lab03-xdp/02-parsing/parsing.bpf.c
ln -s / attack/lab01-basics/06-lifetime
