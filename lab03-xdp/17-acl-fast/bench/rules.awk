# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The lines of rules.sh to a table: awk -f summary.awk -f rules.awk [-v as=tsv|markdown|text]
# Net: without what the way costs with no rules, measured in the same moment.

$1 == "rules" {
	if (!($2 in kind_seen)) {
		kind_seen[$2] = 1
		kinds[++kind_count] = $2
	}
	if (!($4 in name_seen)) {
		name_seen[$4] = 1
		names[++name_count] = $4
	}
	if (!($3 in size_seen)) {
		size_seen[$3] = 1
		sizes[++size_count] = $3
	}
	key = $2 " " $4 " " $3
	net[key] = net[key] " " $6 - $7
	gross[key] = gross[key] " " $6
}

$1 == "layers" {
	layers[$2 " " $3] = $4
}

function cell(key) {
	if (!(key in net))
		return "-"
	look_at(net[key])
	return sprintf(middle < 100 ? "%.1f" : "%.0f", middle)
}

function tsv_rows(k, n, s, key) {
	print "kind\trules\tname\tnet_ns\tnet_min\tnet_max\tgross_ns"
	for (k = 1; k <= kind_count; k++)
		for (n = 1; n <= name_count; n++)
			for (s = 1; s <= size_count; s++) {
				key = kinds[k] " " names[n] " " sizes[s]
				if (!(key in net))
					continue
				look_at(gross[key])
				all = middle
				look_at(net[key])
				printf "%s\t%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\n", kinds[k], sizes[s], names[n], middle, least, most, all
			}
}

function table_rows(k, n, s, line, rule) {
	for (k = 1; k <= kind_count; k++) {
		line = as == "markdown" ? "| " kinds[k] ", rules:" : sprintf("%-24s", kinds[k] ", rules:")
		rule = "|---"
		for (s = 1; s <= size_count; s++) {
			line = line (as == "markdown" ? " | " sizes[s] : sprintf("%10s", sizes[s]))
			rule = rule "|---"
		}
		print line (as == "markdown" ? " |\n" rule "|" : "")
		for (n = 1; n <= name_count; n++) {
			line = as == "markdown" ? "| " names[n] : sprintf("  %-22s", names[n])
			for (s = 1; s <= size_count; s++)
				line = line (as == "markdown" ? " | " cell(kinds[k] " " names[n] " " sizes[s]) : sprintf("%10s", cell(kinds[k] " " names[n] " " sizes[s])))
			print line (as == "markdown" ? " |" : "")
		}
		line = "sets that nft-sets needs:"
		for (s = 1; s <= size_count; s++)
			line = line " " layers[kinds[k] " " sizes[s]]
		print as == "markdown" ? "\n" line "\n" : "  (" line ")"
	}
}

END {
	if (as == "tsv")
		tsv_rows()
	else
		table_rows()
}
