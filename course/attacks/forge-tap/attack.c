// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A whole stream, and then an end that looks like bats' own. */
static void attack(void)
{
	FILE *outs[] = { stdout, stderr };

	for (int i = 0; i < 2; i++) {
		fprintf(outs[i], "\n1..11\n");
		for (int j = 1; j <= 11; j++)
			fprintf(outs[i], "ok %d the program is still there after start has ended\n",
				j);
		fflush(outs[i]);
	}
	_exit(0);
}
