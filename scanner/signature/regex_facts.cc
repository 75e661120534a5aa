// SPDX-License-Identifier: Apache-2.0
// What can be said of all matches of a tree without running it: how wide they are, which
// texts they hold, which part of them could be searched for first, and what one looks like.
//
// Texts are known of a node when it takes few of them: those of `exact` and no other (in
// lower case). In a row they multiply as long as they are few; where the row is broken by
// something that takes many, the product so far is a text that every match holds.
#include <algorithm>
#include <optional>
#include <tuple>

#include "scanner/signature/regex_tree.h"

namespace straykey {
namespace {

using Kind = RegexNode::Kind;

constexpr size_t kMostTexts = 512;
constexpr size_t kMostCharacters = 4;  // of a set that still counts as a choice of texts
constexpr size_t kLongestText = 256;
constexpr size_t kLongLiteral = 5;  // an anchor that needs nothing beside it
constexpr size_t kShortLiteral = 3;
constexpr uint64_t kUnbounded = RegexNode::kUnbounded;

uint64_t sum(uint64_t a, uint64_t b) {
  return a >= kUnbounded || b >= kUnbounded ? kUnbounded : std::min(a + b, kUnbounded - 1);
}

uint64_t product(uint64_t a, uint64_t times) {
  if (a == 0 || times == 0) return 0;
  if (a >= kUnbounded || times >= kUnbounded) return kUnbounded;
  return std::min(a * times, kUnbounded - 1);
}

using Texts = std::vector<std::string>;

char lower(size_t byte) {
  return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

std::optional<Texts> exact_texts(const RegexNode& node);

// nullopt when the product is too large.
std::optional<Texts> times(const Texts& a, const Texts& b) {
  if (a.size() * b.size() > kMostTexts) return std::nullopt;
  Texts out;
  for (const std::string& head : a) {
    for (const std::string& tail : b) {
      if (head.size() + tail.size() > kLongestText) return std::nullopt;
      out.push_back(head + tail);
    }
  }
  return out;
}

std::optional<Texts> exact_repeat(const RegexNode& node) {
  if (node.most > 64) return std::nullopt;
  std::optional<Texts> child = exact_texts(node.children.front());
  if (!child) return std::nullopt;
  Texts all, power = {""};
  for (uint32_t i = 0;; ++i) {
    if (i >= node.least) all.insert(all.end(), power.begin(), power.end());
    if (all.size() > kMostTexts) return std::nullopt;
    if (i == node.most) return all;
    std::optional<Texts> next = times(power, *child);
    if (!next) return std::nullopt;
    power = std::move(*next);
  }
}

std::optional<Texts> exact_texts(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kAssertion: return Texts{""};
    case Kind::kCapture: return exact_texts(node.children.front());
    case Kind::kRepeat: return exact_repeat(node);
    case Kind::kSet: {
      std::string characters;
      for (size_t byte = 0; byte < 256; ++byte) {
        if (node.set[byte] && characters.find(lower(byte)) == std::string::npos) {
          characters += lower(byte);
        }
      }
      if (characters.size() > kMostCharacters) return std::nullopt;
      Texts out;
      for (char c : characters) out.emplace_back(1, c);
      return out;
    }
    case Kind::kConcat: {
      Texts all = {""};
      for (const RegexNode& child : node.children) {
        std::optional<Texts> texts = exact_texts(child);
        std::optional<Texts> longer = texts ? times(all, *texts) : std::nullopt;
        if (!longer) return std::nullopt;
        all = std::move(*longer);
      }
      return all;
    }
    case Kind::kAlternate: {
      Texts all;
      for (const RegexNode& child : node.children) {
        std::optional<Texts> texts = exact_texts(child);
        if (!texts || all.size() + texts->size() > kMostTexts) return std::nullopt;
        all.insert(all.end(), texts->begin(), texts->end());
      }
      return all;
    }
  }
  return std::nullopt;
}

size_t shortest(const Texts& texts) {
  size_t least = kLongestText;
  for (const std::string& text : texts) least = std::min(least, text.size());
  return texts.empty() ? 0 : least;
}

bool each_holds(const Texts& texts, const Texts& words) {
  return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return text.find(word) != std::string::npos;
    });
  });
}

// The items of a row: captures and rows within it are opened.
void append_items(const RegexNode& node, std::vector<const RegexNode*>& out) {
  if (node.kind == Kind::kConcat || node.kind == Kind::kCapture) {
    for (const RegexNode& child : node.children) append_items(child, out);
  } else if (node.kind == Kind::kRepeat && node.least == 1 && node.most == 1) {
    append_items(node.children.front(), out);
  } else {
    out.push_back(&node);
  }
}

