/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The CPUs that a test can name: "first" and "last" of those this process may
 * run on. Where there is only one, both are that one.
 */
#ifndef LAB_TEST_CPU_H
#define LAB_TEST_CPU_H

/* The CPU's number, or -1 (already reported). */
int cpu_named(const char *name);

/* From now on, this process runs on that CPU only. 0, or -1 (already reported). */
int cpu_stay_on(const char *name);

#endif
