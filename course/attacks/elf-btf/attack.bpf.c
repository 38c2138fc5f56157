// SPDX-License-Identifier: GPL-2.0-only
/* A second section of this name: an array of itself, which a careless reader follows for ever. */
asm(".section .BTF,\"\",@progbits\n"
    ".short 0xeb9f\n .byte 1, 0\n .long 24, 0, 24, 24, 4\n"
    ".long 0, 0x03000000, 0, 1, 1, 0x7fffffff\n"
    ".long 0\n"
    ".text\n");
