// SPDX-License-Identifier: Apache-2.0
// Three things are done with all fields of a signature: they are packed, unpacked, and the
// ones that decide what is found are hashed. One list of the fields serves all three, so
// that a new field cannot be forgotten in one of them:
//
//   visit_deciding(archive, signature)     what is found, and how it is rated
//   visit_describing(archive, signature)   what is said about it
//
// An archive is called with one field after the other. Writer appends it to a string;
// Reader fills it from one. Numbers are 8 bytes, little end first; texts and lists have their
// length before them; the whole has a version byte, the digest and a count before it. There is no
// cleverness in it, because it is read once at the start of a program that has just been
// mapped into memory.
#include "scanner/signature/signature_set.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <type_traits>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/base/suggest.h"
#include "scanner/signature/signature_file.h"

namespace straykey {
namespace {

// Changes whenever the list of fields does.
constexpr char kPackVersion = 4;

template <class Archive, class PartType>
void visit_part(Archive& archive, PartType& part) {
  archive(part.name);
  archive(part.pattern);
  archive(part.within);
  archive(part.check);
  archive(part.required);
}

template <class Archive, class SignatureType>
void visit_deciding(Archive& archive, SignatureType& signature) {
  archive(signature.id);
  archive(signature.provider);
  archive(signature.pattern);
  archive(signature.anchor);
  archive(signature.lookback);
  archive(signature.reach);
  archive(signature.min_entropy);
  archive(signature.require.digits);
  archive(signature.require.lower);
  archive(signature.require.upper);
  archive(signature.require.special);
  archive(signature.require.distinct);
  archive(signature.value);
  archive(signature.except);
  archive(signature.checks);
  archive(signature.severity);
  archive(signature.confidence);
  archive(signature.principal_class);
  archive(signature.identity);
  archive(signature.parts);
}

template <class Archive, class SignatureType>
void visit_describing(Archive& archive, SignatureType& signature) {
  archive(signature.name);
  archive(signature.risk);
  archive(signature.rotation);
  archive(signature.rotation_url);
  archive(signature.docs);
  archive(signature.examples);
  archive(signature.counterexamples);
  archive(signature.file);
  archive(signature.line);
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void operator()(const std::string& text) {
    number(text.size());
    out_ += text;
    // So that a scan of the program, which holds all of this, sees texts as they stand in the
    // files of signatures and not with the bytes of the next number.
    out_ += '\n';
  }
  void operator()(const std::vector<std::string>& list) {
    number(list.size());
    for (const std::string& text : list) (*this)(text);
  }
  void operator()(const std::vector<Part>& parts) {
    number(parts.size());
    for (const Part& part : parts) visit_part(*this, part);
  }
  void operator()(double value) { number(std::bit_cast<uint64_t>(value)); }
  template <class Value>
  requires std::is_integral_v<Value> || std::is_enum_v<Value>
  void operator()(Value value) { number(static_cast<uint64_t>(value)); }

 private:
  void number(uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8)
      out_ += static_cast<char>(value >> shift & 0xff);
  }

  std::string& out_;
};

// Once something does not fit, nothing more is read and ok() is false.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

  void operator()(std::string& text) {
    text = take(number());
    ok_ = ok_ && take(1) == "\n";
  }
  void operator()(std::vector<std::string>& list) {
    for (uint64_t left = number(); left > 0 && ok_; --left) (*this)(list.emplace_back());
  }
  void operator()(std::vector<Part>& parts) {
    for (uint64_t left = number(); left > 0 && ok_; --left) {
      visit_part(*this, parts.emplace_back());
    }
  }
  void operator()(double& value) { value = std::bit_cast<double>(number()); }
  void operator()(bool& value) { value = number() != 0; }
  void operator()(Severity& value) { enumerator(value, Severity::kCritical); }
  void operator()(Confidence& value) { enumerator(value, Confidence::kHigh); }
  void operator()(ValueKind& value) { enumerator(value, ValueKind::kToken); }
  void operator()(PrincipalClass& value) { enumerator(value, PrincipalClass::kHuman); }
  template <class Value>
  requires std::is_integral_v<Value>
  void operator()(Value& value) {
    uint64_t read = number();
    value = static_cast<Value>(read);
    ok_ = ok_ && value == read;
  }

 private:
  template <class Enum>
  void enumerator(Enum& value, Enum last) {
    uint64_t read = number();
    ok_ = ok_ && read <= static_cast<uint64_t>(last);
    if (ok_) value = static_cast<Enum>(read);
  }

  ByteView take(uint64_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) return {};
    ByteView taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  uint64_t number() {
    ByteView digits = take(8);
    uint64_t value = 0;
    for (size_t i = digits.size(); i-- > 0;)
      value = value << 8 | static_cast<uint8_t>(digits[i]);
    return value;
  }

  ByteView bytes_;
  bool ok_ = true;
};

std::string place(const Signature& signature) {
  return signature.file + ":" + std::to_string(signature.line);
}

bool id_less(const Signature& a, const Signature& b) { return a.id < b.id; }

