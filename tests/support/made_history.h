// SPDX-License-Identifier: Apache-2.0
// A made-up history as the input of `git fast-import`: all of it follows from a seed. It
// has what histories have, more often than they do, and its files are crowded with
// secrets that each version edits.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/edited_text.h"
#include "tests/support/make_archive.h"

namespace straykey {

class MadeHistory {
 public:
  MadeHistory(const SignatureSet& set, uint64_t seed) : set_(set), random_(seed) {
    is_packed_often_ = chance(4);
    is_wide_ = chance(100);
    is_big_ = chance(15);
    for (const Signature& signature : set.all()) {
      for (const std::string& example : signature.examples) {
        if (example.find("<<pem ") != std::string::npos) keys_.push_back(example);
      }
    }
    make();
  }

  // What fast-import reads. Every branch that is in it ends at a commit.
  const std::string& stream() const { return out_; }
  size_t commits() const { return commits_.size(); }

 private:
  struct File {
    std::string mode;
    size_t content = 0;  // in contents_; of a submodule: any number
  };
  using Files = std::map<std::string, File>;
  struct Branch {
    std::string ref;
    size_t tip;  // in commits_
  };
  static constexpr size_t kCommitMarks = 1000000;
  static constexpr size_t kTagMarks = 2000000;

  uint64_t below(uint64_t limit) { return random_() % limit; }
  bool chance(uint64_t one_of) { return below(one_of) == 0; }

  void make() {
    size_t count = 3 + below(chance(2) ? 38 : 14);
    commit("refs/heads/main", {}, first_files());
    branches_.push_back({"refs/heads/main", 0});
    static constexpr const char* kRefs[] = {
        "refs/heads/topic",         "refs/heads/deep/er/br\xc3\xa4nch",
        "refs/remotes/origin/main", "refs/custom/ref",
        "refs/heads/gone",          "refs/changes/07/7/1",
        "refs/heads/b.with-0",      "refs/pull/12/head"};
    size_t next_ref = 0;
    while (commits_.size() < count) {
      size_t which = chance(3) ? below(branches_.size()) : 0;
      if (next_ref < std::size(kRefs) && chance(5)) {
        branches_.push_back({kRefs[next_ref++], below(commits_.size())});
        which = branches_.size() - 1;
      } else if (next_ref == 3 && chance(30)) {
        commit("refs/heads/orphan", {}, first_files());  // a history without a common root
        branches_.push_back({"refs/heads/orphan", commits_.size() - 1});
        continue;
      }
      Branch& branch = branches_[which];
      Files files = commits_[branch.tip];
      std::vector<size_t> parents{branch.tip};
      if (branches_.size() > 1 && chance(4)) merge(parents, files);
      // A merge that adds nothing, or any commit that changes nothing, is there now and then.
      size_t changes = chance(9) ? 0 : 1 + below(5);
      for (size_t i = 0; i < changes; ++i) change(files);
      commit(branch.ref, parents, std::move(files));
      branch.tip = commits_.size() - 1;
      if (is_packed_often_ && chance(5)) out_ += "checkpoint\n\n";
    }
    tags();
  }

  Files first_files() {
    Files files;
    for (size_t i = 0, count = 1 + below(6); i < count; ++i) {
      put(files, path(), {"100644", content()});
    }
    // Enough entries for trees to be kept as differences.
    for (size_t i = 0, count = below(20); i < count; ++i) {
      put(files, "src/part-" + std::to_string(i), {"100644", keep(words(3))});
    }
    if (is_wide_) {
      size_t plain = keep(words(40)), leak = keep(crowded_text(set_, random_(), 3));
      for (size_t i = 0; i < 3000; ++i) {
        put(files, "wide/" + std::to_string(i * 7919 % 100003),
            {"100644", i % 400 ? plain : leak});
      }
    }
    return files;
  }

