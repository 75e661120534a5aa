// SPDX-License-Identifier: Apache-2.0
// A pattern is compared folder by folder. "**" and "*" both need only remember the last place
// where they stood: what matched before it can stay as it is. So a comparison costs at most
// the product of the two lengths, whatever a stranger writes.
#include "scanner/nhi/codeowners.h"

#include <algorithm>
#include <optional>

#include "scanner/base/text.h"

namespace straykey {
namespace {

constexpr ByteView kBlanks = " \t\r\f\v";

ByteView trimmed(ByteView text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == ByteView::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_blank(char c) { return kBlanks.find(c) != ByteView::npos; }
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

// The end of the pattern that a line begins with: the first blank without a '\' before it.
size_t pattern_end(ByteView line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (is_blank(line[i]) && (i == 0 || line[i - 1] != '\\')) return i;
  }
  return line.size();
}

std::vector<ByteView> split(ByteView text, char separator) {
  std::vector<ByteView> out;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    out.push_back(text.substr(begin, end - begin));
    if (end == ByteView::npos) return out;
    begin = end + 1;
  }
}

std::vector<ByteView> words(ByteView text) {
  std::vector<ByteView> out;
  for (size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      ++i;
      continue;
    }
    const size_t end = std::min(text.find_first_of(kBlanks, i), text.size());
    out.push_back(text.substr(i, end - i));
    i = end;
  }
  return out;
}

// Bytes of the UTF-8 character at the front; 1 for anything else.
size_t character(ByteView text) {
  size_t size = 1;
  while (size < text.size() && size < 4 && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80)
    ++size;
  return (static_cast<uint8_t>(text[0]) & 0xc0) == 0xc0 ? size : 1;
}

// How a set [...] at the front of `glob` judges the character at the front of `text`.
struct SetVerdict {
  size_t size = 0;  // of the set in the pattern; 0 when it has no end
  bool has = false;
};
SetVerdict in_set(ByteView glob, ByteView text) {
  size_t at = 1;
  const bool negated = at < glob.size() && (glob[at] == '!' || glob[at] == '^');
  if (negated) ++at;
  bool found = false;
  const ByteView wanted = text.substr(0, character(text));
  auto next = [&]() -> std::optional<ByteView> {
    if (at < glob.size() && glob[at] == '\\') ++at;
    if (at >= glob.size()) return std::nullopt;
    const ByteView one = glob.substr(at, character(glob.substr(at)));
    at += one.size();
    return one;
  };
  while (at < glob.size() && glob[at] != ']') {
    const std::optional<ByteView> first = next();
    std::optional<ByteView> last = first;
    if (at + 1 < glob.size() && glob[at] == '-' && glob[at + 1] != ']') {
      ++at;
      last = next();
    }
    if (!first || !last) return {};
    // UTF-8 sorts as its characters do.
    found = found || (*first <= wanted && wanted <= *last);
  }
  if (at >= glob.size()) return {};
  return {at + 1, found != negated};
}

// One name against one segment: * ? \x, and sets where they are known.
bool name_matches(ByteView glob, ByteView text, bool knows_sets) {
  size_t g = 0, t = 0;
  size_t star = ByteView::npos, star_text = 0;  // where to go on after the last '*'
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = ++g;
      star_text = t;
      continue;
    }
    size_t taken = 0;  // of the pattern
    const size_t size = character(text.substr(t));
    if (g < glob.size() && glob[g] == '?') {
      taken = 1;
    } else if (g < glob.size() && glob[g] == '[' && knows_sets) {
      const SetVerdict verdict = in_set(glob.substr(g), text.substr(t));
      if (verdict.size == 0) return false;
      taken = verdict.has ? verdict.size : 0;
    } else if (g < glob.size()) {
      const size_t escape = glob[g] == '\\' && g + 1 < glob.size() ? 1 : 0;
      const ByteView one = glob.substr(g + escape, character(glob.substr(g + escape)));
      taken = one == text.substr(t, size) ? escape + one.size() : 0;
    }
    if (taken > 0) {
      g += taken;
      t += size;
    } else if (star != ByteView::npos) {
      g = star;
      star_text += character(text.substr(star_text));
      t = star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

// https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam: logins of managed
// users hold an underscore.
bool is_github_owner(ByteView text) {
  auto all = [](ByteView part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return is_word(c) || c == '-' || c == '.';
    });
  };
  if (text.starts_with('@')) {
    const std::vector<ByteView> parts = split(text.substr(1), '/');
    return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), all);
  }
  const size_t at = text.find('@');
  return at != ByteView::npos && at > 0 && text.find('.', at) != ByteView::npos &&
         text.find('@', at + 1) == ByteView::npos && text.size() > at + 1;
}

