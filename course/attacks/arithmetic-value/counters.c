// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The attack is in the other file. */
int main(void)
{
	return 1;
}
