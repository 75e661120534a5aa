// SPDX-License-Identifier: Apache-2.0
// Formats: gitformat-commit is described in git's "Git Internals" and hash-object sources;
// a tree entry is "<octal mode> <name>\0<raw id>". Old trees pad modes with zeros.
#include "scanner/git/object.h"

#include <charconv>

namespace straykey {
namespace {

// The line at the front of `rest`, taken off together with its end.
ByteView take_line(ByteView& rest) {
  size_t end = rest.find('\n');
  ByteView line = rest.substr(0, end);
  rest.remove_prefix(end == ByteView::npos ? rest.size() : end + 1);
  return line;
}

bool take_word(ByteView& line, ByteView word) {
  if (line.size() <= word.size() || line.substr(0, word.size()) != word ||
      line[word.size()] != ' ') {
    return false;
  }
  line.remove_prefix(word.size() + 1);
  return true;
}

// "Name <mail> 1700000000 +0100"
GitPerson parse_person(ByteView text) {
  GitPerson person;
  size_t open = text.find('<');
  size_t close = text.rfind('>');
  if (open == ByteView::npos || close == ByteView::npos || close < open) {
    person.name = std::string(text);
    return person;
  }
  ByteView name = text.substr(0, open);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  person.name = std::string(name);
  person.email = std::string(text.substr(open + 1, close - open - 1));
  ByteView date = text.substr(close + 1);
  while (!date.empty() && date.front() == ' ') date.remove_prefix(1);
  std::from_chars(date.data(), date.data() + date.size(), person.seconds);
  return person;
}

}  // namespace

std::optional<CommitObject> parse_commit(ByteView bytes) {
  CommitObject commit;
  bool has_tree = false;
  while (!bytes.empty()) {
    ByteView line = take_line(bytes);
    if (line.empty()) break;  // the message begins
    if (take_word(line, "tree")) {
      auto id = ObjectId::from_hex(line);
      if (!id) return std::nullopt;
      commit.tree = *id;
      has_tree = true;
    } else if (take_word(line, "parent")) {
      auto id = ObjectId::from_hex(line);
      if (!id) return std::nullopt;
      commit.parents.push_back(*id);
    } else if (take_word(line, "author")) {
      commit.author = parse_person(line);
    } else if (take_word(line, "committer")) {
      commit.committer = parse_person(line);
      break;  // what follows (signatures, merge tags) is not needed
    }
  }
  if (!has_tree) return std::nullopt;
  return commit;
}

std::optional<TagObject> parse_tag(ByteView bytes) {
  TagObject tag;
  ByteView object = take_line(bytes);
  ByteView type = take_line(bytes);
  if (!take_word(object, "object") || !take_word(type, "type")) return std::nullopt;
  auto id = ObjectId::from_hex(object);
  if (!id) return std::nullopt;
  tag.target = *id;
  tag.target_type = std::string(type);
  for (ByteView line = take_line(bytes); !line.empty(); line = take_line(bytes)) {
    if (take_word(line, "tagger")) tag.tagger = parse_person(line);
  }
  return tag;
}

bool TreeEntries::next(TreeEntry& entry) {
  if (rest_.empty()) return false;
  size_t space = rest_.find(' ');
  size_t zero = space == ByteView::npos ? space : rest_.find('\0', space);
  if (zero == ByteView::npos || rest_.size() - zero - 1 < id_bytes_ || space > 8) {
    damaged_ = true;
    return false;
  }
  uint32_t mode = 0;
  auto parsed = std::from_chars(rest_.data(), rest_.data() + space, mode, 8);
  if (parsed.ptr != rest_.data() + space) {
    damaged_ = true;
    return false;
  }
  entry.mode = mode;
  entry.name = rest_.substr(space + 1, zero - space - 1);
  entry.id = ObjectId::from_raw(rest_.substr(zero + 1, id_bytes_));
  rest_.remove_prefix(zero + 1 + id_bytes_);
  return true;
}

}  // namespace straykey
