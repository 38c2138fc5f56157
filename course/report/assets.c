// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Puts the page's files into the program; the Makefile knows that this depends on them. */
#include "course/report/assets.h"

#define ASSET(name, file)                                \
	__asm__(".pushsection .rodata\n"                 \
		".globl " #name "\n"                     \
		".type " #name ", @object\n" #name ":\n" \
		".incbin \"course/report/" file "\"\n"   \
		".byte 0\n"                              \
		".size " #name ", . - " #name "\n"       \
		".popsection\n")

ASSET(page_html, "page.html");
ASSET(page_css, "page.css");
ASSET(page_js, "page.js");
