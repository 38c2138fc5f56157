/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The commands of "testenv vm". Each takes its arguments from its name on. */
#ifndef TESTENV_VM_H
#define TESTENV_VM_H

int vm_cmd_fetch(int argc, char **argv);
int vm_cmd_list(int argc, char **argv);
int vm_cmd_run(int argc, char **argv);
int vm_cmd_start(int argc, char **argv);
int vm_cmd_exec(int argc, char **argv);
int vm_cmd_stop(int argc, char **argv);
int vm_cmd_usage(int argc, char **argv);

/* For the shell's completion (list.c): kernels to be had, machines that run. */
struct complete;
void vm_complete_versions(const struct complete *c);
void vm_complete_machines(const struct complete *c);

#endif