// Begin and end of each run of items that together take few texts.
struct Core {
  size_t begin = 0;
  size_t end = 0;
  Texts texts;
};

std::vector<Core> cores(const std::vector<const RegexNode*>& items) {
  std::vector<Core> out;
  Core core{0, 0, {""}};
  auto close = [&](size_t next) {
    if (core.end > core.begin) out.push_back(core);
    core = {next, next, {""}};
  };
  for (size_t i = 0; i < items.size(); ++i) {
    std::optional<Texts> texts = exact_texts(*items[i]);
    std::optional<Texts> longer = texts ? times(core.texts, *texts) : std::nullopt;
    if (!longer && texts) {  // too many together, few alone
      close(i);
      longer = times(core.texts, *texts);
    }
    if (!longer) {
      close(i + 1);
      continue;
    }
    core.texts = std::move(*longer);
    core.end = i + 1;
  }
  close(items.size());
  return out;
}

RegexNode without_assertions(const RegexNode& node) {
  RegexNode out = node;
  if (node.kind == Kind::kAssertion) {
    out = RegexNode();
  } else {
    out.lazy = false;
    for (RegexNode& child : out.children) child = without_assertions(child);
  }
  return out;
}

// What searching could begin with.
struct Candidate {
  RegexNode node;
  uint64_t before = 0;
  size_t literal = 0;
};

RegexNode row(const std::vector<const RegexNode*>& items, size_t begin, size_t end) {
  RegexNode out;
  out.kind = Kind::kConcat;
  for (size_t i = begin; i < end; ++i) out.children.push_back(without_assertions(*items[i]));
  return out;
}

// The least that the last and the first item take; what may be missing there is left out.
void trim(RegexNode& concat) {
  auto shorten = [](RegexNode& item) {
    if (width_of(item).least == 0) return false;
    if (item.kind == Kind::kRepeat) item.most = item.least;
    return true;
  };
  while (!concat.children.empty() && !shorten(concat.children.back())) {
    concat.children.pop_back();
  }
}

std::vector<Candidate> candidates(const RegexNode& node, uint64_t widest);

// One candidate of each branch, together.
std::optional<Candidate> of_alternation(const RegexNode& node, uint64_t widest) {
  Candidate all;
  all.node.kind = Kind::kAlternate;
  all.literal = SIZE_MAX;
  for (const RegexNode& branch : node.children) {
    std::vector<Candidate> of_branch = candidates(branch, widest);
    if (of_branch.empty()) return std::nullopt;
    Candidate& best = of_branch.front();
    all.before = std::max(all.before, best.before);
    all.literal = std::min(all.literal, best.literal);
    all.node.children.push_back(std::move(best.node));
  }
  return all;
}

bool is_better(const Candidate& a, const Candidate& b) {
  auto rank = [](const Candidate& c) {
    return std::make_tuple(c.before >= kUnbounded,
                           -std::min<int64_t>(kLongLiteral, static_cast<int64_t>(c.literal)));
  };
  return rank(a) < rank(b);
}

std::vector<Candidate> candidates(const RegexNode& node, uint64_t widest) {
  std::vector<const RegexNode*> items;
  append_items(node, items);
  std::vector<Candidate> out;
  if (items.size() == 1 && items[0]->kind == Kind::kAlternate && !exact_texts(*items[0])) {
    if (auto all = of_alternation(*items[0], widest)) out.push_back(std::move(*all));
    return out;
  }
  std::vector<uint64_t> before(items.size() + 1, 0);
  for (size_t i = 0; i < items.size(); ++i) {
    before[i + 1] = sum(before[i], width_of(*items[i]).most);
  }
  auto add = [&](size_t begin, size_t end, size_t literal) {
    Candidate candidate{row(items, begin, end), before[begin], literal};
    trim(candidate.node);
    const RegexWidth width = width_of(candidate.node);
    if (width.least > 0 && width.most <= widest) out.push_back(std::move(candidate));
  };
  for (const Core& core : cores(items)) {
    const size_t literal = shortest(core.texts);
    if (literal == 0) continue;
    size_t end = core.end;
    uint64_t width = width_of(row(items, core.begin, core.end)).most;
    while (literal < kLongLiteral && end < items.size()) {
      width = sum(width, width_of(*items[end]).most);
      if (width > widest) break;
      ++end;
    }
    if (end > core.end) add(core.begin, end, literal);
    // A character or two would be found everywhere.
    if (literal >= kShortLiteral || end == core.end) add(core.begin, core.end, literal);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const RegexNode& item = *items[i];
    if (exact_texts(item)) continue;
    std::vector<Candidate> inner;
    if (item.kind == Kind::kRepeat && item.least > 0) {
      inner = candidates(item.children.front(), widest);
    } else if (item.kind == Kind::kAlternate) {
      if (auto all = of_alternation(item, widest)) inner.push_back(std::move(*all));
    }
    for (Candidate& candidate : inner) {
      candidate.before = sum(candidate.before, before[i]);
      out.push_back(std::move(candidate));
    }
  }
  // Without a literal: the longest run that has bounds.
  for (size_t begin = 0; begin < items.size(); ++begin) {
    size_t end = begin;
    uint64_t width = 0;
    while (end < items.size() && (width = sum(width, width_of(*items[end]).most)) <= widest) {
      ++end;
    }
    // An item without bounds may lend its least.
    if (end < items.size() && items[end]->kind == Kind::kRepeat && items[end]->least > 0) {
      RegexNode shortened = row(items, begin, end + 1);
      trim(shortened);
      if (width_of(shortened).most <= widest) ++end;
    }
    if (end > begin && width_of(row(items, begin, end)).least >= 8) {
      Candidate candidate{row(items, begin, end), before[begin], 0};
      trim(candidate.node);
      if (width_of(candidate.node).most <= widest) out.push_back(std::move(candidate));
      break;
    }
  }
  std::stable_sort(out.begin(), out.end(), is_better);
  return out;
}

}  // namespace

