// SPDX-License-Identifier: GPL-2.0-only
/* The name has lines of its own in the skeleton; what they include is quoted by gcc. */
int injected(struct xdp_md *ctx) __asm__("x;\n#include \"@SECRET@\"\nint y");

SEC("xdp") int injected(struct xdp_md *ctx)
{
	return XDP_PASS;
}