// GitLab takes every name and address out of the rest of a line, whatever stands between.
std::vector<std::string> gitlab_owners(ByteView text) {
  std::vector<std::string> owners;
  auto is_name = [](char c) { return is_word(c) || c == '-' || c == '.' || c == '/'; };
  for (ByteView word : words(text)) {
    for (size_t at = word.find('@'); at != ByteView::npos;) {
      size_t begin = at;
      while (begin > 0 && (is_name(word[begin - 1]) || word[begin - 1] == '+')) --begin;
      size_t end = at + 1;
      while (end < word.size() && word[end] == '@') ++end;  // a role
      while (end < word.size() && is_name(word[end])) ++end;
      const size_t next = word.find('@', end);
      while (end > at + 1 && (word[end - 1] == '.' || word[end - 1] == '/')) --end;
      const ByteView owner = word.substr(begin, end - begin);
      const bool is_owner = owner.back() != '@' &&
                            (begin == at || owner.find('.', at - begin) != ByteView::npos);
      if (is_owner && std::find(owners.begin(), owners.end(), owner) == owners.end())
        owners.emplace_back(owner);
      at = next;
    }
  }
  return owners;
}

// "[Name]", "^[Name][2] @owner ..."
struct Heading {
  ByteView section;
  bool optional = false;
  ByteView owners;
};
std::optional<Heading> heading(ByteView line) {
  Heading out;
  if (line.starts_with('^')) {
    out.optional = true;
    line.remove_prefix(1);
  }
  if (!line.starts_with('[')) return std::nullopt;
  const size_t end = line.find(']');
  if (end == ByteView::npos) return std::nullopt;
  out.section = trimmed(line.substr(1, end - 1));
  if (out.section.empty()) return std::nullopt;
  line.remove_prefix(end + 1);
  if (line.starts_with('[')) {
    const size_t count_end = line.find(']');
    const ByteView count = line.substr(1, count_end == ByteView::npos ? 0 : count_end - 1);
    if (count_end == ByteView::npos || count.find_first_not_of("0123456789") != ByteView::npos)
      return std::nullopt;
    line.remove_prefix(count_end + 1);
  }
  if (!line.empty() && !is_blank(line.front())) return std::nullopt;  // [a-z]*.c @owner
  out.owners = line;
  return out;
}

}  // namespace

const char* name(CodeownersDialect dialect) {
  return dialect == CodeownersDialect::kGithub ? "GitHub" : "GitLab";
}

CodeownersDialect codeowners_dialect(ByteView path, ByteView text, bool is_gitlab) {
  if (path.starts_with(".github/")) return CodeownersDialect::kGithub;
  if (path.starts_with(".gitlab/") || is_gitlab) return CodeownersDialect::kGitlab;
  for (ByteView line : split(text, '\n')) {
    line = trimmed(line);
    if (line.starts_with('!') || heading(line) || line.find("@@") != ByteView::npos)
      return CodeownersDialect::kGitlab;
  }
  return CodeownersDialect::kGithub;
}

Codeowners Codeowners::parse(ByteView text, CodeownersDialect dialect) {
  Codeowners out;
  out.dialect_ = dialect;
  out.sections_.emplace_back();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (dialect == CodeownersDialect::kGithub && text.size() > kMostBytes) {
    out.notes_.push_back({0, "the file is larger than 3 MB, which GitHub does not load"});
    return out;
  }
  uint32_t number = 0;
  for (ByteView line : split(text, '\n')) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (dialect == CodeownersDialect::kGithub) {
      out.add_github(line, number);
    } else {
      out.add_gitlab(line, number);
    }
  }
  return out;
}

