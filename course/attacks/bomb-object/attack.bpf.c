// SPDX-License-Identifier: GPL-2.0-only
asm(".section .rodata.bomb,\"a\"\n"
    ".fill 0x7fffffff, 1, 1\n"
    ".text\n");
