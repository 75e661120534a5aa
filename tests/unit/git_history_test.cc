// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace straykey {
namespace {

// A history that is made up. Commits have numbers from 0 on, parents come before children.
class MadeCommits : public CommitReader, public ObjectReader {
 public:
  uint32_t add(std::vector<ObjectNumber> parents, int64_t committed_at) {
    commits_.push_back({kNoTree, committed_at, std::move(parents)});
    return static_cast<uint32_t>(commits_.size() - 1);
  }
  static ObjectId id_of(ObjectNumber number) {
    ObjectId id;
    for (size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<uint8_t>(number >> (8 * i));
    id.bytes[19] = 1;  // not the null id
    return id;
  }

  ObjectNumber number(const ObjectId& id) override {
    ObjectNumber number = 0;
    for (size_t i = 4; i-- > 0;) number = number << 8 | id.bytes[i];
    return number;
  }
  ObjectId id(ObjectNumber number) override { return id_of(number); }
  std::optional<CommitLinks> links(ObjectNumber number) override {
    ++read_;
    return commits_[number];
  }
  Result<Header> header(const ObjectId&) override { return Header{ObjectType::kCommit, 0}; }
  Result<Object> read(const ObjectId&) override { return Error{"no object is asked for"}; }
  Result<ObjectId> resolve_prefix(ByteView) override { return Error{"nor a prefix"}; }

  // Those in scope, by number.
  std::set<ObjectNumber> change(const std::vector<ObjectNumber>& tips,
                                const std::vector<ObjectNumber>& without) {
    CommitScope scope;
    for (ObjectNumber tip : tips) scope.tips.push_back({"refs/heads/x", id_of(tip)});
    for (ObjectNumber one : without) scope.without.push_back(id_of(one));
    std::vector<std::string> failures;
    read_ = 0;
    History history = load_history(
        *this, *this, {}, scope,
        [&](const std::string& where, const std::string&) { failures.push_back(where); });
    EXPECT_TRUE(failures.empty());
    std::set<ObjectNumber> out;
    for (const Commit& commit : history.commits) {
      if (!commit.in_scope) continue;
      out.insert(number(commit.id));
      EXPECT_EQ(commit.parent_count, commits_[number(commit.id)].parents.size());
    }
    EXPECT_EQ(history.commits_in_scope, out.size());
    return out;
  }

  // All that `from` reaches, the plain way.
  std::set<ObjectNumber> reach(const std::vector<ObjectNumber>& from) const {
    std::set<ObjectNumber> out;
    std::vector<ObjectNumber> open = from;
    while (!open.empty()) {
      ObjectNumber number = open.back();
      open.pop_back();
      if (!out.insert(number).second) continue;
      open.insert(open.end(), commits_[number].parents.begin(), commits_[number].parents.end());
    }
    return out;
  }
  std::set<ObjectNumber> plain_change(const std::vector<ObjectNumber>& tips,
                                      const std::vector<ObjectNumber>& without) const {
    std::set<ObjectNumber> all = reach(tips), out;
    const std::set<ObjectNumber> left_out = reach(without);
    std::set_difference(all.begin(), all.end(), left_out.begin(), left_out.end(),
                        std::inserter(out, out.end()));
    return out;
  }

  size_t read_commits() const { return read_; }

 private:
  static constexpr ObjectNumber kNoTree = 0;
  std::vector<CommitLinks> commits_;
  size_t read_ = 0;
};

uint32_t below(std::mt19937& random, uint32_t end) {
  return static_cast<uint32_t>(random() % end);
}

// Merges and branches; dates rise but for `skew` seconds to either side.
MadeCommits made_commits(std::mt19937& random, uint32_t count, int64_t skew) {
  MadeCommits out;
  for (uint32_t i = 0; i < count; ++i) {
    std::vector<ObjectNumber> parents;
    const uint32_t parent_count = i == 0 || below(random, 20) == 0 ? 0 : 1 + below(random, 8) / 7;
    for (uint32_t p = 0; p < parent_count; ++p) {
      parents.push_back(i - 1 - below(random, std::min(i, 6u)));
    }
    const auto off = skew == 0 ? 0 : static_cast<int64_t>(random() % (2 * skew)) - skew;
    out.add(std::move(parents), 1'000'000 + 60 * int64_t{i} + off);
  }
  return out;
}

TEST(History, AChangeIsWhatTipsReachAndTheRestDoesNot) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    MadeCommits commits = made_commits(random, 120, 0);
    std::vector<ObjectNumber> tips, without;
    for (uint32_t i = 0; i < 1 + seed % 3; ++i) tips.push_back(below(random, 120));
    for (uint32_t i = 0; i < 1 + seed % 4; ++i) without.push_back(below(random, 120));
    ASSERT_EQ(commits.change(tips, without), commits.plain_change(tips, without)) << seed;
  }
}

// Clocks that go wrong may bring old commits into scope, but nothing new is left out.
TEST(History, WrongClocksLeaveNothingOut) {
  size_t exact = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    MadeCommits commits = made_commits(random, 120, 3600);
    std::vector<ObjectNumber> tips{static_cast<ObjectNumber>(random() % 120)};
    std::vector<ObjectNumber> without{static_cast<ObjectNumber>(random() % 120)};
    const std::set<ObjectNumber> change = commits.change(tips, without);
    const std::set<ObjectNumber> plain = commits.plain_change(tips, without);
    ASSERT_TRUE(std::includes(change.begin(), change.end(), plain.begin(), plain.end())) << seed;
    exact += change == plain ? 1 : 0;
  }
  EXPECT_GT(exact, 270u);
}

TEST(History, AChangeReadsLittleOfALongHistory) {
  MadeCommits commits;
  commits.add({}, 0);
  for (uint32_t i = 1; i < 100'000; ++i) commits.add({i - 1}, 60 * int64_t{i});
  const ObjectNumber side = commits.add({90'000}, 60 * int64_t{200'000});
  EXPECT_EQ(commits.change({99'999}, {99'990}).size(), 9u);
  EXPECT_LT(commits.read_commits(), 30u);
  EXPECT_EQ(commits.change({side}, {99'999}), std::set<ObjectNumber>{side});
  EXPECT_LT(commits.read_commits(), 10'030u);
  EXPECT_TRUE(commits.change({90'000}, {99'999}).empty());
  EXPECT_LT(commits.read_commits(), 10'030u);
}

}  // namespace
}  // namespace straykey