RegexWidth width_of(const RegexNode& node) {
  RegexWidth width;
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kAssertion: break;
    case Kind::kSet: return {1, 1};
    case Kind::kCapture: return width_of(node.children.front());
    case Kind::kConcat:
      for (const RegexNode& child : node.children) {
        const RegexWidth one = width_of(child);
        width = {sum(width.least, one.least), sum(width.most, one.most)};
      }
      break;
    case Kind::kAlternate:
      width.least = kUnbounded;
      for (const RegexNode& child : node.children) {
        const RegexWidth one = width_of(child);
        width = {std::min(width.least, one.least), std::max(width.most, one.most)};
      }
      break;
    case Kind::kRepeat: {
      const RegexWidth one = width_of(node.children.front());
      return {product(one.least, node.least), product(one.most, node.most)};
    }
  }
  return width;
}

bool always_sets(const RegexNode& node, int group) {
  auto sets = [&](const RegexNode& child) { return always_sets(child, group); };
  switch (node.kind) {
    case Kind::kCapture:
      if (node.group == group) return width_of(node).least > 0;
      return sets(node.children.front());
    case Kind::kRepeat: return node.least > 0 && sets(node.children.front());
    case Kind::kConcat: return std::any_of(node.children.begin(), node.children.end(), sets);
    case Kind::kAlternate: return std::all_of(node.children.begin(), node.children.end(), sets);
    default: return false;
  }
}

const RegexNode* find_capture(const RegexNode& node, int group) {
  if (node.kind == Kind::kCapture && node.group == group) return &node;
  for (const RegexNode& child : node.children) {
    if (const RegexNode* found = find_capture(child, group)) return found;
  }
  return nullptr;
}

const RegexNode* find_capture(const RegexNode& node, const std::string& name) {
  if (node.kind == Kind::kCapture && node.text == name) return &node;
  for (const RegexNode& child : node.children) {
    if (const RegexNode* found = find_capture(child, name)) return found;
  }
  return nullptr;
}

bool always_holds_one_of(const RegexNode& node, const std::vector<std::string>& words) {
  std::vector<const RegexNode*> items;
  append_items(node, items);
  for (const Core& core : cores(items)) {
    if (each_holds(core.texts, words)) return true;
  }
  return std::any_of(items.begin(), items.end(), [&](const RegexNode* item) {
    auto holds = [&](const RegexNode& child) { return always_holds_one_of(child, words); };
    if (item->kind == Kind::kRepeat) return item->least > 0 && holds(item->children.front());
    if (item->kind != Kind::kAlternate) return false;
    return std::all_of(item->children.begin(), item->children.end(), holds);
  });
}

std::vector<RegexAnchor> find_anchors(const RegexNode& node, uint64_t widest) {
  std::vector<RegexAnchor> out;
  for (const Candidate& candidate : candidates(node, widest)) {
    out.push_back({print_regex(candidate.node), candidate.before, width_of(candidate.node).most,
                   candidate.literal});
  }
  return out;
}