  // Takes something from one or more other branches.
  void merge(std::vector<size_t>& parents, Files& files) {
    size_t others = chance(4) ? 1 + below(3) : 1;
    for (size_t i = 0; i < others; ++i) {
      size_t other = branches_[below(branches_.size())].tip;
      if (std::find(parents.begin(), parents.end(), other) != parents.end()) continue;
      parents.push_back(other);
      uint64_t share = 1 + below(4);
      for (const auto& [name, file] : commits_[other]) {
        if (below(4) < share) put(files, name, file);
      }
    }
  }

  void change(Files& files) {
    if (files.empty()) return put(files, path(), {"100644", content()});
    auto any = [&] {
      return std::next(files.begin(), static_cast<std::ptrdiff_t>(below(files.size())));
    };
    auto at = any();
    // Mostly large files, which are then kept as long chains of differences.
    auto size = [&](const File& file) {
      return file.mode == "160000" ? 0 : contents_[file.content].size();
    };
    for (size_t i = below(12); i > 0; --i) {
      auto other = any();
      if (size(other->second) > size(at->second)) at = other;
    }
    auto [name, file] = *at;
    bool is_content = file.mode != "160000";
    switch (below(45)) {
      case 0: put(files, path(), {"100644", content()}); break;
      case 1:  // renamed
        files.erase(at);
        put(files, path(), file);
        gone_.emplace_back(name, file);
        break;
      case 2: put(files, path(), file); break;  // copied
      case 3:
        gone_.emplace_back(name, file);
        files.erase(at);
        break;
      case 4:
      case 5:  // comes back
        if (!gone_.empty()) {
          auto [old_name, old] = gone_[below(gone_.size())];
          put(files, chance(3) ? path() : old_name, old);
        }
        break;
      case 6:
        if (is_content) files[name].mode = file.mode == "100755" ? "100644" : "100755";
        break;
      case 7: put(files, path(), {"120000", keep(link())}); break;
      case 8: put(files, path(), {"160000", below(1000)}); break;
      case 9: move_folder(files, name); break;
      default:
        if (is_content) files[name].content = keep(edited(contents_[file.content]));
    }
  }

  void move_folder(Files& files, const std::string& name) {
    size_t slash = name.rfind('/');
    if (slash == std::string::npos || name.starts_with("wide/")) return;
    std::string folder = name.substr(0, slash + 1), target = path() + "/";
    std::vector<std::pair<std::string, File>> moved;
    bool is_copy = chance(3);
    for (const auto& [other, file] : files) {
      if (other.starts_with(folder)) moved.emplace_back(other, file);
    }
    for (const auto& [other, file] : moved) {
      if (!is_copy) files.erase(other);
      put(files, target + other.substr(folder.size()), file);
    }
  }

  // A file cannot be where a folder is: what is in the way goes.
  static void put(Files& files, const std::string& name, const File& file) {
    for (size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      files.erase(name.substr(0, slash));
    }
    std::string folder = name + "/";
    auto first = files.lower_bound(folder);
    while (first != files.end() && first->first.starts_with(folder)) first = files.erase(first);
    files[name] = file;
  }

  std::string path() {
    // Some sort differently as files and as folders, some are hard to quote.
    static constexpr const char* kNames[] = {"a",
                                             "a-",
                                             "a.b",
                                             "a0",
                                             "A",
                                             "src",
                                             "config.env",
                                             "x y",
                                             "q\"q",
                                             "back\\slash",
                                             "new\nline",
                                             "tab\there",
                                             "\xff\xfe",
                                             "\xc3\xbc",
                                             "-dash",
                                             "{b}",
                                             "*",
                                             "#x",
                                             "!y",
                                             ".env",
                                             "\xe6\x97\xa5",
                                             "lib",
                                             "lib.c",
                                             "test",
                                             "\xe2\x80\xae",
                                             "trailing ",
                                             "~"};
    std::string out;
    for (size_t depth = 1 + below(chance(6) ? 7 : 3); depth > 0; --depth) {
      if (!out.empty()) out += '/';
      out += kNames[below(std::size(kNames))];
    }
    return out;
  }

