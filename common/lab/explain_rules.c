// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the verifier's complaints mean: one row each, the first that matches
 * counts. The kernel's wording changes: a row matches the old one and the new.
 *
 * A new row needs a program that is refused for it (tests/refused/) or, if this
 * kernel does not refuse it, a line in tests/test_explain.c. The sentence says
 * what is wrong, the fix what to write instead, both without the verifier's terms.
 */
#include "common/lab/internal.h"

#define PARSING "lab03-xdp/02-parsing/README.md"

/* clang-format off */
const struct lab_rule lab_verifier_rules[] = {
	/* ---- memory ---- */
	{ "packet-bounds", "invalid access to packet",
	  "this touches packet bytes that no bounds check has shown to be there",
	  "compare with data_end before it, and leave as for any packet that is too short: "
	  "if ((void *)(header + 1) > data_end) return ...;",
	  PARSING },
	{ "map-null", "invalid mem access 'map_value_or_null'",
	  "the result of a map look-up is used without a check for NULL",
	  "check it right after the look-up: if (!value) return 0;", NULL },
	{ "other-null", "invalid mem access '([a-z_]*_)?or_null_?'",
	  "a pointer that may be NULL is used without a check",
	  "check it right after the call that returned it: if (!pointer) return 0;", NULL },
	{ "null-argument", "R([0-9]) type=[a-z_]*_or_null_? expected=",
	  "argument \\1 of this call is a pointer that may be NULL",
	  "check it before: if (!pointer) return 0;", NULL },
	{ "number-as-address", "invalid mem access '(scalar|inv)'",
	  "a plain number is used as an address",
	  "kernel memory is read with BPF_CORE_READ() or bpf_probe_read_kernel(), "
	  "user memory with bpf_probe_read_user(); a pointer that was given back, or that is "
	  "NULL here, counts as a number", NULL },
	{ "value-bounds",
	  "(invalid access to map value|invalid access to memory|unbounded memory access, make sure"
	  "|value is outside of the (allowed memory|map|array) range)",
	  "this may reach beyond the end of a map's value or another piece of memory",
	  "limit the index before it: if (index >= SIZE) return 0;", NULL },
	{ "unbounded-size", "unbounded memory access, use",
	  "the size handed to this call has no upper limit",
	  "limit it before: if (size > sizeof(buffer)) size = sizeof(buffer);", NULL },
	{ "negative-size", "min value is negative",
	  "an index or size may be negative here",
	  "use an unsigned type, or check for values below 0 as well", NULL },
	{ "read-only-map", "(write into map forbidden|cannot write into rdonly_)",
	  "this writes to memory that is constant for the program",
	  "a variable that the program changes must not be const", NULL },
	{ "read-only-packet", "cannot write into packet",
	  "a program of this type cannot change the packet",
	  "copy what you change, or use a program type that may write (XDP, tc)", NULL },

	/* ---- variables and the stack ---- */
	{ "no-return-value", "^R0 !read_ok",
	  "the program ends, or goes on after a call, without a return value",
	  "return a value on every way through the function", NULL },
	{ "uninitialised", "^R[0-9]+ !read_ok",
	  "a variable is used here that was not given a value on every way to this place",
	  "give it a value where it is declared; a call also forgets its own arguments", NULL },
	{ "unset-stack", "invalid (indirect )?read from stack",
	  "this reads a local variable of which not all bytes were set",
	  "set it whole, gaps between members too: struct key key = {};", NULL },
	{ "buffer-too-small", "invalid .*stack R[1-5] off=-[0-9]+ size=(9|[1-9][0-9]+)$",
	  "the size handed to this call, \\1 bytes, is larger than the local variable it is for",
	  "hand over the variable's own size: sizeof(buffer)", NULL },
	{ "stack-bounds",
	  "((variable[- ]offset|unbounded variable|invalid (write|zero-sized)).*stack|invalid stack )",
	  "the index of a local array may lie outside of it",
	  "limit the index before it: if (index >= SIZE) return 0;", NULL },
	{ "stack-too-large", "(combined stack size of|[Ss]tack size.*exceed|the call stack of)",
	  "the local variables of the functions that call one another need more than 512 bytes",
	  "put large data in a map: a per-CPU array with one entry serves as scratch memory", NULL },

	/* ---- pointers ---- */
	{ "context-access", "invalid bpf_context access off=([0-9]+) size=([0-9]+)",
	  "the context has no field of \\2 bytes at offset \\1 for this type of program",
	  "use the fields of the context's struct as they are declared", NULL },
	{ "changed-context", "(dereference of modified ctx ptr|variable ctx access)",
	  "a field of the context is read through a pointer that was computed",
	  "use ctx->field with ctx as the program got it", NULL },
	{ "pointer-arithmetic",
	  "(pointer arithmetic (on|with)|bitwise operator|math between|pointer .?= pointer"
	  "|makes .* pointer be out of bounds|pointer comparison prohibited|tried to (add|subtract))",
	  "this computes with a pointer in a way that the verifier cannot follow",
	  "only add or subtract a number with known limits; do the rest with plain numbers", NULL },
	{ "wrong-argument", "^R([0-9]) type=([a-z_]+) expected=",
	  "argument \\1 of this call has the wrong type (\\2)",
	  "compare the call with its description: man bpf-helpers", NULL },
	{ "not-constant", "R([0-9]) is not a known constant",
	  "argument \\1 of this call must be a constant",
	  "write a number or a sizeof there; what varies in size goes into a record of the largest",
	  NULL },
	{ "address-leak", "leaks addr",
	  "this gives an address of the kernel away as a number",
	  "store or return the value that the pointer points to", NULL },
	{ "misaligned", "misaligned .*access",
	  "this reads several bytes at once from an address that is no multiple of their number",
	  "copy them with __builtin_memcpy(), or make the struct packed", NULL },

	/* ---- calls ---- */
	{ "helper-not-allowed", "cannot use helper ([a-z0-9_]+)",
	  "a program of this type cannot call \\1()",
	  "man bpf-helpers says which types can; look for one that does the same for yours", NULL },
	{ "helper-not-allowed", "unknown func ([a-z0-9_]+)",
	  "this kernel has no \\1(), or not for programs of this type",
	  "man bpf-helpers says which types can call it; it may need a newer kernel", NULL },
	{ "core-missing",
	  "failed to resolve CO-RE relocation <[a-z_]+> \\[[0-9]+\\] ([a-z]+ )?([^ ]+)",
	  "this kernel has no \\2",
	  "ask before you use it: if (bpf_core_field_exists(...))", NULL },
	{ "core-missing", "invalid func unknown#195896080",
	  "this kernel does not have a type or field that the program uses",
	  "ask before you use it: if (bpf_core_field_exists(...))", NULL },
	{ "helper-not-allowed", "invalid func unknown#([0-9]+)",
	  "no helper has the number \\1",
	  "call helpers by their names in <bpf/bpf_helpers.h>", NULL },
	{ "map-missing", "BPF map '([^']+)' is referenced but wasn't created",
	  "the program uses map \\1, which was not created",
	  "leave bpf_map__set_autocreate() of this map on", NULL },
	{ "kfunc-missing", "(kfunc|kernel function) '([^']+)' is referenced but wasn't resolved",
	  "this kernel has no kernel function \\2()",
	  "ask before you call it: if (bpf_ksym_exists(...))", NULL },
	{ "kfunc-not-allowed", "calling kernel function ([a-z0-9_]+) is not allowed",
	  "a program of this type cannot call the kernel function \\1()",
	  "look for a helper or another type of program that does the same", NULL },
	{ "gpl-only", "GPL[- ](restricted|compatible)",
	  "only programs under a GPL-compatible licence may call this",
	  "char LICENSE[] SEC(\"license\") = \"GPL\";", NULL },
	{ "sleepable", "(might sleep|sleepable)",
	  "this call may wait, and a program of this type must not",
	  "use SEC(\"....s\"), the form that may sleep, where the type has one", NULL },
	{ "leaked-reference", "([Uu]nreleased reference|would lead to reference leak)",
	  "what this line takes is not given back on every way to the end of the program",
	  "before each return: bpf_ringbuf_submit() or _discard(), bpf_sk_release(), ...", NULL },
	{ "lock", "(while holding a lock|inside bpf_spin_lock|bpf_spin_lock is missing|bpf_spin_unlock)",
	  "between bpf_spin_lock() and bpf_spin_unlock() nothing may be called, and both must be there",
	  "compute before the lock, only store between, unlock on every way out", NULL },

	/* ---- the program as a whole ---- */
	{ "infinite-loop", "(infinite loop detected|back-edge from insn)",
	  "this loop never ends on one of the ways through it",
	  "count up to a constant: for (int i = 0; i < MAX; i++)", NULL },
	{ "too-complex",
	  "(BPF program is too large|sequence of [0-9]+ jumps is too complex|too many states)",
	  "there are more ways through the program than the verifier follows (a million instructions)",
	  "give every loop a small constant bound; the line is where it gave up, the loop is before",
	  NULL },
	{ "return-range", "R0 has .*should have been",
	  "the program may return a value that means nothing to this hook",
	  "return only the values that its documentation lists", NULL },
	{ "division-by-zero", "div(ision)? by zero",
	  "this divides by the constant 0", "divide by something else", NULL },
	{ "unreachable", "(unreachable insn|not an exit or jmp|jump out of range)",
	  "a part of the program cannot be reached, or its end has no return",
	  "take out code behind an endless loop or a return", NULL },
};
/* clang-format on */

const size_t lab_verifier_rule_count = ARRAY_SIZE(lab_verifier_rules);