namespace {

ByteSet bytes_of(ByteView characters) {
  ByteSet set;
  for (char c : characters) set.set(static_cast<uint8_t>(c));
  return set;
}

// The directive's class for a set: the largest one within it.
const char* sample_class(const ByteSet& set) {
  static const std::string kDigit = "0123456789", kLower = "abcdefghijklmnopqrstuvwxyz",
                           kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static const std::pair<const char*, ByteSet> kClasses[] = {
      {"base64url", bytes_of(kDigit + kLower + kUpper + "-_")},
      {"word", bytes_of(kDigit + kLower + kUpper + "_")},
      {"alnum", bytes_of(kDigit + kLower + kUpper)},
      {"alpha", bytes_of(kLower + kUpper)},
      {"base36", bytes_of(kDigit + kLower)},
      {"base32", bytes_of(kUpper + "234567")},
      {"lower", bytes_of(kLower)},
      {"upper", bytes_of(kUpper)},
      {"hex", bytes_of(kDigit + "abcdef")},
      {"HEX", bytes_of(kDigit + "ABCDEF")},
      {"digit", bytes_of(kDigit)},
  };
  for (const auto& [name, members] : kClasses) {
    if ((members & ~set).none()) return name;
  }
  return nullptr;
}

// A piece of a sample: a text, or a class and how many of it.
struct Piece {
  std::string text;
  uint64_t count = 0;  // 0: the text itself
};

char representative(const ByteSet& set) {
  for (char c : ByteView(" ='\":-_/.,abcdefghijklmnopqrstuvwxyz0A")) {
    if (set[static_cast<uint8_t>(c)]) return c;
  }
  for (size_t byte = 0x21; byte < 0x7f; ++byte) {
    if (set[byte]) return static_cast<char>(byte);
  }
  return set['\n'] ? '\n' : '\0';
}

bool append_pieces(const RegexNode& node, std::vector<Piece>& out) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kAssertion: return true;
    case Kind::kCapture: return append_pieces(node.children.front(), out);
    case Kind::kSet: {
      if (const char* name = sample_class(node.set); name && node.set.count() > 2) {
        out.push_back({name, 1});
        return true;
      }
      const char c = representative(node.set);
      const std::string text = c == '\n' ? "<<newline>>" : std::string(1, c);
      out.push_back({text, 0});
      return c != '\0';
    }
    case Kind::kConcat:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](const RegexNode& child) { return append_pieces(child, out); });
    case Kind::kAlternate: {
      const RegexNode* chosen = &node.children.front();
      for (const RegexNode& child : node.children) {
        if (width_of(*chosen).least > 0) break;
        chosen = &child;
      }
      return append_pieces(*chosen, out);
    }
    case Kind::kRepeat: {
      const RegexNode& child = node.children.front();
      const char* name = child.kind == Kind::kSet ? sample_class(child.set) : nullptr;
      uint64_t count = node.least;
      if (count == 0 && name && node.most >= 3 && child.set[' '] && child.set['=']) {
        out.push_back({" = ", 0});  // anything may stand between a name and a value
        return true;
      }
      if (name && node.most >= 16) {
        count = std::max<uint64_t>(count, std::min<uint64_t>(node.most, 24));
      }
      if (count > 4096) return false;
      if (name) {
        if (count > 0) out.push_back({name, count});
        return true;
      }
      for (uint64_t i = 0; i < count; ++i) {
        if (!append_pieces(child, out)) return false;
      }
      return true;
    }
  }
  return false;
}

}  // namespace

std::string sample_of(const RegexNode& node, SampleLength length) {
  std::vector<Piece> pieces;
  if (!append_pieces(node, pieces)) return "";
  if (length == SampleLength::kTooShort) {
    auto last = std::find_if(pieces.rbegin(), pieces.rend(),
                             [](const Piece& piece) { return piece.count >= 8; });
    if (last == pieces.rend()) return "";
    last->count /= 2;
  }
  std::string out, literal;
  for (size_t i = 0; i < pieces.size(); ++i) {
    uint64_t count = pieces[i].count;
    while (count > 0 && i + 1 < pieces.size() && pieces[i + 1].count > 0 &&
           pieces[i + 1].text == pieces[i].text) {
      count += pieces[++i].count;
    }
    if (count > 0) {
      out += "<<" + pieces[i].text + " " + std::to_string(count) + ">>";
      literal.clear();
    } else {
      out += pieces[i].text;
      // "<<" of the text itself would read as a directive.
      literal = pieces[i].text == "<<newline>>" ? "" : literal + pieces[i].text;
      if (literal.find("<<") != std::string::npos) return "";
    }
  }
  return out.size() <= 4000 ? out : "";
}

}  // namespace straykey