// For a glob that matches nothing. Whoever writes a provider alone means all it has.
std::string suggestion(const std::string& glob, const std::vector<Signature>& signatures) {
  std::vector<std::string> known;
  for (const Signature& signature : signatures) {
    if (signature.provider == glob) return "; did you mean '" + glob + ".*'?";
    known.push_back(signature.id);
    known.push_back(signature.provider + ".*");
  }
  return did_you_mean(glob, known);
}

}  // namespace

Result<SignatureSet> SignatureSet::make(std::vector<Signature> signatures) {
  // Stable, so that of two signatures with one id the first one read is named as the first.
  // What was packed is in order.
  if (!std::is_sorted(signatures.begin(), signatures.end(), id_less)) {
    std::stable_sort(signatures.begin(), signatures.end(), id_less);
  }
  for (size_t i = 1; i < signatures.size(); ++i) {
    if (signatures[i].id != signatures[i - 1].id) continue;
    return Error{place(signatures[i]) + ": signature '" + signatures[i].id +
                 "': the id is taken by " + place(signatures[i - 1]) +
                 "; give each signature its own"};
  }
  SignatureSet set;
  set.signatures_ = std::move(signatures);
  return set;
}

Result<SignatureSet> SignatureSet::load(const std::vector<std::string>& paths) {
  std::vector<Signature> all;
  for (const std::string& path : paths) {
    Result<std::vector<std::string>> files = files_of(path, ".toml");
    if (!files) return files.error();
    for (const std::string& file : *files) {
      Result<std::string> text = read_file(file);
      if (!text) return text.error();
      Result<std::vector<Signature>> read = parse_signatures(*text, file);
      if (!read) return read.error();
      std::move(read->begin(), read->end(), std::back_inserter(all));
    }
  }
  return make(std::move(all));
}

void SignatureSet::merge(SignatureSet other) {
  std::vector<Signature> merged;
  merged.reserve(signatures_.size() + other.signatures_.size());
  // Of equal ones set_union keeps the first range's.
  std::set_union(std::make_move_iterator(other.signatures_.begin()),
                 std::make_move_iterator(other.signatures_.end()),
                 std::make_move_iterator(signatures_.begin()),
                 std::make_move_iterator(signatures_.end()), std::back_inserter(merged),
                 id_less);
  signatures_ = std::move(merged);
  digest_.clear();
}

Result<void> SignatureSet::select(const std::vector<std::string>& enable,
                                  const std::vector<std::string>& disable) {
  auto matches_one = [](const std::vector<std::string>& globs, const std::string& id) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return glob_match(glob, id); });
  };
  for (const std::vector<std::string>* globs : {&enable, &disable}) {
    for (const std::string& glob : *globs) {
      if (std::none_of(signatures_.begin(), signatures_.end(), [&](const Signature& signature) {
            return glob_match(glob, signature.id);
          })) {
        return Error{"no signature matches '" + glob + "'" + suggestion(glob, signatures_)};
      }
    }
  }
  std::vector<Signature> kept;
  for (Signature& signature : signatures_) {
    if (!enable.empty() && !matches_one(enable, signature.id)) continue;
    if (matches_one(disable, signature.id)) continue;
    kept.push_back(std::move(signature));
  }
  signatures_ = std::move(kept);
  digest_.clear();
  if (signatures_.empty()) {
    return Error{"no signature is left after enabling and disabling; enable one at least"};
  }
  return {};
}

std::string SignatureSet::digest() const {
  if (!digest_.empty()) return digest_;
  std::string deciding;
  Writer writer(deciding);
  for (const Signature& signature : signatures_) visit_deciding(writer, signature);
  return hex(sha256(deciding));
}

std::string SignatureSet::pack() const {
  std::string packed(1, kPackVersion);
  Writer writer(packed);
  writer(digest());
  writer(signatures_.size());
  for (const Signature& signature : signatures_) {
    visit_deciding(writer, signature);
    visit_describing(writer, signature);
  }
  return packed;
}

Result<SignatureSet> SignatureSet::unpack(ByteView packed) {
  if (packed.empty() || packed.front() != kPackVersion) {
    return Error{"packed signatures: they are of another version of straykey; pack them again"};
  }
  Reader reader(packed.substr(1));
  std::string digest;
  reader(digest);
  uint64_t left = 0;
  reader(left);
  std::vector<Signature> signatures;
  signatures.reserve(std::min<uint64_t>(left, packed.size() / sizeof(Signature)));
  for (; left > 0 && reader.ok(); --left) {
    Signature& signature = signatures.emplace_back();
    visit_deciding(reader, signature);
    visit_describing(reader, signature);
  }
  if (!reader.ok() || !reader.at_end()) {
    return Error{"packed signatures: they are damaged; pack them again"};
  }
  auto set = make(std::move(signatures));
  if (set) set->digest_ = std::move(digest);
  return set;
}

bool glob_match(ByteView glob, ByteView text) {
  size_t g = 0;
  size_t t = 0;
  size_t star = ByteView::npos;  // the last * seen, and where its run ends so far
  size_t run_end = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      run_end = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != ByteView::npos) {
      g = star + 1;
      t = ++run_end;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace straykey
