/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Capture files, as tcpdump and Wireshark read them. All times are 0. */
#ifndef LAB_TEST_PCAP_H
#define LAB_TEST_PCAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void pcap_header(FILE *out);
void pcap_packet(FILE *out, const uint8_t *bytes, size_t len);

#endif
