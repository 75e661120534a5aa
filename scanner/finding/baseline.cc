// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/baseline.h"

#include <algorithm>

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
    if (known != old.entries_.end()) entry.reason = known->second.reason;
    baseline.entries_.emplace(finding.id, std::move(entry));
  }
  return baseline;
}

bool Baseline::contains(const std::string& fingerprint) const {
  return entries_.count(fingerprint) > 0;
}

std::vector<std::string> Baseline::unused(const std::vector<std::string>& fingerprints) const {
  std::vector<std::string> sorted = fingerprints;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> out;
  for (const auto& [fingerprint, entry] : entries_) {
    if (!std::binary_search(sorted.begin(), sorted.end(), fingerprint)) {
      out.push_back(line(fingerprint, entry));
    }
  }
  return out;
}

std::string Baseline::write() const {
  std::string out = std::string(kHeader) + "\n";
  for (const auto& [fingerprint, entry] : entries_) out += line(fingerprint, entry) + "\n";
  return out;
}

std::string Baseline::line(const std::string& fingerprint, const Entry& entry) {
  std::string out = fingerprint + " " + entry.signature;
  if (!entry.path.empty()) out += " " + entry.path;
  if (!entry.reason.empty()) out += "  # " + entry.reason;
  return out;
}

void apply_baseline(const Baseline& baseline, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    finding.state = baseline.contains(finding.id) ? FindingState::kKnown : FindingState::kNew;
  }
}

}  // namespace straykey
