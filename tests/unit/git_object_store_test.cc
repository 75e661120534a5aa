// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "scanner/git/object_store.h"
#include "scanner/git/pack_order.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

// Loose and packed objects of all types, with deltas, an empty blob, and a merge.
constexpr const char* kHistory =
    "git init -q -b main r; cd r; mkdir d; : > empty; for i in $(seq 30); do"
    " seq $i 500 > f; seq $((i * 7)) > d/g; git add .; git commit -qm $i; done;"
    "git tag -a -m tag v1; git checkout -qb side HEAD~9; echo s > s; git add s;"
    "git commit -qm side; git checkout -q main; git merge -qm merged side; git repack -qad;"
    "head -c 300000 /dev/urandom > big; git add big; git commit -qm loose;";

std::unique_ptr<ObjectReader> reader(const RepositoryLayout& layout, ReadWay way) {
  auto store = ObjectStore::open(layout, way);
  EXPECT_TRUE(store) << (store ? "" : store.error().message);
  if (!store) return nullptr;
  auto reader = (*store)->reader();
  EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
  return reader ? std::move(*reader) : nullptr;
}

std::vector<ObjectId> all_objects(const GitRepository& git, const std::string& repository) {
  std::vector<ObjectId> ids;
  for (const std::string& line :
       git.lines("git -C " + repository +
                 " cat-file --batch-all-objects --batch-check='%(objectname)'")) {
    ids.push_back(*ObjectId::from_hex(line));
  }
  return ids;
}

std::string message(const Result<Object>& object) {
  return object ? "none" : object.error().message;
}

TEST(ObjectStore, FastAndCompatReadTheSame) {
  GitRepository git;
  git.sh(kHistory);
  RepositoryLayout layout = git.layout("r");
  auto fast = reader(layout, ReadWay::kFast);
  auto compat = reader(layout, ReadWay::kCompat);
  ASSERT_TRUE(fast && compat);
  std::vector<ObjectId> ids = all_objects(git, "r");
  EXPECT_GT(ids.size(), 100u);
  for (const ObjectId& id : ids) {
    auto a = fast->read(id);
    auto b = compat->read(id);
    ASSERT_TRUE(a && b) << id.hex(layout.format) << message(a) << message(b);
    EXPECT_EQ(a->type, b->type);
    EXPECT_EQ(a->bytes, b->bytes);
    if (a->type == ObjectType::kBlob) {
      EXPECT_EQ(blob_id(a->bytes, layout.format), id);
    }
    for (ObjectReader* way : {fast.get(), compat.get()}) {
      auto header = way->header(id);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->type, a->type);
      EXPECT_EQ(header->size, a->bytes.size());
      auto found = way->resolve_prefix(id.hex(layout.format).substr(0, 12));
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(*found, id);
    }
  }
}

TEST(ObjectStore, ReadsSha256ByGit) {
  GitRepository git;
  git.sh(
      "git init -q -b main --object-format=sha256 r; cd r; echo x > f; git add f;"
      "git commit -qm one; git repack -qad; echo y > g; git add g");
  RepositoryLayout layout = git.layout("r");
  auto store = ObjectStore::open(layout, ReadWay::kAuto);
  ASSERT_TRUE(store);
  EXPECT_STREQ((*store)->way(), "compat");
  auto objects = reader(layout, ReadWay::kAuto);
  for (const ObjectId& id : all_objects(git, "r")) {
    auto object = objects->read(id);
    ASSERT_TRUE(object) << object.error().message;
    if (object->type == ObjectType::kBlob) {
      EXPECT_EQ(blob_id(object->bytes, layout.format), id);
    }
  }
  EXPECT_EQ(message(objects->read(blob_id("absent", layout.format))), "object is missing");

  auto fast = ObjectStore::open(layout, ReadWay::kFast);
  ASSERT_FALSE(fast);
  EXPECT_EQ(fast.error().message,
            (git / "r/.git") +
                ": SHA-256 object names cannot be read the fast way; use the compat way");
}

TEST(ObjectStore, ReadsAlternates) {
  GitRepository git;
  git.sh(std::string(kHistory) +
         "cd ..; git clone -q --shared r absolute;"
         "git clone -q --shared r relative;"
         "echo ../../../absolute/.git/objects >"
         " relative/.git/objects/info/alternates");
  for (const char* clone : {"absolute", "relative"}) {
    for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat}) {
      auto objects = reader(git.layout(clone), way);
      for (const ObjectId& id : all_objects(git, "r")) EXPECT_TRUE(objects->read(id)) << clone;
    }
  }
}

