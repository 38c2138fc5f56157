/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The folder in bpffs where a test keeps what it loaded:
 *
 *	DIR/prog/NAME   programs, by their function's name
 *	DIR/map/NAME    maps, by their full name; sections as _bss, _data, _rodata
 *	                (bpffs allows no dots)
 *	DIR/link/NAME   attachments, by the program's name
 *	DIR/pass/NODE   the environment's pass program, while a test's stands in its place
 *	DIR/shared/NAME maps that the object itself says to pin by name
 */
#ifndef LAB_TEST_PINS_H
#define LAB_TEST_PINS_H

#include <bpf/libbpf.h>
#include <limits.h>

/* DIR/KIND/NAME with NAME's dots replaced. Returns path. */
char *pin_path(char path[PATH_MAX], const char *dir, const char *kind, const char *name);

/* Makes DIR/KIND where it is missing, and pins. 0 or -errno. */
int pin(int fd, const char *dir, const char *kind, const char *name);

/* A file descriptor, or -errno. */
int pin_open(const char *dir, const char *kind, const char *name);

/* The names under DIR/KIND, "a, b, c", into text. */
void pin_names(const char *dir, const char *kind, char *text, size_t size);

/* Says that there is no such pin, and what there is. Returns EXIT_FAILED. */
int pin_missing(const char *dir, const char *kind, const char *name);

/* The name a map is pinned by: the section's for those that hold variables. */
const char *map_pin_name(const struct bpf_map *map);

/* Puts the pass programs under DIR/pass back on the interfaces that are free again (xdp.c). */
void pass_programs_back(const char *dir);

#endif
