// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/baseline.h"

#include <algorithm>
#include <charconv>

namespace straykey {
namespace {

constexpr ByteView kHeader = "# straykey baseline 1";
constexpr ByteView kHeaderOfAnyVersion = "# straykey baseline ";
constexpr size_t kFingerprintDigits = 32;  // finding/fingerprint.h

bool is_fingerprint(ByteView text) {
  return text.size() == kFingerprintDigits &&
         text.find_first_not_of("0123456789abcdef") == ByteView::npos;
}

std::string percent_encoded(ByteView path) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '%' || c == '#') {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

// Cuts the next word off `line`; "" at its end.
ByteView next_word(ByteView& line) {
  size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  size_t end = std::min(line.find_first_of(" \t", begin), line.size());
  ByteView word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

// The other way; what is no escape stays.
std::string percent_decoded(ByteView text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr ==
            text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_hex(ByteView text) {
  return text.find_first_not_of("0123456789abcdef") == ByteView::npos;
}

bool read_number(ByteView text, uint64_t& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0;
}

// "12" or "12-14"
bool read_lines(ByteView text, ImportedEntry& entry) {
  size_t dash = text.find('-');
  if (!read_number(text.substr(0, dash), entry.first_line)) return false;
  entry.last_line = entry.first_line;
  return dash == ByteView::npos || (read_number(text.substr(dash + 1), entry.last_line) &&
                                    entry.last_line >= entry.first_line);
}

// What follows the word "imported"; "" or what is wrong with it.
std::string read_imported(ByteView fields, ImportedEntry& entry) {
  entry.label = percent_decoded(next_word(fields));
  entry.path = percent_decoded(next_word(fields));
  if (entry.path.empty()) return "the imported entry names no tool or no path";
  for (ByteView word = next_word(fields); !word.empty(); word = next_word(fields)) {
    size_t equals = std::min(word.find('='), word.size());
    ByteView key = word.substr(0, equals);
    ByteView value = word.substr(std::min(equals + 1, word.size()));
    bool good = !value.empty();
    if (key == "line") {
      good = read_lines(value, entry);
    } else if (key == "commit") {
      good = good && is_hex(value);
      entry.commit = value;
    } else if (key == "sha1") {
      good = value.size() == 40 && is_hex(value);
      entry.sha1 = value;
    } else if (key == "fingerprint") {
      good = is_fingerprint(value);
      entry.fingerprint = value;
    } else {
      return "an imported entry has line=, commit=, sha1= and fingerprint=, and nothing else";
    }
    if (!good) return "the " + std::string(key) + "= of the imported entry is not whole";
  }
  if (entry.first_line == 0 && entry.sha1.empty() && entry.fingerprint.empty()) {
    return "the imported entry has no line=, sha1= or fingerprint= to know a secret by";
  }
  return "";
}

std::string imported_line(const ImportedEntry& entry) {
  std::string out =
      "imported " + percent_encoded(entry.label) + " " + percent_encoded(entry.path);
  if (entry.first_line > 0) {
    out += " line=" + std::to_string(entry.first_line);
    if (entry.last_line > entry.first_line) out += "-" + std::to_string(entry.last_line);
  }
  if (!entry.commit.empty()) out += " commit=" + entry.commit;
  if (!entry.sha1.empty()) out += " sha1=" + entry.sha1;
  if (!entry.fingerprint.empty()) out += " fingerprint=" + entry.fingerprint;
  return out;
}

std::string with_reason(std::string line, const std::string& reason) {
  return reason.empty() ? line : line + "  # " + reason;
}

ByteView trimmed(ByteView text) {
  size_t begin = text.find_first_not_of(" \t\r");
  if (begin == ByteView::npos) return ByteView();
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

Result<Baseline> Baseline::parse(ByteView text, const std::string& file) {
  Baseline baseline;
  size_t number = 0;
  auto fail = [&](const std::string& what) {
    return Error{file + ":" + std::to_string(number) + ": " + what};
  };
  for (bool more = true; more;) {
    ++number;
    size_t end = text.find('\n');
    more = end != ByteView::npos;
    ByteView whole = trimmed(text.substr(0, end));
    text.remove_prefix(more ? end + 1 : text.size());

    if (number == 1 && whole != kHeader) {
      if (whole.starts_with(kHeaderOfAnyVersion)) {
        return fail("the baseline is of version '" +
                    std::string(whole.substr(kHeaderOfAnyVersion.size())) +
                    "'; this program reads version 1");
      }
      return fail("not a baseline; the first line must be '" + std::string(kHeader) + "'");
    }
    if (whole.empty() || whole.front() == '#') continue;
    if (whole.starts_with("<<<<<<<") || whole.starts_with("=======") ||
        whole.starts_with(">>>>>>>")) {
      return fail("a merge conflict; keep the lines of both sides");
    }

    size_t mark = whole.find('#');
    ByteView fields = whole.substr(0, mark);
    Entry entry;
    if (mark != ByteView::npos) entry.reason = trimmed(whole.substr(mark + 1));
    std::string fingerprint(next_word(fields));
    if (fingerprint == "imported") {
      ImportedEntry imported;
      imported.reason = entry.reason;
      std::string problem = read_imported(fields, imported);
      if (!problem.empty()) return fail(problem);
      baseline.add(std::move(imported));
      continue;
    }
    if (!is_fingerprint(fingerprint)) {
      // The word is not repeated: in a file that is no baseline it may be anything.
      return fail("the line does not begin with a fingerprint of 32 lower-case hex digits");
    }
    entry.signature = next_word(fields);
    if (entry.signature.empty()) return fail("the entry names no signature");
    entry.path = next_word(fields);
    if (!next_word(fields).empty()) {
      return fail("more than three fields; write a space in a path as %20");
    }
    // After a merge by union one secret may stand twice. Of two reasons the first stays.
    auto [place, added] = baseline.entries_.emplace(fingerprint, entry);
    if (!added && place->second.reason.empty()) place->second.reason = entry.reason;
  }
  return baseline;
}

Baseline Baseline::of(const std::vector<Finding>& findings, const SignatureSet& signatures,
                      const Baseline& old) {
  Baseline baseline;
  for (const Finding& finding : findings) {
    Entry entry;
    entry.signature = signatures[finding.signature].id;
    if (!finding.occurrences.empty()) {
      const Occurrence& first = finding.occurrences.front();
      entry.path = percent_encoded(first.path.empty() ? first.object : first.path);
    }
    auto known = old.entries_.find(finding.id);
    if (known != old.entries_.end()) {
      entry.reason = known->second.reason;
    } else {
      for (const auto& [line, imported] : old.imported_) {
        if (entry.reason.empty() && imported.knows(finding)) entry.reason = imported.reason;
      }
    }
    baseline.entries_.emplace(finding.id, std::move(entry));
  }
  return baseline;
}

bool Baseline::contains(const std::string& fingerprint) const {
  return entries_.count(fingerprint) > 0;
}

bool ImportedEntry::knows(const Finding& finding) const {
  if (!fingerprint.empty() && fingerprint == finding.id) return true;
  return std::any_of(finding.occurrences.begin(), finding.occurrences.end(),
                     [&](const Occurrence& o) {
                       if (o.path != path) return false;
                       if (!sha1.empty() && sha1 == finding.sha1) return true;
                       return first_line > 0 && o.position.line <= last_line &&
                              o.position.end_line >= first_line && o.commit.starts_with(commit);
                     });
}

void Baseline::add(ImportedEntry entry) {
  auto [place, added] = imported_.emplace(imported_line(entry), entry);
  if (!added && place->second.reason.empty()) place->second.reason = entry.reason;
}

bool Baseline::knows(const Finding& finding) const {
  return contains(finding.id) ||
         std::any_of(imported_.begin(), imported_.end(),
                     [&](const auto& entry) { return entry.second.knows(finding); });
}

std::set<std::string> Baseline::sha1s() const {
  std::set<std::string> out;
  for (const auto& [line, entry] : imported_) {
    if (!entry.sha1.empty()) out.insert(entry.sha1);
  }
  return out;
}

std::vector<std::string> Baseline::unused(const std::vector<Finding>& findings) const {
  std::vector<std::string> sorted;
  for (const Finding& finding : findings) sorted.push_back(finding.id);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> out;
  for (const auto& [fingerprint, entry] : entries_) {
    if (!std::binary_search(sorted.begin(), sorted.end(), fingerprint)) {
      out.push_back(line(fingerprint, entry));
    }
  }
  for (const auto& [line, entry] : imported_) {
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return entry.knows(finding); })) {
      out.push_back(with_reason(line, entry.reason));
    }
  }
  return out;
}

std::string Baseline::write() const {
  std::string out = std::string(kHeader) + "\n";
  for (const auto& [fingerprint, entry] : entries_) out += line(fingerprint, entry) + "\n";
  for (const auto& [line, entry] : imported_) out += with_reason(line, entry.reason) + "\n";
  return out;
}

std::string Baseline::line(const std::string& fingerprint, const Entry& entry) {
  std::string out = fingerprint + " " + entry.signature;
  if (!entry.path.empty()) out += " " + entry.path;
  return with_reason(std::move(out), entry.reason);
}

void apply_baseline(const Baseline& baseline, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    finding.state = baseline.knows(finding) ? FindingState::kKnown : FindingState::kNew;
  }
}

}  // namespace straykey
