/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a kernel program needs of bpf_helpers.h, for those that declare the functions of open-coded
 * iterators themselves: newer libbpf's bpf_helpers.h declares them too, for a type that the kernel
 * headers beside an older libbpf do not have.
 */
#ifndef LAB_TESTS_SECTIONS_H
#define LAB_TESTS_SECTIONS_H

#define SEC(name) __attribute__((section(name), used))
#define __ksym	  __attribute__((section(".ksyms")))

#endif
