// SPDX-License-Identifier: Apache-2.0
// A sample is text with directives between << and >>. Filling it walks the text once and
// appends to the output; a checksum looks back at what was appended since <<begin>>. A <<
// that no letter follows is text, as in a shell's `cat <<< "<<alnum 20>>"`.
//
// Random characters come from splitmix64, seeded by the sample's seed: ten lines, the same
// on every machine and compiler, which std::mt19937's distributions are not.
//
// The key blocks of <<pem LABEL>> have the outer structure of real keys (DER lengths that
// add up, object identifiers, the openssh header) around random bytes. They open nothing.
#include "scanner/signature/sample.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"

namespace straykey {
namespace {

constexpr size_t kMostCharacters = 1 << 20;

constexpr ByteView kDigits = "0123456789";
constexpr ByteView kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr ByteView kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// Sebastiano Vigna's splitmix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // The bias of the modulus is 2^-50 at the sizes of this file.
  size_t below(size_t limit) { return static_cast<size_t>(next() % limit); }
  char one_of(ByteView characters) { return characters[below(characters.size())]; }
  std::string bytes(size_t count) {
    std::string out;
    while (out.size() < count) out += static_cast<char>(next() >> 56);
    return out;
  }

 private:
  uint64_t state_;
};

bool is_letter(char c) {
  return kLower.find(c) != ByteView::npos || kUpper.find(c) != ByteView::npos;
}

// The characters of a class, or "" when there is no such class.
std::string characters_of(ByteView name) {
  const std::string digits(kDigits);
  const std::string lower(kLower);
  const std::string upper(kUpper);
  if (name == "digit") return digits;
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "alpha") return lower + upper;
  if (name == "alnum") return digits + lower + upper;
  if (name == "hex") return digits + "abcdef";
  if (name == "HEX") return digits + "ABCDEF";
  if (name == "base32") return upper + "234567";
  if (name == "base36") return digits + lower;
  if (name == "base64") return upper + lower + digits + "+/";
  if (name == "base64url") return upper + lower + digits + "-_";
  if (name == "symbol") return "!#$%&*+-.=?@^_~";
  if (name == "word") return digits + lower + upper + "_";
  return "";
}

// `count` random characters. When there is room, digits, lower and upper case letters are
// each there if the class has them, so that no requirement of a signature fails by chance:
// text without one of them is thrown away, which happens five times of six at three
// characters and hardly ever at the lengths of tokens.
std::string random_characters(Random& random, const std::string& characters, size_t count) {
  std::vector<ByteView> wanted;
  for (ByteView group : {kDigits, kLower, kUpper}) {
    if (characters.find_first_of(group) != std::string::npos) wanted.push_back(group);
  }
  while (true) {
    std::string out;
    for (size_t i = 0; i < count; ++i) out += random.one_of(characters);
    if (wanted.size() > count) return out;
    if (std::all_of(wanted.begin(), wanted.end(), [&](ByteView group) {
          return out.find_first_of(group) != std::string::npos;
        })) {
      return out;
    }
  }
}

std::string big_endian32(size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}

std::string little_endian32(uint32_t value) {
  std::string out = big_endian32(value);
  std::reverse(out.begin(), out.end());
  return out;
}

// One DER element: tag, length, content (X.690).
std::string der(uint8_t tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    std::string length;
    for (; size; size >>= 8) length.insert(length.begin(), static_cast<char>(size & 0xff));
    out += static_cast<char>(0x80 | length.size());
    out += length;
  }
  return out + content;
}

std::string sequence(const std::string& content) { return der(0x30, content); }

std::string small_integer(uint8_t value) {
  return der(0x02, std::string(1, static_cast<char>(value)));
}

// A positive odd integer of exactly `size` bytes.
std::string large_integer(Random& random, size_t size) {
  std::string bytes = random.bytes(size);
  bytes.front() = static_cast<char>((bytes.front() & 0x3f) | 0x40);
  bytes.back() = static_cast<char>(bytes.back() | 1);
  return der(0x02, bytes);
}

std::string oid(ByteView content) { return der(0x06, std::string(content)); }

std::string rsa_key(Random& random) {
  std::string out = small_integer(0) + large_integer(random, 256);  // version, modulus
  out += der(0x02, std::string("\x01\x00\x01", 3));                 // 65537
  out += large_integer(random, 256);                                // private exponent
  for (int i = 0; i < 5; ++i) out += large_integer(random, 128);    // p q dp dq qinv
  return sequence(out);
}