TEST(ObjectStore, ReadsThroughLinkedWorkTree) {
  GitRepository git;
  git.sh(std::string(kHistory) + "git worktree add -q --detach ../linked");
  for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat}) {
    EXPECT_TRUE(reader(git.layout("linked"), way)->read(git.id("git -C r rev-parse HEAD:f")));
  }
}

TEST(ObjectStore, TellsMissingFromDamaged) {
  GitRepository git;
  git.sh(
      "git init -q -b main r; cd r; for i in 1 2 3 4; do seq $i 9999 > f$i; git add f$i;"
      " done; git commit -qm one");
  auto file_of = [&](const std::string& name) {
    std::string hex = git.id("git -C r rev-parse HEAD:" + name).hex(ObjectFormat::kSha1);
    return "r/.git/objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
  };
  ObjectId garbage = git.id("git -C r rev-parse HEAD:f1");
  ObjectId truncated = git.id("git -C r rev-parse HEAD:f2");
  ObjectId missing = git.id("git -C r rev-parse HEAD:f3");
  ObjectId good = git.id("git -C r rev-parse HEAD:f4");
  git.sh("f=" + file_of("f1") + "; chmod u+w $f; echo garbage > $f;" + "f=" + file_of("f2") +
         "; chmod u+w $f; truncate -s 2000 $f; rm " + file_of("f3"));
  for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat, ReadWay::kAuto}) {
    auto objects = reader(git.layout("r"), way);
    for (int round = 0; round < 2; ++round) {
      EXPECT_EQ(message(objects->read(garbage)).rfind("object is damaged: ", 0), 0u)
          << message(objects->read(garbage));
      EXPECT_EQ(message(objects->read(truncated)).rfind("object is damaged: ", 0), 0u)
          << message(objects->read(truncated));
      EXPECT_EQ(message(objects->read(missing)), "object is missing");
      EXPECT_TRUE(objects->read(good)) << message(objects->read(good));
      EXPECT_FALSE(objects->header(garbage));
      EXPECT_FALSE(objects->header(missing));
      EXPECT_TRUE(objects->header(good));
    }
  }
}

// Two copies of a pack, damaged in different places. libgit2 stops at the first copy that it
// finds; git looks for another one.
TEST(ObjectStore, ReadsAroundDamageWithTheOtherCopy) {
  GitRepository git;
  git.sh(std::string(kHistory) +
         "cd .git/objects/pack; chmod u+w *; for e in pack idx; do mv *.$e one.$e;"
         " cp one.$e pack-$(printf %040d 1).$e; mv one.$e pack-$(printf %040d 2).$e; done;"
         "zeros() { dd if=/dev/zero of=$1 bs=1 seek=$2 count=400 conv=notrunc status=none; };"
         "zeros *1.pack 2000; zeros *2.pack 6000");
  std::vector<ObjectId> ids = all_objects(git, "r");
  auto fast = reader(git.layout("r"), ReadWay::kFast);
  size_t failed = 0;
  for (const ObjectId& id : ids) failed += !fast->read(id);
  EXPECT_GT(failed, 0u);
  auto objects = reader(git.layout("r"), ReadWay::kAuto);
  for (const ObjectId& id : ids) {
    EXPECT_TRUE(objects->read(id)) << id.hex(ObjectFormat::kSha1) << message(objects->read(id));
  }
}

// Any answer is right that is no crash and comes soon.
TEST(ObjectStore, SurvivesDamagedPacksAndFiles) {
  GitRepository git;
  git.sh(
      "git init -q -b main r; cd r; for i in $(seq 9); do seq $i 60 > f; git add f;"
      " git commit -qm $i; done; git repack -qad; chmod u+w .git/objects/pack/*;"
      "echo loose > l; git add l; chmod -R u+w .git/objects");
  RepositoryLayout layout = git.layout("r");
  std::vector<ObjectId> ids = all_objects(git, "r");
  for (const std::string& name :
       git.lines("cd r; find .git/objects -type f -size +0 ! -path '*/info/*'")) {
    std::string good = git.dir().read("r/" + name);
    for (size_t i = 0; i < good.size(); i += 1 + good.size() / 150) {
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
      for (const std::string& bytes : {good.substr(0, i), flipped}) {
        // As a new file: libgit2 maps the old one.
        ASSERT_EQ(::unlink((git / ("r/" + name)).c_str()), 0);
        git.dir().write("r/" + name, bytes);
        auto objects = reader(layout, ReadWay::kFast);
        for (const ObjectId& id : ids) {
          (void)objects->header(id);
          (void)objects->read(id);
        }
        sort_in_pack_order(layout, ids);
      }
    }
    git.dir().write("r/" + name, good);
  }
}

