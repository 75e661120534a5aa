// SPDX-License-Identifier: Apache-2.0
// Trees that are kept against the folder they are in, and trees that a forged index leads to
// themselves: what must not go round in circles. That both ways to know what trees hold agree
// is for agree.histories.
#include "scanner/git/attribution.h"

#include <gtest/gtest.h>

#include <fstream>

#include "scanner/base/file.h"
#include "scanner/git/refs.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

// A packed repository, read.
struct PackedHistory {
  RepositoryLayout layout;
  std::unique_ptr<ObjectStore> store;
  std::unique_ptr<ObjectReader> objects;
  ObjectCatalogue catalogue;
  DeltaForest forest;
  ObjectGraph graph;
  History history;
  std::vector<std::string> failures;

  explicit PackedHistory(const RepositoryLayout& at)
      : layout(at), store(std::move(*ObjectStore::open(at, ReadWay::kAuto))),
        objects(std::move(*store->reader())), catalogue(at), forest(catalogue),
        graph(catalogue, forest, CommitGraph(), Verify::kNo) {
    GraphFailed failed = [&](const std::string& where, const std::string& reason) {
      failures.push_back(where + ": " + reason);
    };
    auto commits = commits_of(graph, *objects, failed);
    history = load_history(*commits, *objects, at, {read_refs(at)->refs, {}, {}}, failed);
  }

  static std::vector<std::string> paths(const std::vector<Place>& places) {
    std::vector<std::string> out;
    for (const Place& place : places) out.push_back(place.path);
    return out;
  }
};

class AFolderKeptAgainstTheOneItIsIn : public testing::Test {
 protected:
  // git deltas trees by the ends of their paths, the later in the alphabet first.
  AFolderKeptAgainstTheOneItIsIn() {
    git_.sh("git init -q --bare r.git && git init -q work && cd work && mkdir -p z/A\n"
            "for i in $(seq 200); do echo $i >z/f$i; cp z/f$i z/A; done; echo inner >z/A/f7\n"
            "git add . && git commit -qm one && git push -q ../r.git HEAD:main\n"
            "cd ../r.git && git repack -qadf --window=50");
  }
  ObjectId id(const std::string& revision) const {
    return git_.id("git -C r.git rev-parse main:" + revision);
  }
  GitRepository git_;
};

TEST_F(AFolderKeptAgainstTheOneItIsIn, HoldsWhatItHoldsWhicheverIsAskedFirst) {
  PackedHistory read(git_.layout("r.git"));
  const ObjectId outer = id("z"), inner = id("z/A");
  ASSERT_EQ(read.forest.base(read.catalogue.find(inner)), read.catalogue.find(outer));
  const std::unordered_set<ObjectId> wanted{id("z/f3"), id("z/f7"), id("z/A/f7")};
  const std::vector<std::string> expected{"z/A/f3", "z/A/f7", "z/f3", "z/f7"};
  for (const ObjectId& first : {inner, outer, read.history.commits[0].tree}) {
    auto holdings = holdings_of(read.graph, wanted);
    EXPECT_NE(holdings->of(first), kHoldsNone);
    EXPECT_EQ(holdings->held(holdings->of(inner)).size(), 2u);
    EXPECT_EQ(holdings->held(holdings->of(outer)).size(), 3u);
    EXPECT_EQ(read.paths(attribute(*read.objects, *holdings, read.history, {}, wanted)),
              expected);
  }
  EXPECT_EQ(read.failures, std::vector<std::string>{});
}

TEST(Attribution, OfATreeThatAForgedIndexLeadsToItself) {
  GitRepository git;
  const ObjectId blob = git.id("git init -q --bare r.git && cd r.git && "
                               "echo one | git hash-object -w --stdin");
  // A name for a tree that has an entry of this name, and that may stand for the true one in a
  // sorted index of three.
  const std::string blob_raw(reinterpret_cast<const char*>(blob.bytes.data()), 20);
  ObjectId forged, truly, commit;
  std::string tree;
  for (uint32_t n = 0;; ++n) {
    forged = object_id(ObjectType::kBlob, std::to_string(n), ObjectFormat::kSha1);
    tree = std::string("100644 a\0", 9) + blob_raw + std::string("40000 x\0", 8) +
           std::string(reinterpret_cast<const char*>(forged.bytes.data()), 20);
    truly = object_id(ObjectType::kTree, tree, ObjectFormat::kSha1);
    commit = object_id(ObjectType::kCommit, "tree " + forged.hex(ObjectFormat::kSha1) +
                       "\nauthor A <a@example.org> 1767323045 +0000"
                       "\ncommitter A <a@example.org> 1767323045 +0000\n\none\n",
                       ObjectFormat::kSha1);
    if (forged.bytes[0] == truly.bytes[0] && (forged < commit) == (truly < commit) &&
        (forged < blob) == (truly < blob)) {
      break;
    }
  }
  std::ofstream(git / "tree", std::ios::binary) << tree;
  git.sh("cd r.git && git hash-object -t tree -w --stdin <../tree\n"
         "printf 'tree " + forged.hex(ObjectFormat::kSha1) +
         "\\nauthor A <a@example.org> 1767323045 +0000"
         "\\ncommitter A <a@example.org> 1767323045 +0000\\n\\none\\n' |"
         " git hash-object -t commit -w --stdin >../commit\n"
         "printf '%s\\n' " + truly.hex(ObjectFormat::kSha1) + " " +
         blob.hex(ObjectFormat::kSha1) + " $(cat ../commit) |"
         " git pack-objects -q objects/pack/pack >../pack && rm -rf objects/??\n"
         "cp ../commit refs/heads/main && mv objects/pack/pack-$(cat ../pack).idx ../idx");
  std::string index = *read_file(git / "idx");
  auto raw = [](const ObjectId& id) {
    return std::string(reinterpret_cast<const char*>(id.bytes.data()), 20);
  };
  ASSERT_NE(index.find(raw(truly)), std::string::npos);
  index.replace(index.find(raw(truly)), 20, raw(forged));
  std::ofstream(git / "idx", std::ios::binary) << index;
  git.sh("mv idx r.git/objects/pack/pack-$(cat pack).idx");

  PackedHistory read(git.layout("r.git"));
  ASSERT_EQ(read.history.commits.size(), 1u);
  auto holdings = holdings_of(read.graph, {blob});
  EXPECT_EQ(read.paths(attribute(*read.objects, *holdings, read.history, {}, {blob})),
            std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace straykey