  std::string link() {
    static constexpr const char* kTargets[] = {"a", "../nowhere", "/nonexistent/token"};
    return kTargets[below(std::size(kTargets))];
  }

  size_t keep(std::string bytes) {
    contents_.push_back(std::move(bytes));
    const std::string& kept = contents_.back();
    out_ += "blob\nmark :" + std::to_string(contents_.size()) + "\ndata " +
            std::to_string(kept.size()) + "\n" + kept + "\n";
    return contents_.size() - 1;
  }

  size_t content() {
    if (!contents_.empty() && chance(8)) return below(contents_.size());  // what was before
    return keep(text());
  }

  std::string crowd(int most) {
    return crowded_text(set_, random_(),
                        1 + static_cast<int>(below(static_cast<uint64_t>(most))));
  }

  std::string text() {
    switch (below(14)) {
      case 0: return words(1 + below(3000));
      case 1: return key() + crowd(4) + key();
      case 2: return wide(crowd(5));
      case 3: return encoded(crowd(4));
      case 4: return words(2000, ' ') + crowd(2) + words(2000, ' ');
      case 5: return allowed();
      case 6: return archived();
      case 7: return chance(3) ? "" : crowd(1);
      case 8:
        if (is_big_) return words(90000 + below(200000)) + crowd(10) + words(90000);
        break;
      default: break;
    }
    return crowd(50);
  }

  std::string edited(const std::string& text) {
    if (text.size() > 60000) return edit_little(set_, text, random_).text;
    switch (below(12)) {
      case 0: return text + crowd(2);
      case 1: return crowd(2) + text;
      case 2: {  // one byte
        std::string out = text;
        if (!out.empty()) out[below(out.size())] = "x \n\""[below(4)];
        return out;
      }
      case 3: return text.substr(0, below(text.size() + 1));
      case 4: return text + "\n" + key();
      case 5: {  // a mark comes or goes: what is copied around it is judged anew
        std::string out = text;
        size_t mark = out.find(kMark);
        if (mark != std::string::npos) return out.erase(mark, std::size(kMark) - 1);
        size_t line = out.find('\n', below(out.size() + 1));
        if (line != std::string::npos) out.insert(line, kMark);
        return out;
      }
      case 6:
      case 7: {
        std::string out = edit(set_, text, random_).text;
        if (out.size() > 60000) out.resize(60000);
        return out;
      }
      case 8: return text + text;
      default: return edit_little(set_, text, random_).text;
    }
  }

  std::string words(size_t count, char between = '\n') {
    std::string out;
    for (size_t i = 0; i < count; ++i) {
      for (size_t n = 2 + below(9); n > 0; --n) out += static_cast<char>('a' + below(26));
      out += chance(8) ? between : ' ';
    }
    return out;
  }

  std::string key() {
    if (keys_.empty()) return "";
    auto sample = fill_sample(keys_[below(keys_.size())], random_());
    return sample ? *sample + "\n" : "";
  }

  std::string wide(const std::string& narrow) {
    bool is_big_end = chance(2);
    std::string out;
    if (chance(2)) out += is_big_end ? "\xfe\xff" : "\xff\xfe";
    if (chance(3)) out += "odd";
    for (char c : narrow) {
      if (is_big_end) out += '\0';
      out += c;
      if (!is_big_end) out += '\0';
    }
    return out;
  }

  static std::string encoded(const std::string& bytes) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    uint32_t bits = 0;
    int held = 0;
    for (char c : bytes) {
      bits = (bits << 8) | static_cast<uint8_t>(c);
      for (held += 8; held >= 6; held -= 6) out += kDigits[(bits >> (held - 6)) & 63];
    }
    if (held > 0) out += kDigits[(bits << (6 - held)) & 63];
    return out + "\n";
  }

  // Some lines say that their secrets are meant to be there.
  std::string allowed() {
    std::string out;
    for (size_t i = 0, lines = 1 + below(8); i < lines; ++i) {
      std::string line = crowd(1);
      std::replace(line.begin(), line.end(), '\n', ' ');
      out += line + (chance(2) ? kMark : "") + "\n";
    }
    return out;
  }

