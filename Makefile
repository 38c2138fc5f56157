# SPDX-License-Identifier: GPL-2.0-only OR MIT
# BPF labs. "make" alone says what it can do.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
# All processors, unless -j says how many: the command line wins, and a make under make shares the
# jobs of the one above. "make clean all" is one after the other.
ifeq ($(MAKELEVEL)$(filter clean%,$(MAKECMDGOALS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
SHELL := /bin/sh

# Building as root would leave root's files in a user's tree.
ifeq ($(shell id -u),0)
ifneq ($(shell stat -c %u .),0)
$(error this tree belongs to $(shell stat -c %U .): run make as that user, without sudo; it asks for root where it must)
endif
endif

include common/toolchain.mk

empty :=
space := $(empty) $(empty)
comma := ,
.PHONY: FORCE
FORCE:

##@ Start here
.PHONY: start
start: ## install what lesson 1 needs, build it, run it, and say what to do next
	@sh common/make/deps.sh start
	@$(MAKE) lesson-one
	@sh common/make/start.sh $(BUILD)

.PHONY: test
test: ## install what the tests need, build everything, run every test
	@sh common/make/deps.sh test
	@$(MAKE) all kernels
	@sh common/make/run-tests.sh $(BUILD) all

.PHONY: deps
deps: ## install everything the course needs (asks once)
	@sh common/make/deps.sh test

# Without them the tests that need them are skipped, and say so.
KERNELS ?= 6.1 6.12 newest
.PHONY: kernels
kernels: tools ## fetch the kernels that the tests run in virtual machines (KERNELS="6.1 newest")
	@for v in $(KERNELS); do $(BUILD)/bin/testenv vm fetch $$v || echo "make: going on without kernel $$v"; done

.PHONY: test-kernels
test-kernels: tools ## all lessons' solutions under all kernels fetched: a table (LESSON=LAB/LESSON: one)
	@sh common/make/test-kernels.sh $(BUILD) $(LESSON)

.PHONY: kernels-table
kernels-table: ## put the table that test-kernels has made into testenv/README.md
	@sh common/make/kernels-table.sh $(BUILD) $(LESSON)

.PHONY: doctor
doctor: tools ## what this machine can do, and how to cure what it cannot
	@$(BUILD)/bin/testenv doctor

##@ Build
.PHONY: all
all: tools lessons $(BUILD)/compile_commands.json ## build the tools and all lessons (starters and solutions)
	@:

.PHONY: help
help: ## this list
	@awk -f common/make/help.awk $(MAKEFILE_LIST)

# ---- our own programs: liblab, labctl, testenv, course ----------------------

# A component is a folder of C files. Each is compiled twice: as it ships,
# and with AddressSanitizer and UBSan for the unit tests.
lab_dir     := common/lab
lab_libs    := -lbpf -lelf -lz
# What our two tools share: manual pages and completion.
tool_dir      := common/tool
tool_libs     := $(lab_libs)
labctl_dir  := common/test
labctl_libs := $(lab_libs) -ljansson
# The frames between a test and a virtual machine are testenv's.
labctl_more := testenv/vm/frame.c
testenv_dir  := testenv
testenv_more := $(wildcard testenv/vm/*.c testenv/sandbox/*.c testenv/sandbox/broker/*.c)
# libmnl, and the C library's look-ups of users, are dynamic in any case.
testenv_static := -ljansson -linih -lseccomp $(lab_libs)
testenv_libs   := $(testenv_static) -lmnl -larchive
# What reads and writes archives is a program of its own (testenv/vm/archive/main.c).
archive_objs := $(patsubst %,$(BUILD)/obj/testenv/vm/%.o,archive/main image initramfs unpack modules frame)
course_dir   := course
course_more  := $(wildcard course/grade/*.c course/report/*.c)
course_libs  := $(lab_libs) -ldw -ljansson -linih -larchive -lnettle -lxml2 -lcsv
LAB_LIBS     := $(lab_libs)

# What the loaders of lab01-basics/08 and 09 are built on; a part of liblab's archive.
elf_dir      := common/elf
elf_libs     := $(lab_libs)

# Access control lists: the loaders of lab03-xdp/14 to 17, and their tests; a part of it, too.
# Their pages have the shape of our tools'.
acl_dir      := common/acl
acl_libs     := $(lab_libs)
acl_more     := common/tool/manual.c

components := lab elf acl tool labctl testenv course

define component_rules
$(1)_srcs := $$(wildcard $$($(1)_dir)/*.c) $$($(1)_more)
$(1)_objs := $$(patsubst %.c,$(BUILD)/obj/%.o,$$(filter-out %/main.c,$$($(1)_srcs)))
$(1)_main := $$(patsubst %.c,$(BUILD)/obj/%.o,$$(filter %/main.c,$$($(1)_srcs)))
$(1)_asan := $$(patsubst %.c,$(BUILD)/asan/%.o,$$(filter-out %/main.c,$$($(1)_srcs)))
$(1)_units := $$(patsubst %.c,$(BUILD)/unit/%,$$(wildcard $$($(1)_dir)/tests/test_*.c))
unit_tests += $$($(1)_units)
$$($(1)_units): component_asan = $$($(1)_asan)
$$($(1)_units): component_libs = $$($(1)_libs)
$$($(1)_units): $$($(1)_asan)
endef
$(foreach c,$(components),$(eval $(call component_rules,$(c))))
# The parsing headers are plain C too: their tests run in user space.
bpf_units := $(patsubst %.c,$(BUILD)/unit/%,$(wildcard common/bpf/tests/test_*.c))
unit_tests += $(bpf_units)
$(bpf_units): component_libs = $(LAB_LIBS)

# libxml2's headers are in a folder of their own.
$(BUILD)/obj/course/report/%.o $(BUILD)/asan/course/report/%.o: CPPFLAGS += -isystem /usr/include/libxml2
# The HTML page's files are parts of the program.
$(BUILD)/obj/course/report/assets.o $(BUILD)/asan/course/report/assets.o: $(wildcard course/report/page.*)

$(BUILD)/obj/%.o: %.c
	$(call compile,CC,$(CC) $(CPPFLAGS) $(CFLAGS),$<)
$(BUILD)/asan/%.o: %.c
	$(call compile,CC,$(CC) $(CPPFLAGS) $(CFLAGS) $(SANITIZE),$<)

$(BUILD)/lib/liblab.a: $(lab_objs) $(elf_objs) $(acl_objs)
	$(call msg,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && ar rcs $@ $^

# $(call link_with_static,LIBRARIES,LIBRARIES): these two are started a hundred times for each
# lesson that is graded, and loading libraries is half of a start. Where there is no static one
# of each, they are linked as usual, with the second list.
link_with_static = $(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(1) -o $@ 2>/dev/null || $(CC) $(CFLAGS) $(LDFLAGS) $^ $(2) -o $@

$(BUILD)/libexec/labctl: $(labctl_main) $(labctl_objs) $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call link_with_static,-static-pie $(labctl_libs),$(labctl_libs))
$(BUILD)/bin/testenv: $(testenv_main) $(filter-out %/image.o %/initramfs.o %/unpack.o,$(testenv_objs)) $(tool_objs) $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(call link_with_static,-Wl$(comma)-Bstatic $(testenv_static) -Wl$(comma)-Bdynamic -lmnl,$(testenv_static) -lmnl)
$(BUILD)/libexec/vm-archive: $(archive_objs)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -lelf -larchive -o $@
# The sandbox's system call filters, as tables in C.
filter_objs := $(patsubst %,$(BUILD)/obj/testenv/sandbox/filter/%.o,make list)
$(BUILD)/gen/make-filters: $(filter_objs)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -lseccomp -o $@
$(BUILD)/gen/sandbox-filters.h: $(BUILD)/gen/make-filters
	$(call msg,FILTER,$@)
	$(Q)$< >$@.tmp && mv $@.tmp $@
$(BUILD)/obj/testenv/sandbox/filter.o $(BUILD)/asan/testenv/sandbox/filter.o: CPPFLAGS += -I$(BUILD)/gen
$(BUILD)/obj/testenv/sandbox/filter.o $(BUILD)/asan/testenv/sandbox/filter.o: $(BUILD)/gen/sandbox-filters.h
# Generated rule sets as files, for measurements and tests.
$(BUILD)/libexec/acl-rules: $(acl_main) $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(acl_libs) -o $@
# The first process of virtual machines: static, for it runs where nothing else is.
guest_objs := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard testenv/vm/guest/*.c)) $(BUILD)/obj/testenv/vm/frame.o
$(BUILD)/libexec/vm-init: $(guest_objs)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -static $^ -o $@
$(BUILD)/bin/course: $(course_main) $(course_objs) $(tool_objs) $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(course_libs) -o $@

# Unit tests: the test, its component's objects, liblab and what the tools share, all sanitized.
$(BUILD)/unit/%: $(BUILD)/asan/%.o $(lab_asan) $(tool_asan)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) $(sort $^ $(component_asan)) $(component_libs) -lcmocka -o $@

# Damaged object files for the loader of lab01-basics/09 (common/elf/tests/loader.bats).
$(BUILD)/loader/fuzz: $(BUILD)/asan/common/elf/tests/fuzz.o $(elf_asan) $(lab_asan)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) $^ $(elf_libs) -o $@
-include $(BUILD)/asan/common/elf/tests/fuzz.o.d
$(BUILD)/loader/%.bpf.o: common/elf/tests/objects/%.bpf.c
	$(call compile,CLANG,$(CLANG) $(BPF_CFLAGS),$<)
-include $(wildcard $(BUILD)/loader/*.bpf.o.d)
.PHONY: loader-tests
loader-tests: $(BUILD)/loader/fuzz $(patsubst common/elf/tests/objects/%.c,$(BUILD)/loader/%.o,$(wildcard common/elf/tests/objects/*.bpf.c))

# Lessons' access control lists against the reference (common/acl/tests/acl.bats).
acl_tests := $(BUILD)/acl/differential $(BUILD)/acl/swap
$(BUILD)/acl/%: $(BUILD)/obj/common/acl/tests/%.o $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(acl_libs) -o $@
-include $(patsubst $(BUILD)/acl/%,$(BUILD)/obj/common/acl/tests/%.o.d,$(acl_tests))
.PHONY: acl-tests
acl-tests: $(acl_tests)

# Fixtures: small programs whose system calls or packets the checks count.
fixtures := $(patsubst common/test/fixtures/%.c,$(BUILD)/fixtures/%,$(filter-out %.bpf.c,$(wildcard common/test/fixtures/*.c))) \
	$(patsubst common/test/fixtures/%.c,$(BUILD)/fixtures/%.o,$(wildcard common/test/fixtures/*.bpf.c))
$(BUILD)/fixtures/%: common/test/fixtures/%.c $(wildcard common/test/fixtures/*.h)
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $< -pthread -o $@
$(BUILD)/fixtures/%.bpf.o: common/test/fixtures/%.bpf.c | $(VMLINUX_H)
	$(call compile,CLANG,$(CLANG) $(BPF_CFLAGS),$<)

$(BUILD)/env: common/make/env.sh $(wildcard common/tool/completion.*)
	$(Q)mkdir -p $(@D)/share
	$(Q)cp common/tool/completion.* $(@D)/share
	$(Q)cp $< $@

.PHONY: tools units unit-objects
tools: $(BUILD)/bin/testenv $(BUILD)/libexec/vm-init $(BUILD)/libexec/vm-archive $(BUILD)/bin/course $(BUILD)/libexec/labctl $(BUILD)/libexec/acl-rules $(BUILD)/lib/liblab.a $(BUILD)/env $(fixtures)
units: $(unit_tests) ## build the unit tests (AddressSanitizer, UBSan)
# Without linking: clang's sanitizer library is a package of its own.
unit-objects: $(patsubst $(BUILD)/unit/%,$(BUILD)/asan/%.o,$(unit_tests))

ifneq ($(VMLINUX_H),)
$(VMLINUX_H):
	$(call msg,BTF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) btf dump file $(VMLINUX_BTF) format c >$@.tmp && mv $@.tmp $@
endif

# ---- lessons ----------------------------------------------------------------

# LESSON=lab01-basics/01-hello OVERLAY=solution narrow the build to one.
# OVERLAY=auto is the learner's work where there is some, else the starter.
lesson_top := 1
LESSON   ?= $(patsubst %/Makefile,%,$(sort $(wildcard lab[0-9]*/[0-9]*/Makefile)))
OVERLAY  ?= starter solution
OVERLAYS  = $(if $(filter auto,$(OVERLAY)),$(if $(wildcard $(COURSE_WORK)/$(lesson_folder)),work,starter),$(OVERLAY))

$(foreach l,$(LESSON),$(eval bpf :=)$(eval loader :=)$(eval include $(l)/Makefile))

.PHONY: lessons lesson lesson-one clean-lesson
lessons: $(lesson_targets)
lesson: $(lesson_targets) ## LESSON=LAB/LESSON [OVERLAY=work|starter|solution|wrong-CASE]: build one
	@:
lesson-one: tools
	@$(MAKE) lesson LESSON=lab01-basics/01-hello OVERLAY=starter
clean-lesson:
	$(Q)rm -rf $(addprefix $(BUILD)/run/,$(LESSON))

$(BUILD)/compile_commands.json: $(lesson_targets) $(BUILD)/bin/course $(BUILD)/bin/testenv $(BUILD)/libexec/labctl
	$(call msg,JSON,$@)
	$(Q)sh common/make/compile-commands.sh $(BUILD) >$@

# What "make bench" measures the access control lists with; no lesson and no test needs it.
acl_bench_dir := lab03-xdp/17-acl-fast/bench
acl_bench     := $(BUILD)/bench/acl
acl_bench_c   := $(patsubst $(acl_bench_dir)/%.c,$(acl_bench)/%,$(filter-out %.bpf.c,$(wildcard $(acl_bench_dir)/*.c)))
acl_bench_bpf := $(patsubst $(acl_bench_dir)/%.bpf.c,$(acl_bench)/%,$(wildcard $(acl_bench_dir)/*.bpf.c))
$(acl_bench)/%.bpf.o: $(acl_bench_dir)/%.bpf.c
	$(call compile,CLANG,$(CLANG) $(BPF_CFLAGS),$<)
$(acl_bench)/%.skel.h: $(acl_bench)/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf >$@
$(addsuffix .o,$(acl_bench_c)): $(acl_bench)/%.o: $(acl_bench_dir)/%.c $(addsuffix .skel.h,$(acl_bench_bpf))
	$(call compile,CC,$(CC) $(CPPFLAGS) $(CFLAGS) -I$(acl_bench),$<)
$(acl_bench)/aclbench: $(addsuffix .o,$(acl_bench_c)) $(BUILD)/obj/common/test/hex.o $(BUILD)/lib/liblab.a
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LAB_LIBS) -o $@
-include $(addsuffix .o.d,$(acl_bench_c)) $(addsuffix .bpf.o.d,$(acl_bench_bpf))
.PHONY: acl-bench
acl-bench: $(acl_bench)/aclbench

##@ Check
.PHONY: lint
lint: ## formatting, shell scripts, licence lines, packages named in README.md
	@sh common/make/lint.sh
.PHONY: format
format: ## format all C files
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs -r clang-format -i
.PHONY: bench
bench: ## measure speeds: paired runs, ratios
	@sh common/make/bench.sh $(BUILD)
.PHONY: clean
clean: ## remove what was built; your files in work/ stay
	$(Q)rm -rf $(BUILD)

# What the objects depend on. One lesson needs liblab alone: to read the files of all the rest
# would take longer than to compile its program.
-include $(addsuffix .d,$(lab_objs) $(elf_objs) $(acl_objs))
ifneq ($(MAKECMDGOALS),lesson)
-include $(foreach c,$(filter-out lab elf acl,$(components)),$(addsuffix .d,$($(c)_objs))) \
	$(foreach c,$(components),$(addsuffix .d,$($(c)_main))) $(addsuffix .d,$(guest_objs) $(archive_objs) $(filter_objs))
-include $(patsubst $(BUILD)/unit/%,$(BUILD)/asan/%.o.d,$(unit_tests)) $(foreach c,$(components),$(addsuffix .d,$($(c)_asan)))
endif
