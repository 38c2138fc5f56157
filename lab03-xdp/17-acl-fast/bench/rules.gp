# SPDX-License-Identifier: GPL-2.0-only OR MIT
# gnuplot -e "data='rules.tsv'; kinds='acl fw'; names='linear fast'; set output 'rules.svg'" rules.gp
set terminal svg size 1200,520 font "sans-serif,13" background "white"
set datafile separator "\t"
set logscale xy
set yrange [10:200000]
set xrange [7:15000]
set grid xtics ytics
set xlabel "rules"
set format x "10^{%T}"
set key outside bottom center horizontal
set multiplot layout 1,words(kinds) title "ns a packet against the number of rules (net, medians)"
do for [kind in kinds] {
	set title kind
	set ylabel (kind eq word(kinds, 1) ? "ns a packet" : "")
	plot for [i=1:words(names)] data using \
		(strcol(1) eq kind && strcol(3) eq word(names, i) ? $2 : NaN):($4 > 10 ? $4 : 10) \
		with linespoints linewidth 2 linetype i pointtype i title word(names, i)
}
unset multiplot
