// SPDX-License-Identifier: GPL-2.0-only
#if __has_include("@TREE@/@LESSON@/test.bats") ||                      \
		  __has_include("test.bats") ||                        \
				__has_include("@LESSON@/test.bats") || \
					      __has_include("common/test/lab.bash")
#error "@CANARY@ says: the tests can be seen"
#endif