TEST(ObjectStore, ResolvesPrefixesOfObjectsOnly) {
  GitRepository git;
  git.sh(
      "git init -q -b main r; cd r; git commit -q --allow-empty -m one;"
      "git branch abcd; for i in $(seq 400); do echo $i | git hash-object -w --stdin; done"
      " > ../ids");
  std::string one = git.id("git -C r rev-parse HEAD").hex(ObjectFormat::kSha1);
  for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat, ReadWay::kAuto}) {
    auto objects = reader(git.layout("r"), way);
    auto branch = objects->resolve_prefix("abcd");
    EXPECT_FALSE(branch) << "a branch, not an object";
    EXPECT_TRUE(objects->resolve_prefix(one));
    EXPECT_TRUE(objects->resolve_prefix(one.substr(0, 9)));
    for (const char* bad : {"", "abc", "main", "abcdx", "--all",
                            "0123456789012345678901234567890123456789012345678901234567890"}) {
      auto found = objects->resolve_prefix(bad);
      ASSERT_FALSE(found);
      EXPECT_EQ(found.error().message,
                "'" + std::string(bad) + "' is not the beginning of an object name");
    }
  }
}

TEST(ObjectStore, SaysThatPrefixIsAmbiguous) {
  GitRepository git;
  // Two blobs whose names begin with the same four digits.
  git.sh(
      "git init -q r; cd r; for i in $(seq 3000); do echo $i > $i; done; git add .;"
      "git ls-files -s | cut -c 8-11 | sort | uniq -d | head -1 > ../twice");
  std::string prefix = git.dir().read("twice").substr(0, 4);
  ASSERT_EQ(prefix.size(), 4u);
  for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat, ReadWay::kAuto}) {
    auto found = reader(git.layout("r"), way)->resolve_prefix(prefix);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message, "more than one object has a name that begins so");
  }
}

TEST(ObjectStore, PartialCloneFetchesNothing) {
  GitRepository git;
  git.sh(
      "git init -q -b main r; cd r; echo x > f; git add f; git commit -qm one;"
      "git config uploadpack.allowFilter true; cd ..;"
      "git clone -q --no-checkout --filter=blob:none file://$PWD/r partial");
  ObjectId blob = git.id("git -C r rev-parse HEAD:f");
  for (ReadWay way : {ReadWay::kFast, ReadWay::kCompat, ReadWay::kAuto}) {
    EXPECT_EQ(message(reader(git.layout("partial"), way)->read(blob)), "object is missing");
  }
}

TEST(PackOrder, IsTheOrderInThePack) {
  GitRepository git;
  git.sh(std::string(kHistory) + "cd ..; git clone -q --shared r borrower");
  std::vector<ObjectId> packed;
  for (const std::string& line :
       git.lines("git -C r show-index < $(ls r/.git/objects/pack/*.idx) | sort -n |"
                 " cut -d' ' -f2")) {
    packed.push_back(*ObjectId::from_hex(line));
  }
  for (const char* repository : {"r", "borrower"}) {
    std::vector<ObjectId> ids = all_objects(git, "r");
    size_t loose = ids.size() - packed.size();
    ASSERT_GT(loose, 0u);
    sort_in_pack_order(git.layout(repository), ids);
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(loose)));
    EXPECT_EQ(
        std::vector<ObjectId>(ids.begin() + static_cast<std::ptrdiff_t>(loose), ids.end()),
        packed)
        << repository;
  }
}

TEST(PackOrder, SurvivesDamagedIndexes) {
  GitRepository git;
  git.sh(std::string(kHistory) +
         "chmod u+w .git/objects/pack/*.idx;"
         "echo ../objects > .git/objects/info/alternates");
  RepositoryLayout layout = git.layout("r");
  std::vector<ObjectId> sorted = all_objects(git, "r");
  std::string name = git.sh("cd r; printf %s .git/objects/pack/*.idx");
  std::string good = git.dir().read("r/" + name);
  for (size_t i = 0; i < good.size(); i += 37) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(~flipped[i]);
    for (const std::string& bytes : {good.substr(0, i), flipped}) {
      git.dir().write("r/" + name, bytes);
      std::vector<ObjectId> ids = sorted;
      sort_in_pack_order(layout, ids);
      std::sort(ids.begin(), ids.end());
      ASSERT_EQ(ids, sorted);
    }
  }
}

}  // namespace
}  // namespace straykey
