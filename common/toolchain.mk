# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Compilers, flags and the two compile commands. Read by the top Makefile
# before anything else. All paths are relative to the top of the tree.

BUILD       ?= build
COURSE_WORK ?= work
# With an empty name the machine's own folders would be written to, as /bin.
ifeq ($(and $(strip $(BUILD)),$(strip $(COURSE_WORK))),)
$(error BUILD and COURSE_WORK are folders and must not be empty; leave them out for ./build and ./work)
endif
# One name for each file, however BUILD was given: dependency files hold names.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
V           ?= 0

CC       ?= cc
CLANG    ?= clang
ifeq ($(origin CC),default)
CC := gcc
endif

# Debian and Ubuntu keep asm/types.h in a multiarch folder that
# "clang -target bpf" does not search.
MACHINE   := $(shell uname -m)
MULTIARCH := $(wildcard /usr/include/$(MACHINE)-linux-gnu)

# The name that libbpf's bpf_tracing.h knows this processor by.
BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(patsubst ppc64le,powerpc,$(patsubst \
	riscv64,riscv,$(patsubst s390x,s390,$(MACHINE))))))

RELEASE     := $(shell uname -r)
VMLINUX_BTF ?= /sys/kernel/btf/vmlinux
VMLINUX_DIR := $(BUILD)/vmlinux/$(RELEASE)
# Without kernel BTF there is no vmlinux.h; the lessons that need it say so.
VMLINUX_H   := $(if $(wildcard $(VMLINUX_BTF)),$(VMLINUX_DIR)/vmlinux.h)

WARN       := -Wall -Wextra -Werror
CPPFLAGS   := -D_GNU_SOURCE -I. $(CPPFLAGS)
CFLAGS     ?= -O2 -g
CFLAGS     += -std=gnu11 $(WARN)
# Behind CFLAGS: nothing wrong is optimized away before it is looked at, and compiling takes half.
SANITIZE   := -O0 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# __x86_64__ and so on: without it the C library's headers, which <linux/icmp.h>
# brings with it, take "bpf" for a 32-bit machine and look for files that are not there.
BPF_CFLAGS := -target bpf -O2 -g -mcpu=v3 -std=gnu11 -Wall -Werror -D__TARGET_ARCH_$(BPF_ARCH) \
	-D__$(MACHINE)__ -I. -I$(VMLINUX_DIR) $(addprefix -idirafter ,$(MULTIARCH))

# Some distributions hide bpftool; common/make/find-bpftool looks where they put it.
BPFTOOL = $(eval BPFTOOL := $$(shell sh common/make/find-bpftool))$(BPFTOOL)

ifeq ($(V),1)
Q :=
msg = @:
else ifneq ($(findstring s,$(filter-out --%,$(firstword $(MAKEFLAGS)))),)
Q := @
msg = @:
else
Q := @
msg = @printf '  %-8s %s\n' '$(1)' '$(2)'
endif

# $(call compile,LABEL,COMPILER AND FLAGS,SOURCE): compiles to $@, and leaves
# what clangd needs to know about the source beside it. The line added to the
# dependency file lets make go on when the source has gone from work/.
define compile
	$(call msg,$(1),$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(2) -MD -MP -MF $@.d -c $(3) -o $@
	$(Q)printf '%s:\n' '$(3)' >>$@.d
	$(Q)printf '{"directory":"%s","file":"%s","command":"%s"}\n' '$(CURDIR)' '$(3)' '$(2) -c $(3)' >$@.cmd
endef
