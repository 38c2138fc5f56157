#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
name="<script>alert(1)<%2Fscript>"
mkdir -p "x/$LESSON" "=cmd|' /C calc'!A0/$LESSON"
cp "$TREE/$LESSON/solution/pass_drop.bpf.c" "x/$LESSON"
cp "$TREE/$LESSON/solution/pass_drop.bpf.c" "=cmd|' /C calc'!A0/$LESSON"
touch "x/=HYPERLINK(\"x\")" x/$'\e[31mred\e[0m' x/'<img src=x onerror=alert(1)>' x/$'new\nline' x/$'\xff\xfe'
tar -C x -caf "$name.tar.gz" .
rm -r x