  std::string archived() {
    straykey::Files members{{"one.txt", crowd(3)}, {"sub/two.txt", words(50) + crowd(2)}};
    switch (below(3)) {
      case 0:
        return make_archive(archive_write_set_format_zip, archive_write_add_filter_none,
                            members);
      case 1:
        return make_archive(archive_write_set_format_ustar, archive_write_add_filter_none,
                            members);
      default:
        return make_archive(archive_write_set_format_ustar, archive_write_add_filter_gzip,
                            members);
    }
  }

  std::string person() {
    static constexpr const char* kPersons[] = {"Ada <ada@example.org>",
                                               "B\xc3\xb6rge \xff <b@example.org>", "C. <>"};
    if (chance(8)) {  // clocks that go wrong
      return kPersons[below(std::size(kPersons))] +
             (" " + std::to_string(clock_ - below(2000))) + " +0000";
    }
    clock_ += chance(4) ? 0 : below(500);
    return kPersons[below(std::size(kPersons))] + (" " + std::to_string(clock_)) + " +0200";
  }

  void data(const std::string& bytes) {
    out_ += "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
  }

  std::string message() {
    std::string out = "words\n\n" + words(3);
    if (chance(3)) out += crowd(2);
    if (chance(12)) out += key();
    return out;
  }

  static std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (char c : name) {
      auto byte = static_cast<uint8_t>(c);
      if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
        char octal[5];
        std::snprintf(octal, sizeof octal, "\\%03o", byte);
        out += octal;
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  void commit(const std::string& ref, const std::vector<size_t>& parents, Files files) {
    if (parents.empty()) out_ += "reset " + ref + "\n";
    out_ +=
        "commit " + ref + "\nmark :" + std::to_string(kCommitMarks + commits_.size()) + "\n";
    out_ += "author " + person() + "\ncommitter " + person() + "\n";
    data(message());
    for (size_t i = 0; i < parents.size(); ++i) {
      out_ +=
          (i == 0 ? "from :" : "merge :") + std::to_string(kCommitMarks + parents[i]) + "\n";
    }
    out_ += "deleteall\n";
    for (const auto& [name, file] : files) {
      char submodule[41];
      std::snprintf(submodule, sizeof submodule, "%040zx", file.content + 1);
      out_ += "M " + file.mode + " " +
              (file.mode == "160000" ? submodule : ":" + std::to_string(file.content + 1)) +
              " " + quoted(name) + "\n";
    }
    out_ += "\n";
    commits_.push_back(std::move(files));
  }

  void tags() {
    size_t count = below(4);
    for (size_t i = 0; i < count; ++i) {
      std::string number = std::to_string(i);
      size_t target = kCommitMarks + below(commits_.size());
      if (chance(3)) {
        out_ +=
            "reset refs/tags/light-" + number + "\nfrom :" + std::to_string(target) + "\n\n";
        continue;
      }
      if (chance(4) && i > 0 && has_tag_) {
        target = last_tag_;
      } else if (chance(5)) {
        target = 1 + below(contents_.size());
      }
      last_tag_ = kTagMarks + i;
      has_tag_ = true;
      out_ += "tag t\xc3\xa4g-" + number + "\nmark :" + std::to_string(last_tag_) +
              "\nfrom :" + std::to_string(target) + "\ntagger " + person() + "\n";
      data(message());
    }
    out_ += "done\n";
  }

  static constexpr char kMark[] = " # straykey:allow";

  const SignatureSet& set_;
  std::mt19937_64 random_;
  bool is_packed_often_, is_wide_, is_big_;
  std::vector<std::string> keys_;
  std::string out_ = "feature done\n";
  std::vector<std::string> contents_;
  std::vector<Files> commits_;
  std::vector<Branch> branches_;
  std::vector<std::pair<std::string, File>> gone_;
  bool has_tag_ = false;
  size_t last_tag_ = 0;
  uint64_t clock_ = 1700000000;
};

}  // namespace straykey
