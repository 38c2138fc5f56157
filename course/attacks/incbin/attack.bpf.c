// SPDX-License-Identifier: GPL-2.0-only
asm(".section .rodata.secret,\"a\"\n"
    ".incbin \"@SECRET@\"\n"
    ".text\n");
