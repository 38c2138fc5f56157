# SPDX-License-Identifier: GPL-2.0-only OR MIT
# gnuplot -e "data='drop.tsv'; set output 'drop.svg'" drop.gp
set terminal svg size 900,520 font "sans-serif,13" background "white"
set datafile separator "\t"
set title "Dropping one packet, without the sender's own cost (median, least, most)"
set ylabel "ns a packet"
set yrange [0:*]
set grid ytics
set style data histograms
set style histogram errorbars gap 1 linewidth 1
set style fill solid 0.8
set boxwidth 0.9
set xtics rotate by -30 nomirror
set key top left
plot data using (strcol(2) eq "live" ? $3 : NaN):4:5:xtic(1) every 2::1 title "live frames" linecolor rgb "#2b7bba", \
     data using (strcol(2) eq "skb" ? $3 : NaN):4:5 every 2::2 title "ordinary sender (packet socket)" linecolor rgb "#d9822b"
