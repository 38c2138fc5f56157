# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The lines of update.sh to a table; in brackets, the CPU time: awk -f summary.awk -f update.awk [-v as=tsv|markdown|text]

$1 == "update" || $1 == "memory" {
	if (!($2 in kind_seen)) {
		kind_seen[$2] = 1
		kinds[++kind_count] = $2
	}
	if (!($3 in name_seen)) {
		name_seen[$3] = 1
		names[++name_count] = $3
	}
}
$1 == "update" {
	key = $2 " " $3 " " $4
	ms[key] = ms[key] " " $6
	cpu[key] = cpu[key] " " $7
}
$1 == "memory" {
	bytes[$2 " " $3 " " $4] = $5
}

function time_of(key) {
	if (!(key in ms))
		return as == "tsv" ? "-\t-" : "-"
	look_at(cpu[key])
	own = middle
	look_at(ms[key])
	return sprintf(as == "tsv" ? "%.0f\t%.0f" : "%.0f (%.0f)", middle, own)
}

function size_of(key) {
	return key in bytes ? sprintf("%.1f", bytes[key] / 1048576) : "-"
}

END {
	split("load replace add del", what, " ")
	if (as == "tsv")
		print "kind\tname\tload_ms\tload_cpu\treplace_ms\treplace_cpu\tadd_ms\tadd_cpu\tdel_ms\tdel_cpu\tkernel_mib\tmaps_mib"
	if (as == "markdown")
		print "| rules | by | load, ms (CPU) | replace | add one | delete one | memory, MiB | of it maps |\n|---|---|---|---|---|---|---|---|"
	for (k = 1; k <= kind_count; k++)
		for (n = 1; n <= name_count; n++) {
			id = kinds[k] " " names[n]
			if (!((id " load") in ms))
				continue
			if (as == "markdown" || as == "tsv") {
				sep = as == "tsv" ? "\t" : " | "
				line = (as == "tsv" ? "" : "| ") kinds[k] sep names[n]
				for (w = 1; w in what; w++)
					line = line sep time_of(id " " what[w])
				line = line sep size_of(id " kernel") sep size_of(id " maps")
				print line (as == "tsv" ? "" : " |")
				continue
			}
			line = sprintf("%-6s %-12s", kinds[k], names[n])
			for (w = 1; w in what; w++)
				line = line sprintf("  %s %12s ms", what[w], time_of(id " " what[w]))
			print line sprintf("  memory %6s MiB (maps %s)", size_of(id " kernel"), size_of(id " maps"))
		}
}
