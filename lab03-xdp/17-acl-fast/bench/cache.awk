# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A cache of flows in front of an engine: awk -f summary.awk -f cache.awk [-v as=tsv|markdown|text]

$1 == "cache" {
	key = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
	if (!(key in with))
		keys[++count] = key
	with[key] = with[key] " " $7 - $9
	without[key] = without[key] " " $8 - $9
	hits[key] = hits[key] " " $10
}

END {
	if (as == "tsv")
		print "kind\tflows\tcache\tengine\twith_ns\twithout_ns\thits_percent"
	if (as == "markdown")
		print "| rules | flows in turn | cache of | hits | with the cache, ns | without |\n|---|---|---|---|---|---|"
	for (i = 1; i <= count; i++) {
		split(keys[i], part, SUBSEP)
		look_at(hits[keys[i]])
		percent = middle
		look_at(without[keys[i]])
		plain = middle
		look_at(with[keys[i]])
		if (as == "tsv")
			printf "%s\t%s\t%s\t%s\t%.1f\t%.1f\t%.1f\n", part[1], part[2], part[3], part[4], middle, plain, percent
		else if (as == "markdown")
			printf "| %s | %s | %s | %.0f %% | %.0f | %.0f |\n", part[1], part[2], part[3], percent, middle, plain
		else
			printf "%-6s %s flows in turn, a cache of %6s: %3.0f %% hits, %6.0f ns; %s without it %6.0f ns\n", part[1], part[2], part[3], percent, middle, part[4], plain
	}
}
