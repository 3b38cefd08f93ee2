#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# referee_test.bash SCTPSPEC JUDGE_RUN - the captures of all cases, judged by all rules: nothing is found in them, and
# each rule finds what was falsified for it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" run -q --pcap always --format tap --out "$folder/run" || [ $? = 1 ] # what a case thinks of it is not the matter
"$2" "$folder/run"