void Codeowners::add_github(ByteView line, uint32_t number) {
  ByteView pattern = line.substr(0, pattern_end(line));
  Entry entry;
  entry.line = number;
  for (ByteView word : words(line.substr(pattern.size()))) {
    if (word.starts_with('#')) break;
    if (!is_github_owner(word)) {
      notes_.push_back({number, "'" + std::string(word) + "' is no user, team or address"});
      return;
    }
    entry.owners.emplace_back(word);
  }
  const char* fault = pattern.starts_with('!')    ? "patterns cannot be negated"
                      : pattern.starts_with("\\#") ? "'\\#' does not begin a pattern"
                      : pattern.find('[') != ByteView::npos ? "there are no sets in patterns"
                      : pattern.find("***") != ByteView::npos ? "'***' is no pattern"
                                                              : nullptr;
  if (fault) {
    notes_.push_back({number, fault});
    return;
  }
  if (pattern == "/") return;  // the root is no file
  const bool is_folder = pattern.ends_with('/');
  if (is_folder) pattern.remove_suffix(1);
  const bool is_rooted = pattern.find('/') != ByteView::npos;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  Pattern& compiled = entry.pattern;
  if (!is_rooted) compiled.segments.emplace_back("**");
  for (ByteView segment : split(pattern, '/')) compiled.segments.emplace_back(segment);
  if (is_folder) {
    compiled.below = true;
  } else if (compiled.segments.back() == "**") {
    compiled.segments.pop_back();
    compiled.below = true;
  } else {
    compiled.at_or_below = compiled.segments.back() != "*";
  }
  sections_[0].entries.push_back(std::move(entry));
}

bool Codeowners::begin_section(ByteView line) {
  const std::optional<Heading> found = heading(line);
  if (!found) return false;
  const std::string wanted = lower(found->section);
  current_ = 1;
  while (current_ < sections_.size() && lower(sections_[current_].name) != wanted) ++current_;
  if (current_ == sections_.size()) {
    sections_.push_back({std::string(found->section), found->optional, {}});
  } else {
    sections_[current_].optional &= found->optional;
  }
  default_owners_ = gitlab_owners(found->owners);
  return true;
}

void Codeowners::add_gitlab(ByteView line, uint32_t number) {
  if (begin_section(line)) return;
  Entry entry;
  entry.line = number;
  if (line.starts_with('!')) {
    entry.excludes = true;
    line.remove_prefix(1);
  }
  const size_t end = pattern_end(line);
  ByteView pattern = line.substr(0, end);
  const ByteView rest = trimmed(line.substr(end));
  entry.owners = rest.empty() ? default_owners_ : gitlab_owners(rest);
  if (entry.owners.empty() && !entry.excludes) {
    notes_.push_back({number, "the entry names no owner"});
  }
  if (pattern.empty()) return;
  std::string text;
  if (pattern.starts_with("\\#")) pattern.remove_prefix(1);
  for (size_t i = 0; i < pattern.size(); ++i) {  // "\ " is a blank
    if (pattern[i] == '\\' && i + 1 < pattern.size() && is_blank(pattern[i + 1])) continue;
    text += pattern[i];
  }
  if (!text.starts_with('/')) text.insert(0, "/**/");
  if (text.ends_with('/')) text += "**/*";
  for (ByteView segment : split(ByteView(text).substr(1), '/')) {
    entry.pattern.segments.emplace_back(segment);
  }
  // Only "**/" goes down; without the '/' it is a '*' written twice.
  if (entry.pattern.segments.back() == "**") entry.pattern.segments.back() = "*";
  sections_[current_].entries.push_back(std::move(entry));
}

bool Codeowners::matches(const Pattern& pattern, const std::vector<ByteView>& path) const {
  const bool knows_sets = dialect_ == CodeownersDialect::kGitlab;
  const std::vector<std::string>& segments = pattern.segments;
  size_t s = 0, p = 0;
  size_t deep = SIZE_MAX, deep_path = 0;  // where to go on after the last "**"
  for (;;) {
    if (s == segments.size()) {
      if (pattern.at_or_below || (pattern.below ? p < path.size() : p == path.size()))
        return true;
    } else if (segments[s] == "**") {
      deep = ++s;
      deep_path = p;
      continue;
    } else if (p < path.size() && name_matches(segments[s], path[p], knows_sets)) {
      ++s;
      ++p;
      continue;
    }
    if (deep == SIZE_MAX || deep_path >= path.size()) return false;
    s = deep;
    p = ++deep_path;
  }
}

std::vector<CodeownersEntry> Codeowners::owners_of(ByteView path) const {
  const std::vector<ByteView> names = split(path, '/');
  std::vector<CodeownersEntry> out;
  for (const Section& section : sections_) {
    const Entry* decides = nullptr;
    for (const Entry& entry : section.entries) {
      if (!matches(entry.pattern, names)) continue;
      decides = &entry;
      if (entry.excludes) break;  // nothing takes a path back in
    }
    if (!decides || decides->excludes) continue;
    out.push_back({section.name, section.optional, decides->owners, decides->line});
  }
  return out;
}

}  // namespace straykey
