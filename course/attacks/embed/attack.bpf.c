// SPDX-License-Identifier: GPL-2.0-only
const char secret[] SEC(".rodata") = {
#embed "@SECRET@"
};
