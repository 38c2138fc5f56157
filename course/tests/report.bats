#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course report: the formats, from records that are written here, hostile ones
# among them. What grade writes is grade.bats'.
# shellcheck disable=SC2016,SC2154

load common

setup() {
	make_tree
	mkdir results
	# check NAME VISIBILITY STATUS POINTS [MESSAGE]; lesson NAME STATUS CHECK...
	check() {
		jq -cn --arg n "$1" --arg v "$2" --arg s "$3" --argjson p "$4" --arg m "${5-}" \
			'{name: $n, visibility: $v, status: $s, points: $p, milliseconds: 12,
			score: (if $s == "passed" then $p else 0 end)} + (if $m == "" then {} else {message: $m} end)'
	}
	lesson() {
		printf '%s\n' "${@:3}" | jq -cs --arg n "$1" --arg s "$2" \
			'{lesson: $n, status: $s, points: (map(.score) | add), seconds: 0.25, message: "why",
			max_points: (map(select(.status != "skipped").points) | add), checks: .}'
	}
	# record ID LESSON...
	record() {
		printf '%s\n' "${@:2}" | jq -cs --arg id "$1" \
			'{schema: 1, id: $id, status: "graded", seed: "7", ignored: [], ignored_files: 0, lessons: .}' \
			>"results/$1.json"
	}
	one=lab01-first/01-one
	two=lab01-first/02-two
	record ann "$(lesson $one passed "$(check "alpha is there" visible passed 2)" "$(check "beta is there" after_due_date passed 1)")" \
		"$(lesson $two failed "$(check "alpha is there" visible failed 2 "seen: nothing")" "$(check "secret" hidden failed 1 "psst")")"
	record bob "$(lesson $one failed "$(check "alpha is there" visible failed 2 "$evil")" "$(check "beta is there" after_due_date failed 1)")" \
		"$(lesson $two failed "$(check "alpha is there" visible skipped 2 "no room")" "$(check "secret" hidden unstable 1)")"
	jq -n '{schema: 1, seed: "7", lessons: [], submissions: ["ann", "bob", "cat"]}' >results/.batch.json
}

evil=$'<script>alert(1)</script> ]]> & "\' \033[31mred\033[0m \001\002 \xe2\x80\xae \xef\xbf\xbe ::add-mask::x\n::set-env name=x::y\n=1+1'

# report FORMAT ARGUMENT...: what is missing is not of interest here
report() {
	course report results --format "$1" "${@:2}" 2>err || [ $? = 1 ]
}

# Neither control characters nor what turns the writing direction around.
clean() {
	! LC_ALL=C grep -q $'[\001-\010\013-\037\177]\|\xe2\x80\xae\|\xef\xbf\xbe' "$@"
}