std::string dsa_key(Random& random) {
  std::string out = small_integer(0);
  for (size_t size : {128u, 20u, 128u, 128u, 20u})
    out += large_integer(random, size);  // p q g y x
  return sequence(out);
}

std::string ec_key(Random& random) {
  const std::string prime256v1 = oid("\x2a\x86\x48\xce\x3d\x03\x01\x07");
  return sequence(small_integer(1) + der(0x04, random.bytes(32)) + der(0xa0, prime256v1) +
                  der(0xa1, der(0x03, std::string("\0\x04", 2) + random.bytes(64))));
}

std::string pkcs8_key(Random& random) {
  const std::string rsa = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
  return sequence(small_integer(0) + sequence(rsa + der(0x05, "")) +
                  der(0x04, rsa_key(random)));
}

std::string encrypted_pkcs8_key(Random& random) {
  const std::string pbes2 = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d");
  const std::string pbkdf2 = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c");
  const std::string aes256_cbc = oid("\x60\x86\x48\x01\x65\x03\x04\x01\x2a");
  const std::string rounds = der(0x02, std::string("\x08\x00", 2));
  return sequence(
      sequence(pbes2 +
               sequence(sequence(pbkdf2 + sequence(der(0x04, random.bytes(8)) + rounds)) +
                        sequence(aes256_cbc + der(0x04, random.bytes(16))))) +
      der(0x04, random.bytes(1232)));
}

// PROTOCOL.key of OpenSSH: texts with their length before them.
std::string openssh_key(Random& random) {
  auto text = [](const std::string& bytes) { return big_endian32(bytes.size()) + bytes; };
  const std::string type = text("ssh-ed25519");
  const std::string point = random.bytes(32);
  const std::string check = random.bytes(4);
  std::string secret = check + check + type + text(point) + text(random.bytes(32) + point) +
                       text("sample@example.org");
  for (char pad = 1; secret.size() % 8 != 0; ++pad) secret += pad;
  return std::string("openssh-key-v1\0", 15) + text("none") + text("none") + text("") +
         big_endian32(1) + text(type + text(point)) + text(secret);
}

// OpenPGP packets of a key as RFC 9580 has them: the secret key (tag 5, version 4, RSA) and
// its user id (tag 13).
std::string pgp_key(Random& random) {
  const std::string key = std::string("\x04\x5f\x00\x00\x00\x01", 6) + random.bytes(950);
  const std::string user = "Sample <sample@example.org>";
  std::string out = "\x95";  // old format, two bytes of length
  out += static_cast<char>(key.size() >> 8);
  out += static_cast<char>(key.size() & 0xff);
  out += key;
  out += '\xb4';  // one byte of length
  out += static_cast<char>(user.size());
  return out + user;
}

std::string pem_block(Random& random, const std::string& label) {
  constexpr size_t kColumns = 64;
  const bool is_pgp = label.starts_with("PGP ");
  std::string bytes = label == "OPENSSH PRIVATE KEY"     ? openssh_key(random)
                      : label == "RSA PRIVATE KEY"       ? rsa_key(random)
                      : label == "DSA PRIVATE KEY"       ? dsa_key(random)
                      : label == "EC PRIVATE KEY"        ? ec_key(random)
                      : label == "PRIVATE KEY"           ? pkcs8_key(random)
                      : label == "ENCRYPTED PRIVATE KEY" ? encrypted_pkcs8_key(random)
                      : is_pgp                           ? pgp_key(random)
                                                         : random.bytes(600);
  const std::string body = base64_encode(bytes);
  std::string out = "-----BEGIN " + label + "-----\n";
  if (is_pgp) out += '\n';  // armor headers end with an empty line
  for (size_t i = 0; i < body.size(); i += kColumns) out += body.substr(i, kColumns) + '\n';
  return out + "-----END " + label + "-----";
}

std::optional<size_t> count_of(ByteView text) {
  size_t count = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (count == 0 || count > kMostCharacters) return std::nullopt;
  return count;
}

// Order of use: (text | directive)* take.
class Filler {
 public:
  explicit Filler(uint64_t seed) : random_(seed) {}

