#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Prints a verifier's log of 1 MB as a kernel writes it at level 2: loops over packet
# bytes with branches that were tried both ways, and a missing check at last.
awk 'BEGIN {
	print "func#0 @0"
	print "0: R1=ctx() R10=fp0"
	for (n = 0; size < 1000000; n++) {
		insn = 8 + n % 400 * 4
		line = sprintf("; if (at + %d > end) @ parse.bpf.c:%d\n", n % 64, 20 + n % 400)
		line = line sprintf("%d: (bf) r4 = r2                      ; R2=pkt(off=%d,r=%d) R4=pkt(off=%d,r=%d)\n", insn, n % 64, n % 64, n % 64, n % 64)
		line = line sprintf("%d: (2d) if r4 > r3 goto pc+2          ; R3=pkt_end() R4=pkt(off=%d,r=%d)\n", insn + 1, n % 64, n % 64)
		line = line sprintf("mark_precise: frame0: last_idx %d first_idx %d subseq_idx -1\n", insn + 1, insn)
		if (n % 3 == 2)
			line = line sprintf("from %d to %d: R0=0 R1=ctx() R2=pkt(off=%d,r=0) R10=fp0\n", insn + 1, insn + 4, n % 64)
		printf "%s", line
		size += length(line)
	}
	print "; return eth->h_proto; @ parse.bpf.c:500"
	print "1700: (69) r0 = *(u16 *)(r2 +12)"
	print "invalid access to packet, off=12 size=2, R2(id=0,off=12,r=0)"
	print "R2 offset is outside of the packet"
	print "processed 40000 insns (limit 1000000) max_states_per_insn 4 total_states 900 peak_states 900 mark_read 9"
}'
