#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Signatures of one's own are compiled once. Whatever happens to the file that is kept, a scan
# finds the same; and a pattern that an engine refuses is pointed at.
source "$(dirname "$0")/common.inc"
cd "$t" && mkdir tree
printf 'zen_%s\n' qwhdnfjskapqozmxncbv >tree/a.txt
cat >zen.toml <<'TOML'
provider = 'zen'
[[signature]]
id = 'zen.token'
name = 'Zen token'
pattern = ['zen_(?P<secret>[a-z]{20})']
TOML
cache=$XDG_CACHE_HOME/straykey
scan() {
  status "$STRAYKEY" scan tree --signatures zen.toml --enable 'zen.*' --format json --reproducible
  same "exit code" 1 "$code" && same "errors" "" "$(cat err | grep -v 'finding' || true)"
}

scan && cp out first
files=("$cache"/*.skdb)
same "kept" 1 "${#files[@]}"
file=${files[0]}
inode=$(stat -c %i "$file")
scan && cmp out first
same "not written again" "$inode" "$(stat -c %i "$file")"

# Damaged in the middle, at the end, empty, of others: it is made anew.
for damage in 'printf x | dd of=F bs=1 seek=200 conv=notrunc' 'truncate -s -9 F' ': >F' 'chmod o+w F'; do
  bash -c "${damage//F/$file}" 2>/dev/null
  scan && cmp out first
  [[ $(stat -c %a "$file") != *[2367] && $(stat -c %s "$file") -gt 200 ]]
done
# Nowhere to write, or no folder at all.
rm -rf "$cache" && : >"$cache"
scan && cmp out first
rm "$cache"
(unset HOME XDG_CACHE_HOME && scan && cmp out first)
[[ ! -e $cache ]]

# Another selection, another file; the oldest go.
scan && sed -i 's/{20}/{19}/' zen.toml && scan && sed -i 's/{19}/{20}/' zen.toml
files=("$cache"/*.skdb)
same "one for each set" 2 "${#files[@]}"
for n in $(seq 30); do : >"$cache/$n.skdb" && touch -d "2020-01-$n" "$cache/$n.skdb"; done
rm "${files[0]}" "${files[1]}"
scan
files=("$cache"/*.skdb)
same "not without end" 16 "${#files[@]}"

# Where the mistake is.
expect() {
  status "$STRAYKEY" scan tree --signatures bad.toml
  same "exit code" 2 "$code"
  same "said" "$1" "$(cat err)"
}
cat >bad.toml <<'TOML'
provider = 'bad'
[[signature]]
id = 'bad.token'
name = 'Bad'
pattern = [
  '\b(?P<secret>',
  '[a-z]{8}[9-0]',  # the wrong way round
  ')',
]
TOML
expect "straykey: bad.toml:7:13: signature 'bad.token': RE2 refuses the pattern: invalid character class range: 9-0
    '[a-z]{8}[9-0]',  # the wrong way round
              ^"
printf '%s\n' "provider = 'bad'" '[[signature]]' "id = 'bad.token'" "name = 'Bad'" \
  'pattern = ["(?P<secret>\\b[a-z]{8}(?=x))"]' >bad.toml
expect "straykey: bad.toml:5:35: signature 'bad.token': RE2 refuses the pattern: invalid perl operator: (?=
  pattern = [\"(?P<secret>\\\\b[a-z]{8}(?=x))\"]
                                    ^"
printf '%s\n' "provider = 'bad'" '[[signature]]' "id = 'bad.token'" "name = 'Bad'" \
  "pattern = ['(?P<secret>abcd[a-z]{8,}(?P<x>[a-z]))']" "anchor = ['abcd(?<=x)']" >bad.toml
status "$STRAYKEY" scan tree --signatures bad.toml
same "exit code" 2 "$code"
grep -q "bad.toml:[0-9:]*: signature 'bad.token': Hyperscan refuses the pattern: Zero-width" err
