// SPDX-License-Identifier: Apache-2.0
// The ways in which git keeps the objects of a repository, as scripts that bring a bare
// repository into each of them.
#pragma once

#include <string>
#include <vector>

namespace straykey {

struct Keeping {
  const char* name;
  const char* script;  // run in the folder of r.git, with GIT_DIR naming it
  // Read before fast-import runs.
  const char* import_options = "-c fastimport.unpackLimit=1";
};

// Moves all objects into $old and lists their names in $old/all; what follows takes them
// from there with `old git ...`.
inline const std::string kKeepingHelp = R"sh(
  export GIT_DIR=$PWD/r.git
  take_out() {
    old=$PWD/old
    git cat-file --batch-all-objects --batch-check='%(objectname)' >all
    mv r.git/objects "$old"
    mkdir -p r.git/objects/info r.git/objects/pack
  }
  old() { GIT_OBJECT_DIRECTORY=$old "$@"; }
  pack() { old git pack-objects -q "$@" >/dev/null; }   # names on standard input
  every() { awk "NR % $1 $2" all; }
)sh";

inline const std::vector<Keeping>& keepings() {
  static const std::vector<Keeping> all = {
      {"as it was imported", ""},
      {"one pack, deep deltas", "git repack -adfq --depth=250 --window=50"},
      {"as gc leaves it", "git gc -q"},
      {"packs that share objects", R"sh(take_out
        every 3 '!= 0' | pack r.git/objects/pack/pack
        every 3 '!= 1' | pack r.git/objects/pack/pack
        every 3 '!= 2' | pack --depth=100 --window=20 r.git/objects/pack/pack)sh"},
      {"loose", "", "-c fastimport.unpackLimit=1000000"},
      {"half loose, half packed", R"sh(take_out
        every 2 '== 0' | pack r.git/objects/pack/pack
        every 2 '== 1' | old git pack-objects -q --stdout | git unpack-objects -q)sh"},
      {"loose and packed", R"sh(take_out
        old git pack-objects -q --stdout <all | git unpack-objects -q
        pack r.git/objects/pack/pack <all)sh"},
      {"borrowed over two levels", R"sh(take_out
        mkdir -p near/info near/pack far/info far/pack
        every 3 '== 0' | pack r.git/objects/pack/pack
        every 3 '== 1' | old git pack-objects -q --stdout | GIT_OBJECT_DIRECTORY=$PWD/near git unpack-objects -q
        every 3 '!= 1' | pack far/pack/pack
        echo "$PWD/near" >r.git/objects/info/alternates
        echo ../far >near/info/alternates)sh"},
      {"many packs under one index", R"sh(take_out
        for n in 0 1 2 3 4; do every 5 "== $n" | pack r.git/objects/pack/pack; done
        every 3 '== 0' | pack r.git/objects/pack/pack
        git multi-pack-index write 2>/dev/null)sh"},
      {"bases by their names",
       "git -c repack.useDeltaBaseOffset=false repack -adfq --depth=60"},
      {"unreachable objects kept", R"sh(git update-ref -d refs/heads/gone
        git update-ref -d refs/heads/topic
        git repack -adq --keep-unreachable)sh"},
      {"unreachable objects in a cruft pack", R"sh(git update-ref -d refs/heads/gone
        git update-ref -d refs/pull/12/head
        git repack -dq --cruft)sh"},
      {"shallow", R"sh(git clone -q --bare --depth 3 --no-single-branch "file://$GIT_DIR" s.git
        rm -r r.git && mv s.git r.git)sh"},
      {"commit graph",
       R"sh(git repack -adfq --depth=50 && git commit-graph write --reachable)sh"},
      {"replaced objects", R"sh(git repack -adq
        set -- $(git rev-list --all)
        git replace -f "$1" "${!#}"
        blobs=($(git cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' |
          sed -n 's/^blob //p'))
        ((${#blobs[@]} < 2)) || git replace -f "${blobs[0]}" "${blobs[1]}")sh"},
      {"bitmaps", "git repack -adbq"},
      {"tags of trees and blobs", R"sh(git repack -adfq --depth=250
        git tag -a -F <(git log -1 --format=%B main) tree-tag "main^{tree}"
        git update-ref refs/trees/bare "$(git rev-parse 'main^{tree}')"
        git cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' |
          awk '$1 == "blob" && !n++ { print "create refs/blobs/bare " $2 }' | git update-ref --stdin)sh"},
  };
  return all;
}

}  // namespace straykey
