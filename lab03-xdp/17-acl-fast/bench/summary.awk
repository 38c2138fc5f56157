# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What is common to the tables: medians. Used with -f before a table's own program.

function sort_numbers(list, n, i, j, x) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
			x = list[j]
			list[j] = list[j - 1]
			list[j - 1] = x
		}
}

# Takes the numbers in text, in blanks; sets middle, least, most. text must hold one.
function look_at(text, list, n, i) {
	n = split(text, list, " ")
	for (i = 1; i <= n; i++)
		list[i] += 0
	sort_numbers(list, n)
	least = list[1]
	most = list[n]
	middle = n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
