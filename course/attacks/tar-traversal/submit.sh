#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
echo "$CANARY" >loot
tar -cPf attack.tar --transform "s|^loot$|../../../../../../../../../..$LOOT/$CANARY|" loot
tar -rPf attack.tar --transform "s|^loot$|$LOOT/$CANARY|" loot
tar -rPf attack.tar --transform "s|^loot$|$LESSON/../../../pass_drop.bpf.c|" loot
rm loot
gzip attack.tar
