// SPDX-License-Identifier: GPL-2.0-only
asm(".section xdp,\"ax\",@progbits\n"
    ".globl liar\n"
    ".type liar,@function\n"
    "liar: r0 = 0\n exit\n"
    ".size liar, 0x7ffffff8\n"
    ".text\n");
