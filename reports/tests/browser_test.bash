#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# browser_test.bash SCTPSPEC CHROMIUM LOG - what a browser makes of report.html: timelines are packed until their case is
# opened, by a link, by a reader or by the button, and can be searched in all the same.
set -u
sctpspec=$1 chromium=$2 log=$3
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cp "$log" "$folder/results.ndjson"
"$sctpspec" report --quiet "$folder" >/dev/null || exit 1
failed=0

# The page as it stands after a script was run in it, at FRAGMENT. The page's policy lets no script run but its own, so
# this one's digest is added to it, unless DIGEST says otherwise.
page_after() {
	local digest=${3-$(printf '%s' "$2" | perl -MDigest::SHA=sha256_base64 -0777 -ne 'print sha256_base64($_), "="')}
	{
		sed "s|script-src |&'sha256-$digest' |" "$folder/report.html"
		printf '<script>%s</script>' "$2"
	} >"$folder/page.html"
	"$chromium" --headless --no-sandbox --disable-gpu --user-data-dir="$folder/profile" --virtual-time-budget=5000 \
		--enable-logging=stderr --v=0 --dump-dom "file://$folder/page.html$1" >"$folder/dom" 2>"$folder/err" ||
		sed 's/^/chromium: /' "$folder/err"
}
expect() {
	local got
	got=$(grep -o "$3" "$folder/dom" | wc -l)
	if [ "$got" != "$2" ]; then
		printf '%s: %s, not %s, of %s\n' "$1" "$got" "$2" "$3"
		failed=1
	fi
}

# Two cases of this log pass; of what happened, this happened in one of them alone.
text='addr_confirmed of path 1 (IPv4)</td>\|addr_confirmed of path 1 (IPv4)<small'

page_after '' ''
# and what no case judges
expect 'as it is' 3 ' data-packed='
expect 'as it is' 0 "$text"
page_after '#setup.two-paths' ''
expect 'at a link' 2 ' data-packed='
expect 'at a link' 1 "$text"
page_after '' 'document.querySelector("nav button").click()'
expect 'all open' 1 ' data-packed='
expect 'all open' 1 "$text"
page_after '' 'document.querySelector("details.packs").open = true'
expect 'requirements' 2 ' data-packed='
expect 'requirements' 1 '<code>9260-12.4-06</code>'
page_after '' '
	var search = document.querySelector("nav input[type=search]");
	search.value = "ADDR_confirmed path";
	search.dispatchEvent(new Event("input"));'
expect 'searched' 3 ' data-packed='
expect 'searched' 9 '<details class="case [a-z]* hidden"'

# The conformance page, which its link unfolds.
folded='<details class="clauses conformance">' unfolded='<details class="clauses conformance" open'
page_after '' ''
expect 'as it is' 1 "$folded"
page_after '#conformance' ''
expect 'at its link' 1 "$unfolded"
# On paper there is nothing else then: what the style sheet has for paper is made to hold for the screen, too.
paper='addEventListener("load", function () {
	var sheet = document.styleSheets[0];
	Array.from(sheet.cssRules).forEach(function (media) {
		if (media.media && media.media.mediaText === "print")
			Array.from(media.cssRules).forEach(function (rule) {
				sheet.insertRule(rule.cssText, sheet.cssRules.length);
			});
	});
	document.body.dataset.shown = Array.from(document.querySelectorAll("body > *, main > *")).filter(function (part) {
		return getComputedStyle(part).display !== "none";
	}).map(function (part) { return part.className || part.localName; }).join(", ");
});'
page_after '#conformance' "$paper"
expect 'on paper, at its link' 1 '<body[^>]* data-shown="main, clauses conformance"'
page_after '' "$paper"
expect 'on paper' 1 '<body[^>]* data-shown="[^"]*header, main, [^"]*area[^"]*footer'

# What is not ours does not run, and ours is not in the policy's way.
page_after '' 'document.body.dataset.foreign = "yes"' none
expect 'a foreign script' 0 '<body[^>]*data-foreign'
page_after '' 'document.body.dataset.foreign = "yes"'
expect 'a script that is allowed' 1 '<body[^>]*data-foreign'
if grep -q 'Content Security Policy' "$folder/err"; then
	grep 'Content Security Policy' "$folder/err"
	failed=1
fi
exit $failed
