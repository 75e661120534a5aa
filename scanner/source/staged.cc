// SPDX-License-Identifier: Apache-2.0
// Trees and the index are in the same order, that of whole paths, so going through both side
// by side answers for all paths without keeping any: a hook has no time for a map of 50,000.
//
// Neither is believed to be in order. The place in the index only moves forward, and what it
// passes without having met its equal in a tree is staged: disorder shows more, never less.
#include "scanner/source/staged.h"

#include <string>

namespace straykey {
namespace {

constexpr int kDeepest = 2048;

class Comparison {
 public:
  using Visit = std::function<void(const IndexEntry& entry, const ObjectId& committed)>;

  Comparison(TreeReader& trees, const Index& index, const Visit& visit)
      : trees_(trees), next_(index.entries.begin()), end_(index.entries.end()), visit_(visit) {}

  // `tree` is what is at path_, which is "" or ends with a slash.
  void compare_folder(const ObjectId& tree, int depth) {
    auto bytes = trees_.read(tree);
    if (!bytes || depth > kDeepest) return;
    size_t length = path_.size();
    TreeEntries entries(*bytes, trees_.format());
    for (TreeEntry entry; entries.next(entry) && next_ != end_;) {
      path_.append(entry.name);
      if (entry.is_tree()) path_ += '/';
      pass_those_before();
      if (entry.is_tree() && next_ != end_ && next_->path.size() > path_.size() &&
          next_->path.starts_with(path_)) {
        compare_folder(entry.id, depth + 1);
      } else {
        compare_entries(entry.id);
      }
      path_.resize(length);
    }
    if (entries.damaged() && trees_.failed) trees_.failed(tree, "tree is damaged");
  }

  void pass_the_rest() {
    for (; next_ != end_; ++next_) visit_(*next_, {});
  }

 private:
  void pass_those_before() {
    for (; next_ != end_ && next_->path < path_; ++next_) visit_(*next_, {});
  }

  // Several have one path while a merge has conflicts.
  void compare_entries(const ObjectId& committed) {
    for (; next_ != end_ && next_->path == path_; ++next_) {
      if (next_->id != committed) visit_(*next_, committed);
    }
  }

  TreeReader& trees_;
  std::vector<IndexEntry>::const_iterator next_, end_;
  const Visit& visit_;
  std::string path_;
};

}  // namespace

void for_each_staged(
    TreeReader& trees, const ObjectId& tree, const Index& index,
    const std::function<void(const IndexEntry& entry, const ObjectId& committed)>& visit) {
  if (!index.entries.empty() && index.entries.front().path.empty()) {  // all is one folder
    if (index.entries.front().id != tree) visit(index.entries.front(), tree);
    return;
  }
  Comparison comparison(trees, index, visit);
  if (!tree.is_null()) comparison.compare_folder(tree, 0);
  comparison.pass_the_rest();
}

}  // namespace straykey
