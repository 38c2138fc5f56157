# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The one set of build rules for lessons. A lesson's Makefile sets
#
#   bpf     names of its kernel programs: NAME for NAME.bpf.c
#   loader  names of its user-space programs: NAME for NAME.c
#
# and includes this file. Started in the lesson's own folder, make hands over
# to the top of the tree; included by the top Makefile, this file writes the
# rules for every overlay asked for.
#
# An overlay is a folder with some of the lesson's files. A build takes each
# file from the overlay when it is there, else from the lesson:
#
#   starter     no overlay      solution    LESSON/solution
#   wrong-CASE  LESSON/wrong/CASE           work  $(COURSE_WORK)/LAB/LESSON
#   sub-ID      $(SUBMISSION)/LAB/LESSON
#
# A wrong solution is the solution with a mistake in it: what wrong/CASE has not,
# is the solution's.

lesson_folder := $(patsubst %/,%,$(dir $(lastword $(filter-out %lesson.mk,$(MAKEFILE_LIST)))))

ifndef lesson_top
# ---- started in a lesson's folder -------------------------------------------

override lesson_folder := $(notdir $(patsubst %/,%,$(dir $(CURDIR))))/$(notdir $(CURDIR))
OVERLAY ?= auto
.PHONY: build
build:
	@$(MAKE) --no-print-directory -C ../.. lesson LESSON=$(lesson_folder) OVERLAY=$(OVERLAY)
.PHONY: clean
clean:
	@$(MAKE) --no-print-directory -C ../.. clean-lesson LESSON=$(lesson_folder)

else
# ---- included by the top Makefile -------------------------------------------

# $(call overlay_source,OVERLAY): the overlay's folders, the first one first; none for starter
overlay_source = $(strip $(if $(filter solution,$(1)),$(lesson_folder)/solution,$(if \
	$(filter wrong-%,$(1)),$(lesson_folder)/wrong/$(patsubst wrong-%,%,$(1)) $(lesson_folder)/solution,$(if \
	$(filter work,$(1)),$(COURSE_WORK)/$(lesson_folder),$(if \
	$(filter sub-%,$(1)),$(SUBMISSION)/$(lesson_folder))))))

# What an overlay may hold: other files there do not count.
edit := $(subst $(comma), ,$(shell sed -n 's/^ *edit *= *//p' $(lesson_folder)/lesson.conf))

# $(call pick,OVERLAY FOLDERS,FILE): which FILE this build uses
pick = $(firstword $(if $(filter $(2),$(edit)),$(foreach f,$(1),$(wildcard $(f)/$(2)))) $(lesson_folder)/$(2))

# $(call headers_of,OVERLAY FOLDERS): -I for them, where there may be headers in them
headers_of = $(if $(filter %.h,$(edit)),$(addprefix -I,$(1)))

# What the build is made from, and for a learner's files their exact times and
# sizes too: a backup put back is older than what was built, and yet another.
inputs_of = $(foreach f,$(addsuffix .bpf.c,$(bpf)) $(addsuffix .c,$(loader)),$(call pick,$(2),$(f))) \
	$(if $(filter work sub-%,$(1)),$(shell stat -c %n=%.9Y=%s $(2)/* 2>/dev/null))

# A stamp holds that. It changes when a file moves from the overlay to the
# lesson or back, which time stamps would not show.
define overlay_rules
lesson_targets += $(addprefix $(2)/,$(addsuffix .bpf.o,$(bpf)) $(loader))
overlay_inputs := $(call inputs_of,$(1),$(3))
$(2)/.inputs: $$(if $$(filter-out =$$(subst $$(space),,$$(file <$(2)/.inputs)),=$$(subst $$(space),,$$(overlay_inputs))),FORCE)
	$(Q)mkdir -p $$(@D)
	$(Q)echo '$(call inputs_of,$(1),$(3))' >$$@
$(foreach p,$(bpf),$(call bpf_rules,$(2),$(call pick,$(3),$(p).bpf.c),$(3),$(p)))
$(foreach p,$(loader),$(call loader_rules,$(2),$(call pick,$(3),$(p).c),$(3),$(p)))
endef

# $(1) output folder, $(2) source, $(3) overlay folders, $(4) name
define bpf_rules
$(1)/$(4).bpf.o: $(2) $(1)/.inputs | $(VMLINUX_H)
	$$(call compile,CLANG,$(CLANG) $(BPF_CFLAGS) $(call headers_of,$(3)) -I$(lesson_folder),$(2))
$(1)/$(4).skel.h: $(1)/$(4).bpf.o
	$$(call msg,SKEL,$$@)
	$(Q)$$(BPFTOOL) gen skeleton $$< name $(subst -,_,$(4))_bpf >$$@
-include $(1)/$(4).bpf.o.d

endef

define loader_rules
$(1)/$(4).o: $(2) $(1)/.inputs $(addprefix $(1)/,$(addsuffix .skel.h,$(bpf)))
	$$(call compile,CC,$(CC) $(CPPFLAGS) $(CFLAGS) -I$(1) $(call headers_of,$(3)) -I$(lesson_folder),$(2))
$(1)/$(4): $(1)/$(4).o $(BUILD)/lib/liblab.a
	$$(call msg,LINK,$$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $$^ $(LAB_LIBS) -o $$@
-include $(1)/$(4).o.d

endef

$(foreach o,$(OVERLAYS),$(eval $(call overlay_rules,$(o),$(BUILD)/run/$(lesson_folder)/$(o),$(call overlay_source,$(o)))))
endif
