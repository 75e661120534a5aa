// SPDX-License-Identifier: Apache-2.0
// What a path tells about a place. Patterns are gitignore's, because everyone knows them; the
// words of environments are compared with the pieces between the separators of a path, so that
// "prod" is in config/prod.env and not in products/.
#include <algorithm>

#include "scanner/evidence/rulebook.h"

namespace straykey {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Members of archives are below the archive.
std::string as_tree(ByteView path) {
  std::string out(path);
  std::replace(out.begin(), out.end(), '!', '/');
  return out.starts_with('/') ? out.substr(1) : out;
}

std::vector<std::string> words_of(ByteView path) {
  std::vector<std::string> words(1);
  for (char c : path) {
    if (!is_letter_or_digit(c)) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return words;
}

template <class Named>
void replace_or_append(std::vector<Named>& list, Named one) {
  for (Named& known : list) {
    if (known.name == one.name) {
      known = std::move(one);
      return;
    }
  }
  list.push_back(std::move(one));
}

}  // namespace

void PlaceRules::add(Class one) { replace_or_append(classes_, std::move(one)); }
void PlaceRules::add(Environment one) { replace_or_append(environments_, std::move(one)); }

std::set<std::string> PlaceRules::classes(ByteView path) const {
  const std::string tree = as_tree(path);
  std::set<std::string> out;
  if (tree.empty()) return out;
  for (const Class& one : classes_) {
    if (one.patterns.excludes(tree, false)) out.insert(one.name);
  }
  return out;
}

const PlaceRules::Environment* PlaceRules::environment(ByteView path) const {
  const Environment* found = nullptr;
  for (const std::string& word : words_of(path)) {
    for (const Environment& one : environments_) {
      if (std::find(one.words.begin(), one.words.end(), word) != one.words.end()) found = &one;
    }
  }
  return found;
}

const PlaceRules::Environment* PlaceRules::named(ByteView environment) const {
  for (const Environment& one : environments_) {
    if (one.name == environment ||
        std::find(one.words.begin(), one.words.end(), environment) != one.words.end()) {
      return &one;
    }
  }
  return nullptr;
}

std::string PlaceRules::component(ByteView path) const {
  const std::string tree = as_tree(path);
  for (size_t begin = 0; begin < tree.size();) {
    size_t end = tree.find('/', begin);
    if (end == std::string::npos) return "";
    size_t after = tree.find('/', end + 1);
    bool is_root = std::find(below_.begin(), below_.end(),
                             tree.substr(begin, end - begin)) != below_.end();
    if (is_root && after != std::string::npos) return tree.substr(0, after);
    begin = end + 1;
  }
  return "";
}

std::string PlaceRules::title(const std::string& name) const {
  for (const Class& one : classes_) {
    if (one.name == name) return one.title;
  }
  return name;
}

}  // namespace straykey