  void text(ByteView literal) { out_ += literal; }
  std::string take() { return std::move(out_); }

  Result<void> directive(ByteView directive) {
    const size_t space = directive.find(' ');
    const ByteView name = directive.substr(0, space);
    const ByteView argument =
        space == ByteView::npos ? ByteView() : directive.substr(space + 1);
    if (directive == "begin") {
      begin_ = out_.size();
    } else if (directive == "newline") {
      out_ += '\n';
    } else if (argument.empty()) {
      return unknown(directive);
    } else if (name == "pem") {
      out_ += pem_block(random_, std::string(argument));
    } else if (name == "pem-base64") {
      out_ += base64_encode(pem_block(random_, std::string(argument)) + "\n");
    } else if (argument.starts_with("of ")) {
      return encoded(directive, name, argument.substr(3));
    } else {
      std::optional<size_t> count = count_of(argument);
      if (!count) return wrong(directive, "needs a count from 1 to 1048576");
      return counted(directive, name, *count);
    }
    return {};
  }

 private:
  static Error wrong(ByteView directive, const std::string& what) {
    return Error{"directive '<<" + std::string(directive) + ">>' " + what};
  }
  static Error unknown(ByteView directive) {
    return wrong(directive, "is unknown; scanner/signature/sample.h lists them");
  }

  Result<void> encoded(ByteView directive, ByteView encoding, ByteView bytes) {
    if (encoding == "base64") {
      out_ += base64_encode(bytes);
    } else if (encoding == "base64url") {
      out_ += base64url_encode(bytes);
    } else if (encoding == "hex") {
      out_ += hex(bytes);
    } else {
      return unknown(directive);
    }
    return {};
  }

  Result<void> counted(ByteView directive, ByteView name, size_t count) {
    if (const std::string characters = characters_of(name); !characters.empty()) {
      out_ += random_characters(random_, characters, count);
    } else if (name == "bytes-base64") {
      out_ += base64_encode(random_.bytes(count));
    } else if (name == "bytes-base64url") {
      out_ += base64url_encode(random_.bytes(count));
    } else if (name == "bytes-hex") {
      out_ += hex(random_.bytes(count));
    } else if (name.starts_with("crc32-") || name.starts_with("sha256-")) {
      return checksum(directive, name, count);
    } else {
      return unknown(directive);
    }
    return {};
  }

  Result<void> checksum(ByteView directive, ByteView name, size_t count) {
    if (!begin_) return wrong(directive, "has no <<begin>> before it");
    const ByteView covered = ByteView(out_).substr(*begin_);
    const uint32_t crc = crc32(covered);
    std::string sum;
    if (name == "crc32-base62") {
      sum = base62(crc, count);
    } else if (name == "crc32-base36") {
      sum = base36(crc, count);
    } else if (name == "crc32-hex") {
      sum = hex(big_endian32(crc));
    } else if (name == "crc32-base64") {
      sum = base64_encode(little_endian32(crc)).substr(0, 6);
    } else if (name == "sha256-base32") {
      const Digest digest = sha256(covered);
      sum =
          base32_encode(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size()));
      sum.resize(std::min(sum.size(), count));
    } else {
      return unknown(directive);
    }
    if (sum.size() != count) {
      return wrong(directive, "cannot be that wide; this one has " +
                                  std::to_string(sum.size()) + " characters");
    }
    out_ += sum;
    return {};
  }

  Random random_;
  std::string out_;
  std::optional<size_t> begin_;
};

}  // namespace

Result<std::string> fill_sample(ByteView sample, uint64_t seed) {
  Filler filler(seed);
  size_t at = 0;
  while (at < sample.size()) {
    const size_t open = std::min(sample.find("<<", at), sample.size());
    filler.text(sample.substr(at, open - at));
    at = open + 2;
    if (at >= sample.size() || !is_letter(sample[at])) {
      // Text: a shell's <<< or the end.
      filler.text(sample.substr(open, 1));
      at = open + 1;
      continue;
    }
    const size_t close = sample.find(">>", at);
    if (close == ByteView::npos) {
      return Error{"sample: '<<' is not closed; end the directive with '>>'"};
    }
    Result<void> filled = filler.directive(sample.substr(at, close - at));
    if (!filled) return Error{"sample: " + filled.error().message};
    at = close + 2;
  }
  return filler.take();
}

}  // namespace straykey
