/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a program has returned, in words (tr.c). */
#ifndef LAB_TEST_TR_H
#define LAB_TEST_TR_H

#include <linux/bpf.h>

/* Prints XDP_DROP, TC_ACT_OK and so on; a number where the type has no words. */
void tr_print_verdict(enum bpf_prog_type type, __u32 value);

#endif
