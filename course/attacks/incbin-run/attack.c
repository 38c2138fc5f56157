// SPDX-License-Identifier: GPL-2.0-only OR MIT
asm(".section .rodata\n"
    "stolen: .incbin \"" SECRET "\"\n"
    ".byte 0\n"
    ".text\n");
extern const char stolen[];

static void attack(void)
{
	fprintf(stderr, "%s\n", stolen);
	success("built a file into itself");
}