@test "csv: as the marks are; with a roster names and who is absent, with overrides their reasons" {
	run -1 --separate-stderr course report results
	[ "$output" = "id,status,points,max_points,$one,$two
ann,graded,3,6,3,0
bob,graded,0,4,0,0" ]
	printf 'id,name\nann,"Smith, Ann"\nbob,=cmd|x\nzoe,Zoe\n' >results/roster.csv
	printf 'id,check,points,reason\nann,lab01-first/02-two: alpha is there,1,"half, ""really"""\n' >results/overrides.csv
	run -1 --separate-stderr course report results
	[ "$output" = "id,name,status,points,max_points,$one,$two,overridden
ann,\"Smith, Ann\",graded,4,6,3,1,\"$two: alpha is there: 1 instead of 0 (half, \"\"really\"\")\"
bob,'=cmd|x,graded,0,4,0,0,
zoe,Zoe,absent,0,,,," ]
	[[ "$stderr" == *"1 of 3 submissions have no result yet: cat"* ]]
	[[ "$stderr" == *"1 of the roster handed nothing in (3 did): zoe"* ]]
}

@test "roster.csv and overrides.csv: a wrong line is named, and nothing is reported" {
	wrong() {
		printf '%b' "$2" >results/"$1".csv
		run -2 --separate-stderr course report results
		[ -z "$output" ]
		[ "$stderr" = "course: results/$1.csv:$3" ] || {
			echo "$stderr"
			return 1
		}
		rm results/"$1".csv
	}
	wrong roster '' '1: the heading is missing (a row is "id,name")'
	wrong roster 'name,id\n' '1: this is not the heading (a row is "id,name")'
	wrong roster 'id;name\nann;Ann\n' '1: there are semicolons between the cells: save it with commas (a row is "id,name")'
	wrong roster 'id,name\nann\n' '2: cells are missing (a row is "id,name")'
	wrong roster 'id,name\n\nann,Ann,x\n' '3: too many cells (a row is "id,name")'
	wrong roster 'id,name\nann,\n' '2: a cell is empty'
	wrong roster 'id,name\nann,A\nbob,B\nann,C\n' '4: this id stands above already'
	wrong roster 'id,name\nann,A\nann.zip,B\n' '3: this id stands above already'
	wrong roster 'id,name\nann,"A\nbob,B\n' '2: a " is not closed (a row is "id,name")'
	wrong roster 'id,name\nann,A"b"\n' '2: a " stands where none may be: quote the whole cell, double those in it (a row is "id,name")'
	wrong roster 'id,name\nann,\xff\n' '2: a cell is no UTF-8 text: save the file as UTF-8 (a row is "id,name")'
	h='id,check,points,reason\n'
	wrong overrides "${h}ann,secret,1,x\nzoe,secret,1,x\n" '3: no submission is called zoe'
	wrong overrides "${h}ann,gamma,1,x\n" '2: ann has no check "gamma"'
	wrong overrides "${h}ann,alpha is there,1,x\n" '2: several lessons have a check "alpha is there": write LAB/LESSON: NAME'
	wrong overrides "${h}ann,secret,2,x\n" '2: the check has 1 points, not 2'
	wrong overrides "${h}ann,secret,-1,x\n" '2: points are a number from 0 to 1000'
	wrong overrides "${h}ann,secret,1,\n" '2: the reason is missing; the report shows it'
	wrong overrides "${h}ann,secret,1,x\nann,secret,0,y\n" '3: this check of this submission stands above already'
	wrong overrides "${h}ann,secret,1,x\nann.tar.gz,lab01-first/02-two: secret,0,y\n" '3: this check of this submission stands above already'
	run -2 course report results --roster nowhere.csv
	has "nowhere.csv: No such file or directory"
	# A byte order mark and Windows' line ends are fine; who was not graded yet has time.
	printf '\xef\xbb\xbfid,name\r\nann,Ann\r\n' >results/roster.csv
	printf '%b' "${h}cat,secret,1,later\n" >results/overrides.csv
	run -1 course report results
	has "ann,Ann,graded,3"
}

@test "-o: a pipe is written to, a file replaced" {
	report csv >marks
	mkfifo pipe
	timeout 10 cat pipe >got &
	report csv -o pipe
	wait $!
	[ -p pipe ]
	cmp marks got
	report csv -o got
	cmp marks got
}

@test "an id is written as the file was called, too, and platforms get that" {
	record 'li%40uni.example' "$(lesson "$one" passed "$(check "alpha is there" visible passed 2)")"
	jq -n '{schema: 1, seed: "7", lessons: [], submissions: ["ann", "li%40uni.example"]}' >results/.batch.json
	printf 'id,name\nann.tar.gz,Ann\nli@uni.example,Li\n' >results/roster.csv
	printf 'id,check,points,reason\nli@uni.example,alpha is there,1,late\n' >results/overrides.csv
	run -0 course report results
	has "ann,Ann,graded,3"
	has "li%40uni.example,Li,graded,1"
	has_not absent
	run -0 course report results --format moodle
	has $'\nli@uni.example,Li,1,'
	run -0 course report results --format canvas
	has $'\nLi,,,li@uni.example,,1'
}

@test "json: the records, names, overrides, what is missing" {
	printf 'id,name\nann,Ann\nzoe,Zoe\n' >results/roster.csv
	printf 'id,check,points,reason\nann,secret,1,seen by me\n' >results/overrides.csv
	report json >out
	[ "$(jq -c '[.schema, .missing, .absent, (.submissions | map([.id, .name]))]' out)" = '[1,["cat"],[{"id":"zoe","name":"Zoe"}],[["ann","Ann"],["bob",""]]]' ]
	[ "$(jq -c '.submissions[0].lessons[1] | [.points, .checks[1].status, .checks[1].score, .checks[1].override]' out)" = '[1,"passed",1,{"score":0,"status":"failed","reason":"seen by me"}]' ]
	[ "$(jq -r '.submissions[1].lessons[0].checks[0].message' out)" = "$evil" ]
	# The records themselves stay as they were graded.
	[ "$(jq -c '.lessons[1].checks[1].score' results/ann.json)" = 0 ]
}

@test "junit: valid, and as hostile text would have it" {
	printf 'id,name\nann,"<Ann> ""&"""\n' >results/roster.csv
	printf 'id,check,points,reason\nann,secret,1,"]]> seen"\n' >results/overrides.csv
	report junit -o out.xml
	xmllint --noout --relaxng "$BATS_TEST_DIRNAME/junit.rng" out.xml
	clean out.xml
	value() { xmllint --xpath "$1" out.xml; }
	[ "$(value 'count(//testcase)')" = 9 ]
	[ "$(value 'string(//testsuite[@name="bob"]/@failures)')" = 3 ]
	[ "$(value 'string(//testsuite[@name="bob"]/@skipped)')" = 1 ]
	[ "$(value 'string(//testcase[@classname="ann.lab01-first/02-two"][@name="secret"]/system-out)')" = "Set to 1 of 1 points by the teacher: ]]> seen (graded: 0).
psst" ]
	[ "$(value 'string(//testsuite[@name="ann"]//property[@name="name"]/@value)')" = '<Ann> "&"' ]
	[ "$(value 'string(//testsuite[@name="cat"]/testcase/error/@message)')" = "no result yet" ]
	[[ "$(value 'string(//testsuite[@name="bob"]/testcase[1]/failure)')" == *"<script>alert(1)</script> ]]> & \"' ?[31mred"* ]]
}

@test "gradescope: each check with its visibility; skipped ones have no points to lose" {
	run -2 course report results --format gradescope
	has "into which folder (-o), or of whom (--id)?"
	report gradescope -o out
	[ "$(ls out)" = $'ann.json\nbob.json' ]
	jq -e '(keys - ["score", "execution_time", "output", "stdout_visibility", "tests", "extra_data", "leaderboard"]) == []
		and (.tests | all(.visibility | IN("hidden", "after_due_date", "after_published", "visible")))
		and (.tests | all((.score | type) == "number" and (.max_score | type) == "number" and .score <= .max_score))
		and (.tests | all(.status == null or (.status | IN("passed", "failed"))))
		and (.tests | all((.output // "" | type) == "string" and (.number | test("^[0-9]+[.][0-9]+$"))))
		and (.score == (.tests | map(.score) | add))
		and (.leaderboard | all(has("name") and has("value")))' out/*.json
	[ "$(jq -c '[.score, (.tests | map(.max_score) | add), .tests[3].visibility]' out/ann.json)" = '[3,6,"hidden"]' ]
	[ "$(jq -c '[.tests[2].max_score, .tests[2].status]' out/bob.json)" = '[0,null]' ]
	report gradescope --id ann >one
	cmp one out/ann.json
	run -2 course report results --format gradescope --id nobody
	has "no submission is called nobody"
}

@test "classroom: base64 of the result; no hidden name, no command to the runner" {
	report classroom -o out
	for id in ann bob; do
		base64 -d out/$id.base64 >$id
		jq -e '(keys == ["max_score", "status", "tests", "version"]) and (.status | IN("pass", "fail", "error"))
			and (.tests | all(keys == ["duration", "filename", "line_no", "message", "name", "score", "status", "test_code"]))
			and (.tests | all(.status | IN("pass", "fail", "error")))' $id
		[ "$(wc -l <out/$id.base64)" = 1 ]
	done
	[ "$(jq -c '[.status, .max_score, (.tests | map(.score) | add)]' ann)" = '["fail",6,3]' ]
	run -1 grep -c "secret\|psst\|beta" ann bob
	[ "$(jq -r '.tests[1] | .name, .message, .score' ann)" = "$one: checks that are not shown
1 of 1 checks that are not shown passed
1" ]
	run -1 grep -c '^::' <(jq -r '.tests[].message' bob)
	report classroom --reveal after_due_date --id ann | base64 -d >revealed
	[ "$(jq -r '.tests[1].name' revealed)" = "$one: beta is there" ]
	run -1 grep secret revealed
}

@test "exercism: version 3; an error where nothing could be run" {
	record dan "$(lesson "$one" invalid "$(check "alpha is there" visible failed 2)")"
	jq '.submissions += ["dan"]' results/.batch.json >b && mv b results/.batch.json
	report exercism -o out
	jq -e '.version == 3 and (.status | IN("pass", "fail", "error"))
		and (if .status == "error" then (.message | type == "string" and length > 0) else .message == null end)
		and (.tests | all((.name | length > 0) and (.status | IN("pass", "fail", "error"))))
		and (.tests | all((.message | type | IN("string", "null")) and (.task_id | type) == "number"))' out/*.json
	[ "$(jq -r '.status' out/{ann,bob,dan}.json)" = $'fail\nfail\nerror' ]
	[ "$(jq -r .message out/dan.json)" = "$one:
why" ]
	[ "$(jq -c '.tests | map(.task_id)' out/bob.json)" = '[1,1,2]' ]
	run -1 grep -c "secret\|psst\|beta" out/ann.json out/bob.json
}

@test "moodle and canvas: columns as their imports want them, no hidden names, no formulas" {
	printf 'id,name\nann,"Smith, Ann"\nbob,@SUM(A1)\n' >results/roster.csv
	printf 'id,check,points,reason\nann,lab01-first/02-two: alpha is there,1,<b>ok</b>\n' >results/overrides.csv
	run -1 --separate-stderr course report results --format moodle
	[ "$output" = "ID number,Name,$one (Real),$one (Feedback),$two (Real),$two (Feedback)
ann,\"Smith, Ann\",3,\"3 of 3 points; 1 of 1 checks that are not shown passed\",1,\"1 of 3 points; alpha is there (set to 1 of 2 points: &lt;b&gt;ok&lt;/b&gt;); 0 of 1 checks that are not shown passed\"
bob,'@SUM(A1),0,\"0 of 3 points; alpha is there (failed); 0 of 1 checks that are not shown passed\",0,\"0 of 1 points; alpha is there (skipped); 0 of 1 checks that are not shown passed\"" ]
	run -1 --separate-stderr course report results --format canvas
	[ "$output" = "Student,ID,SIS User ID,SIS Login ID,Section,$one,$two
\"    Points Possible\",,,,,3,3
\"Smith, Ann\",,,ann,,3,1
'@SUM(A1),,,bob,,0,0" ]
}

@test "feedback: with the teacher's decisions; what programs print is code there" {
	printf 'id,name\nann,Ann\nbob,<i>*Bob*\n' >results/roster.csv
	printf 'id,check,points,reason\nbob,lab01-first/01-one: alpha is there,1,half of it is right\n' >results/overrides.csv
	report feedback -o out
	run -0 cat out/bob.md
	has '# \<i>\*Bob\*, bob: 1 of 4 points'
	has "- alpha is there: failed (1 of 2), set by your teacher, was 0: half of it is right"
	has '- lab01-first/01-one: begin with "alpha is there". `course check lab01-first/01-one` shows it'
	has $'\n      <script>alert(1)</script>'
	has_not "beta"
	has_not "secret"
	clean out/*.md
	report feedback --reveal after_published -o out
	run -0 cat out/ann.md
	has "- beta is there: passed (1 of 1)"
	has_not "psst"
}

@test "a message that is cut keeps what was expected, what was seen and where to look" {
	long=$(seq 100)$'\nexpected: one\nseen:     two\n          three\nlook:     TODO 1'
	record ann "$(lesson "$one" failed "$(check "alpha is there" visible failed 2 x)" "$(check "beta is there" visible failed 2 "$long")")"
	report feedback --id ann >out
	grep -A4 -x "      12" out | diff - <(printf '      %s\n' 12 "... (89 more lines)" "expected: one" "seen:     two" "look:     TODO 1")
	report gradescope --id ann >out
	[[ "$(jq -r '.tests[1].output' out)" == *$'\n60\n... (41 more lines)\nexpected: one\nseen:     two\nlook:     TODO 1' ]]
}

@test "feedback: what was handed in comes first of what is to do" {
	record ann "$(lesson "$one" missing "$(check "beta is there" visible failed 1)")" \
		"$(lesson "$two" failed "$(check "alpha is there" visible failed 2)")"
	jq 'del(.lessons[0].message)' results/ann.json >new && mv new results/ann.json
	report feedback --id ann >out
	[[ "$(sed -n '5,6s/:.*//p' out)" == "- $two"$'\n'"- $one" ]]
}

@test "a submission that cannot be read is not said to be missing" {
	record ann "$(lesson "$one" missing "$(check "alpha is there" visible failed 2)" "$(check "beta is there" visible failed 1)")"
	jq '.status = "invalid" | .message = "cut off" | del(.lessons[].message)' results/ann.json >new
	mv new results/ann.json
	report moodle >out
	grep -q "^ann,,0,0 of 3 points. Invalid: cut off," out
	jq '.status = "graded" | .ignored = ["x: y", "z: y"] | .ignored_files = 2' results/ann.json >results/bob.json
	report moodle >out
	grep -q "^bob,,0,0 of 3 points. None of the files counts: x: y$" out
	report feedback --id bob >out
	grep -qx "None of the files counts: x: y" out
	for format in gradescope junit feedback html; do
		report "$format" --id ann >out
		grep -q "cut off" out
		run -1 grep -i "nothing was handed in" out
	done
}

@test "checks without a verdict are named, and keep a report from being complete" {
	record cat "$(lesson "$one" error "$(check "alpha is there" visible error 2)")"
	run -1 --separate-stderr course report results
	[ "$stderr" = "course: 1 of 3 submissions have checks without a verdict: cat; grade them again before their points count" ]
	[[ "$output" == *"cat,error,0,2,0,"* ]]
	report canvas >out
	grep -qx "cat,,,cat,,," out
	report gradescope --id cat >out
	[[ "$(jq -r .output out)" == "Some checks have no verdict"* ]]
	# How it failed may name a hidden check; students' formats do not say.
	jq '.lessons[0].message = "the results end before check 2, \"secret\""' results/cat.json >r
	mv r results/cat.json
	for format in gradescope classroom exercism feedback; do
		report "$format" --id cat >"out.$format"
	done
	base64 -d out.classroom >plain
	run -1 grep secret out.{gradescope,exercism,feedback} plain
	report junit --id cat >out
	grep -q secret out
	# The teacher's word is a verdict.
	printf 'id,check,points,reason\ncat,alpha is there,2,shown to me\n' >results/overrides.csv
	run -0 course report results
	has "cat,graded,2,2,2,"
}

@test "html: of lessons of which nothing was handed in there is one line, with all their names" {
	three=lab01-first/03-three
	for id in ann bob; do
		record "$id" "$(lesson "$one" missing "$(check "alpha is there" visible failed 2)" "$(check "beta is there" visible failed 1)")" \
			"$(lesson "$two" passed "$(check "gamma is there" visible passed 4)")" \
			"$(lesson "$three" missing "$(check "delta is there" visible failed 2)")"
	done
	printf 'id,check,points,reason\nbob,lab01-first/03-three: delta is there,1,"by hand"\n' >results/overrides.csv
	report html -o page.html
	# A line and no list, but for the lesson that the teacher has given a point.
	run -0 grep -o 'Nothing was handed in of.*' page.html
	[ "${#lines[@]}" = 2 ]
	[ "${lines[0]}" = "Nothing was handed in of 2 lessons (5 points): <span id=\"s0-1\">$one</span>, <span id=\"s0-3\">$three</span>.</p>" ]
	[ "${lines[1]}" = "Nothing was handed in of 1 lesson (3 points): <span id=\"s1-1\">$one</span>.</p>" ]
	[ "$(grep -o '<h3 id="s[^:]*' page.html)" = "<h3 id=\"s0-2\">$two
<h3 id=\"s1-2\">$two
<h3 id=\"s1-3\">$three" ]
}

@test "html: one page that loads nothing; names and messages are text in it" {
	printf 'id,name\nann,"<script>alert(2)</script>"\nzoe,"<b>Zoe</b>"\n' >results/roster.csv
	printf 'id,check,points,reason\nann,secret,1,"<i>seen</i>"\n' >results/overrides.csv
	for id in ann bob; do
		jq '. + {submission_sha256: "5e", log: "\(.id).log"} | .lessons[0].limits = ["time", "memory"]' "results/$id.json" >r
		mv r "results/$id.json"
	done
	report html -o page.html
	clean page.html
	# The only tags with the power to do something are ours.
	[ "$(grep -o '<script[^>]*>' page.html)" = "<script>" ]
	[ "$(grep -o '<style[^>]*>' page.html)" = "<style>" ]
	run -1 grep -nE '<(b|i)>(Zoe|seen)|<img|<link|<iframe|<[a-z][^>]* (src|srcset|style|on[a-z]+)=|href="[^#]|url\(|@import|https?:' page.html
	# Its policy holds exactly the style and the script that are there.
	for tag in style script; do
		hash=$(sed -n "/<$tag>/,/<\/$tag>/p" page.html | sed "1s/.*<$tag>//; s/<\/$tag>.*//" | head -c -1 | openssl dgst -sha256 -binary | base64)
		grep -qF "$tag-src 'sha256-$hash'" page.html
	done
	grep -qF "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src" page.html
	look() { xmllint --html --xpath "$1" page.html 2>/dev/null; }
	[ "$(look 'count(//table[@id="matrix"]/tbody/tr)')" = 2 ]
	[ "$(look 'string(//table[@id="matrix"]/tbody/tr[1]/th/a)')" = "<script>alert(2)</script>" ]
	[ "$(look 'string(//table[@id="matrix"]/tbody/tr[1]/td[5]/@class)')" = "c passed set" ]
	[ "$(look 'string(//table[@id="matrix"]/tbody/tr[2])')" = "bob0/4✗✗–~" ]
	[ "$(look 'string(//tr[@id="c3"]/th)')" = "secret hidden" ]
	[ "$(look 'string(//tr[@id="c0"]/td[2])')" = "1 of 2" ]
	[ "$(look 'string(//*[@id="s0"]//div[@class="note"])')" = "Set by the teacher, was 0: <i>seen</i>" ]
	[[ "$(look 'string(//*[@id="s1"]//pre)')" == *"why"* ]]
	[[ "$(look 'string(//*[@id="s0"])')" == *"The same files as: bob"*"It reached its limit of time, memory."*"What was built and printed: ann.log"* ]]
	[[ "$(look 'string(//*[@id="students"])')" == *"In the roster, nothing handed in: <b>Zoe</b> (zoe)"* ]]
	[[ "$(look 'string(//*[@id="students"])')" == *"No result yet: cat"* ]]
}
