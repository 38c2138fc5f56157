/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A kernel that calls a field by another name, for the commands load and attach. */
#ifndef LAB_TEST_RENAMED_H
#define LAB_TEST_RENAMED_H

/*
 * text: "STRUCT.FIELD=NAME". Returns a file, the caller's, with this kernel's BTF in which the
 * field is called NAME; or -errno, reported.
 */
int renamed_btf(const char *text);

#endif
