/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a loader of one's own needs besides the part that it is about: lessons
 * lab01-basics/08-elf-loader and 09-relocations build theirs on this. Not for
 * other lessons: their loaders use libbpf. libelf reads the file, bpf(2) does
 * the rest; of libbpf only its reader of BTF is used.
 *
 * Object files come from anywhere. Whatever is in one, these functions stay
 * inside the file's bytes, need at most a few times its size of memory, and
 * say in one line what is wrong with it.
 *
 * Errors: 0 or a descriptor, or -errno with a line for sys_report(). Offsets and
 * sizes are in bytes unless it says instructions; one instruction is 8 bytes.
 */
#ifndef COMMON_ELF_LOADER_H
#define COMMON_ELF_LOADER_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/types.h>

#define INSN_SIZE sizeof(struct bpf_insn)

/* ---- a file in memory (image.c) ------------------------------------------- */

struct image {
	void *bytes;
	size_t size;
	Elf *elf;
};

/*
 * Reads a BPF object file of this machine's byte order, and opens it with libelf.
 * -ENOEXEC: it is none; -EFBIG: larger than 16 MB. After an error nothing is open.
 */
int image_open(struct image *image, const char *path);

/* Harmless on an image of zeros. Pointers that libelf gave end here. */
void image_close(struct image *image);

/* ---- section names (progtype.c) ------------------------------------------- */

/* What SEC("...") says about a program. */
struct progtype {
	const char *section; /* "xdp", or the beginning "tp" of "tp/CATEGORY/NAME" */
	const char *name;    /* the type, for messages */
	enum bpf_prog_type type;
	__u32 attach_type; /* expected_attach_type of BPF_PROG_LOAD */
	__u32 flags;	   /* prog_flags of BPF_PROG_LOAD */
};

/* NULL: this loader does not know such a section. A constant. */
const struct progtype *progtype_of(const char *section);

/* ---- bpf(2) (kernel.c) ----------------------------------------------------- */

/* The system call: a descriptor or 0, or -errno. Says nothing. */
int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr);

/* An address as bpf(2) wants it. */
static inline __u64 sys_address(const void *pointer)
{
	return (__u64)(unsigned long)pointer;
}

/*
 * After BPF_PROG_LOAD with attr has failed with err: loads once more, with a buffer
 * for the verifier's log, and keeps what it means for sys_report(). Returns err.
 */
int sys_refused(int err, union bpf_attr *attr, const struct image *image);

/* Pins fd as FOLDER/KIND/NAME in bpffs and makes the folders; dots and slashes in NAME
 * become "_". */
int sys_pin(int fd, const char *folder, const char *kind, const char *name);

/* Prints "NAME: TYPE, N instructions, tag T" of a loaded program, as the kernel has it. */
int sys_show_program(int fd, const char *name, const struct progtype *type);

/* Prints on stderr why the last call failed, the verifier's reason or one line, and
 * returns err. */
int sys_report(int err, const char *what);

/* ---- all of an object file, checked (objfile.c) ----------------------------- */

struct objfile_section {
	const char *name;
	__u32 type; /* SHT_PROGBITS, SHT_NOBITS ... */
	__u64 flags;
	size_t size;
	const void *bytes; /* NULL: none in the file (SHT_NOBITS), or of size 0 */
};

struct objfile_symbol {
	const char *name; /* "" where it has none */
	size_t section;	  /* index; 0: not in this file, or in no section */
	__u64 value;	  /* offset in the section */
	__u64 size;
	bool is_function;
};

/* "The instruction at this place names this symbol." */
struct objfile_relocation {
	size_t section; /* where the instruction is */
	__u64 offset;
	__u32 type; /* R_BPF_64_64 ... */
	const struct objfile_symbol *symbol;
};

struct objfile {
	struct image image;
	struct objfile_section *sections; /* as in the file; [0] is empty */
	size_t n_sections;
	struct objfile_symbol *symbols; /* as in the file */
	size_t n_symbols;
	const struct objfile_symbol **functions; /* those of them, by place */
	size_t n_functions;
	struct objfile_relocation *relocations; /* of instructions only, by place */
	size_t n_relocations;
};

/*
 * Opens it and reads all sections, symbols and relocations. What they say is true
 * then: every section's bytes are there, every function lies within its section and has
 * whole instructions, every relocation is at an instruction. -EINVAL: it is not
 * so. objfile_close() afterwards, also after an error.
 */
int objfile_open(struct objfile *file, const char *path);
void objfile_close(struct objfile *file);

/* -EOPNOTSUPP: the object needs what this loader does not do: CO-RE relocations, or maps
 * of the old kind, in a section "maps". */
int objfile_supported(const struct objfile *file);

/* A name out of the file, for a message: cut off if long, and nothing in it can steer a
 * terminal. Valid until the next call. */
const char *objfile_shown(const char *name);

/* NULL: none. A symbol of this name that lies in this file. */
const struct objfile_symbol *objfile_symbol(const struct objfile *file, const char *name);
/* NULL: no function begins at this place. */
const struct objfile_symbol *objfile_function_at(const struct objfile *file, size_t section,
						 __u64 offset);
/* NULL: the instruction at this place names no symbol. */
const struct objfile_relocation *objfile_relocation_at(const struct objfile *file, size_t section,
						       __u64 offset);
/* The first section of this name, or NULL. */
const struct objfile_section *objfile_section(const struct objfile *file, const char *name);

#endif
