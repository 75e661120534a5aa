// SPDX-License-Identifier: Apache-2.0
// Checksums that providers put into their tokens, so that a scanner can tell a token from
// its look-alike without asking the network. Most follow GitHub's scheme of 2021:
//
//   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
//   prefix        body            base62(crc32(body)), 6 digits, padded with 0
//
// Each function below is one provider's variation of it. A sum that is right proves the
// format (one chance in four thousand million); a sum that is wrong means a typing error, a
// placeholder or a made-up token, except where the comment says that real tokens fail it.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/match/check_list.h"

namespace straykey {
namespace {

constexpr size_t kBase62Digits = 6;

CheckResult judged(bool is_valid) {
  return {is_valid ? Structure::kValid : Structure::kInvalid, {}};
}

// What follows `prefix`, or nothing when `secret` does not begin with it.
std::optional<ByteView> after(ByteView secret, ByteView prefix) {
  if (!secret.starts_with(prefix)) return std::nullopt;
  return secret.substr(prefix.size());
}

// The last 6 characters are the CRC-32 of those before them, in base 62.
bool ends_in_base62_crc(ByteView text) {
  if (text.size() <= kBase62Digits) return false;
  const ByteView body = text.substr(0, text.size() - kBase62Digits);
  return text.substr(body.size()) == base62(crc32(body), kBase62Digits);
}

// What follows the first underscore, which ends the prefix.
std::optional<ByteView> after_underscore(ByteView secret) {
  const size_t underscore = secret.find('_');
  if (underscore == ByteView::npos) return std::nullopt;
  return secret.substr(underscore + 1);
}

}  // namespace

// ghp_, gho_, ghu_ (30 + 6) and ghr_ (70 + 6). Installation tokens, ghs_, do not all carry
// the sum: old ones end in other characters and those of 2026 are a JWT, so a wrong sum
// says nothing about them.
CheckResult check_github_crc32(ByteView secret) {
  std::optional<ByteView> text = after_underscore(secret);
  if (!text) return judged(false);
  const bool is_valid = ends_in_base62_crc(*text);
  if (!is_valid && secret.starts_with("ghs_")) return {};
  return judged(is_valid);
}

// github_pat_ + 22 + _ + 43 + 8 + 8, where the first 8 are the base32 of the SHA-256 of all
// before them. What the last 8 mean is not known.
CheckResult check_github_fine_grained(ByteView secret) {
  constexpr size_t kCovered = 11 + 22 + 1 + 43;
  constexpr size_t kSum = 8;
  if (!after(secret, "github_pat_") || secret.size() != kCovered + 2 * kSum)
    return judged(false);
  const Digest digest = sha256(secret.substr(0, kCovered));
  const std::string sum =
      base32_encode(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size()));
  return judged(secret.substr(kCovered, kSum) == ByteView(sum).substr(0, kSum));
}

CheckResult check_npm_crc32(ByteView secret) {
  std::optional<ByteView> text = after(secret, "npm_");
  return judged(text && ends_in_base62_crc(*text));
}

// glpat-<base64url>.01.<2 digits of length><7 base 36 digits>, where the last 7 are the
// CRC-32 of all before them, prefix and dots too; tokens of the first months have no ".01".
// The prefix depends on the kind of token. A token without the dots is of the old kind, which
// has no sum.
//
// The base64url holds 16 random bytes, then lines such as "u:39u" that say in base 36 whom the
// token belongs to, then the length of these lines in one byte.
// https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/authn/token_field/generator/routable_token.rb
CheckResult check_gitlab_routable(ByteView secret) {
  constexpr size_t kSum = 7;
  constexpr size_t kLength = 2;
  const size_t dot = secret.find('.');
  if (dot == ByteView::npos) return {};
  const ByteView tail = secret.substr(dot);
  const bool is_first_kind = tail.size() == 1 + kLength + kSum;
  if (!is_first_kind && (tail.size() != 4 + kLength + kSum || !tail.starts_with(".01.")))
    return {};
  const ByteView covered = secret.substr(0, secret.size() - kSum);
  CheckResult result = judged(secret.substr(covered.size()) == base36(crc32(covered), kSum));
  if (result.structure != Structure::kValid) return result;

  const size_t prefix = secret.find('-');
  const std::optional<std::string> bytes =
      base64_decode(secret.substr(prefix + 1, dot - prefix - 1));
  constexpr size_t kRandom = 16;
  if (!bytes || bytes->size() <= kRandom) return result;
  const size_t size = static_cast<uint8_t>(bytes->back());
  if (bytes->size() != kRandom + size + 1) return result;
  static constexpr std::pair<char, const char*> kFields[] = {{'c', "cell"},
                                                             {'o', "organization-id"},
                                                             {'u', "user-id"},
                                                             {'p', "project-id"},
                                                             {'g', "group-id"}};
  ByteView lines = ByteView(*bytes).substr(kRandom, size);
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const ByteView line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    uint64_t number = 0;
    if (line.size() < 3 || line.size() > 14 || line[1] != ':') continue;
    const auto [stop, error] =
        std::from_chars(line.data() + 2, line.data() + line.size(), number, 36);
    if (error != std::errc() || stop != line.data() + line.size()) continue;
    for (const auto& [letter, attribute] : kFields) {
      if (line[0] == letter) result.attributes.emplace_back(attribute, std::to_string(number));
    }
  }
  return result;
}

// vcp_, vci_, vca_, vcr_, vck_: 50 + 6.
CheckResult check_vercel_crc32(ByteView secret) {
  std::optional<ByteView> text = after_underscore(secret);
  return judged(text && ends_in_base62_crc(*text));
}

// zpka_ + 32 + _ + the CRC-32 of the 32 in 8 hexadecimal digits.
CheckResult check_zuplo_crc32(ByteView secret) {
  std::optional<ByteView> text = after(secret, "zpka_");
  const size_t underscore = text ? text->find('_') : ByteView::npos;
  if (underscore == ByteView::npos) return judged(false);
  const uint32_t crc = crc32(text->substr(0, underscore));
  std::string big_endian;
  for (int shift = 24; shift >= 0; shift -= 8) big_endian += static_cast<char>(crc >> shift);
  return judged(text->substr(underscore + 1) == hex(big_endian));
}

// cflt + 54 + the CRC-32 of the 54, its least byte first, in base64 without padding.
CheckResult check_confluent_crc32(ByteView secret) {
  constexpr size_t kSum = 6;
  std::optional<ByteView> text = after(secret, "cflt");
  if (!text || text->size() <= kSum) return judged(false);
  const ByteView body = text->substr(0, text->size() - kSum);
  const uint32_t crc = crc32(body);
  std::string little_endian;
  for (int shift = 0; shift < 32; shift += 8) little_endian += static_cast<char>(crc >> shift);
  return judged(text->substr(body.size()) ==
                ByteView(base64_encode(little_endian)).substr(0, kSum));
}

}  // namespace straykey
