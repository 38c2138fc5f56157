# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The lines of drop.sh to a table: awk -f summary.awk -f drop.awk [-v as=tsv|markdown|text]
# Net: without the sender's own cost in the same moment. The ratio is between neighbours:
# this mechanism to native XDP in the same round.

BEGIN {
	split("native generic tcx clsact nft_netdev nft_raw nft_input iptables_raw iptables_input iptables_nft_input", order, " ")
	name["native"] = "XDP native"
	name["generic"] = "XDP generic"
	name["tcx"] = "tcx"
	name["clsact"] = "tc clsact"
	name["nft_netdev"] = "nft netdev ingress"
	name["nft_raw"] = "nft prerouting raw"
	name["nft_input"] = "nft input"
	name["iptables_raw"] = "iptables raw"
	name["iptables_input"] = "iptables INPUT"
	name["iptables_nft_input"] = "iptables-nft INPUT"
	split("live skb", senders, " ")
	if (as == "tsv")
		print "mechanism\tsender\tnet_ns\tnet_min\tnet_max\tgross_ns\tratio_to_native\tratio_min\tratio_max\tgross_ratio"
	if (as == "markdown") {
		print "| dropped by | live frames, net ns | ratio | gross ns | ratio | ordinary sender, net ns | ratio |"
		print "|---|---|---|---|---|---|---|"
	}
}

$1 == "drop" {
	key = $2 " " $3
	at = key " " $4
	gross[key] = gross[key] " " $5
	net[key] = net[key] " " $5 - $6
	net_at[at] = $5 - $6
	gross_at[at] = $5
	round[$4] = 1
}

function ratios(mechanism, sender, of, text, r) {
	text = ""
	for (r in round)
		if (of["native " sender " " r] > 0)
			text = text " " of[mechanism " " sender " " r] / of["native " sender " " r]
	return text
}

function row(mechanism, sender, key) {
	key = mechanism " " sender
	look_at(ratios(mechanism, sender, gross_at))
	gross_ratio = middle
	look_at(gross[key])
	gross_ns = middle
	look_at(ratios(mechanism, sender, net_at))
	ratio = middle
	ratio_min = least
	ratio_max = most
	look_at(net[key])
}

END {
	for (m = 1; m in order; m++) {
		if (!((order[m] " live") in net))
			continue
		line = "| " name[order[m]]
		for (s = 1; s in senders; s++) {
			row(order[m], senders[s])
			if (as == "tsv")
				printf "%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\t%.2f\t%.2f\n", name[order[m]], senders[s], middle, least, most, gross_ns, ratio, ratio_min, ratio_max, gross_ratio
			else if (as == "markdown")
				line = line sprintf(" | %.0f | %.1f", middle, ratio) (s == 1 ? sprintf(" | %.0f | %.1f", gross_ns, gross_ratio) : "")
			else
				printf "%-20s %s  net %7.1f ns (%.1f to %.1f)   %5.2f times native (%.2f to %.2f)   gross %7.1f ns, %5.2f times\n", name[order[m]], s == 1 ? "live frames    " : "ordinary sender", middle, least, most, ratio, ratio_min, ratio_max, gross_ns, gross_ratio
		}
		if (as == "markdown")
			print line " |"
	}
}
