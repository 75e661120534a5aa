// SPDX-License-Identifier: Apache-2.0
// Private keys in PEM (RFC 7468) and OpenPGP armor. The decoded bytes (pem_block.h) must have
// the outer structure that the label promises: a DER SEQUENCE with the right members, the
// openssh header, an OpenPGP secret-key packet. That is what tells a key from "-----BEGIN
// PRIVATE KEY-----\n..." in a manual. Numbers are not checked: whether a modulus has two prime
// factors is not our question.
//
// What is public in a key becomes attributes: its type and size, whether it is encrypted, the
// fingerprints of its public half (of an encrypted one only where that half is written in
// clear, as OpenSSH does), and the comment or user id, which mostly is an e-mail address.
#include <algorithm>
#include <optional>
#include <utility>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/match/check_list.h"
#include "scanner/match/der.h"
#include "scanner/match/pem_block.h"
#include "scanner/match/public_key.h"

namespace straykey {
namespace {

using enum DerTag;

// What the object identifier in a PKCS #8 key says about the key in it.
const char* algorithm(ByteView oid) {
  static constexpr std::pair<ByteView, const char*> kAlgorithms[] = {
      {kRsaEncryption, "rsa"},
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "rsa"},  // RSASSA-PSS
      {"\x2a\x86\x48\xce\x3d\x02\x01", "ec"},
      {"\x2a\x86\x48\xce\x38\x04\x01", "dsa"},
      {"\x2b\x65\x70", "ed25519"},
      {"\x2b\x65\x71", "ed448"},
      {"\x2b\x65\x6e", "x25519"},
      {"\x2b\x65\x6f", "x448"},
  };
  for (const auto& [known, key_type] : kAlgorithms) {
    if (oid == known) return key_type;
  }
  return "pkcs8";
}

CheckResult described(Structure structure, const char* key_type, bool is_encrypted) {
  return {structure, {{"key-type", key_type}, {"encrypted", is_encrypted ? "yes" : "no"}}};
}

void add_bits(CheckResult& result, uint32_t bits) {
  if (bits > 0) result.attributes.emplace_back("key-bits", std::to_string(bits));
}

// With the names of the public half that is in `der`, or follows from it.
CheckResult with_public_key(CheckResult result, ByteView der) {
  const std::optional<PublicKey> key = public_key_of(der);
  if (!key) return result;
  if (!key->ssh.empty()) result.attributes.emplace_back("public-key", key->ssh);
  result.attributes.emplace_back("spki-sha256", key->spki);
  add_bits(result, key->bits);
  return result;
}

// RSA and DSA keys are SEQUENCEs of integers.
CheckResult check_integers(ByteView bytes, const char* key_type, size_t least) {
  std::optional<Der> members = only_sequence(bytes);
  size_t count = 0;
  while (members && members->next(kInteger)) ++count;
  return with_public_key(
      described(count >= least ? Structure::kValid : Structure::kInvalid, key_type, false), bytes);
}

CheckResult check_ec(ByteView bytes) {
  std::optional<Der> members = only_sequence(bytes);
  const bool is_valid = members && members->next(kInteger) && members->next(kOctets);
  return with_public_key(
      described(is_valid ? Structure::kValid : Structure::kInvalid, "ec", false), bytes);
}

CheckResult check_pkcs8(ByteView bytes) {
  const std::optional<Pkcs8> wrapped = pkcs8_of(bytes);
  if (!wrapped) return {Structure::kInvalid, {}};
  return with_public_key(described(Structure::kValid, algorithm(wrapped->algorithm), false),
                         bytes);
}

CheckResult check_encrypted_pkcs8(ByteView bytes) {
  std::optional<Der> members = only_sequence(bytes);
  const std::optional<ByteView> identifier = members ? members->next(kSequence) : std::nullopt;
  const bool is_valid = identifier && Der(*identifier).next(kOid) && members->next(kOctets);
  return described(is_valid ? Structure::kValid : Structure::kInvalid, "pkcs8", true);
}

// Texts with their length before them, four bytes, as in the SSH protocol (RFC 4251).
class SshReader {
 public:
  explicit SshReader(ByteView bytes) : bytes_(bytes) {}

  std::optional<uint32_t> number() {
    if (bytes_.size() < 4) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes_[i]);
    bytes_.remove_prefix(4);
    return value;
  }
  std::optional<ByteView> text() {
    const std::optional<uint32_t> size = number();
    if (!size || *size > bytes_.size()) return std::nullopt;
    const ByteView taken = bytes_.substr(0, *size);
    bytes_.remove_prefix(*size);
    return taken;
  }

 private:
  ByteView bytes_;
};

// A type of the SSH protocol, and how many texts of an unencrypted key of that type stand
// between its name and its comment.
struct SshType {
  ByteView name;
  const char* key_type;
  size_t private_texts;
};

const SshType* ssh_type(ByteView name) {
  static constexpr SshType kTypes[] = {
      {"ssh-ed25519", "ed25519", 2},
      {"ssh-rsa", "rsa", 6},
      {"ssh-dss", "dsa", 5},
      {"ecdsa-sha2-nistp256", "ec", 3},
      {"ecdsa-sha2-nistp384", "ec", 3},
      {"ecdsa-sha2-nistp521", "ec", 3},
  };
  for (const SshType& type : kTypes) {
    if (name == type.name) return &type;
  }
  return nullptr;
}

// RFC 4253, 6.6: the type's name, the exponent, the modulus.
uint32_t rsa_bits(ByteView public_key) {
  SshReader reader(public_key);
  reader.text();
  reader.text();
  return bits_of(reader.text().value_or(""));
}

// PROTOCOL.key of OpenSSH: cipher, kdf, kdf options, number of keys, public key, private
// part. The private part of an unencrypted key ends with the comment.
CheckResult check_openssh(ByteView bytes) {
  constexpr ByteView kMagic("openssh-key-v1\0", 15);
  if (!bytes.starts_with(kMagic)) return {Structure::kInvalid, {}};
  SshReader reader(bytes.substr(kMagic.size()));
  const std::optional<ByteView> cipher = reader.text();
  const bool has_kdf = reader.text() && reader.text();
  const std::optional<uint32_t> keys = reader.number();
  const std::optional<ByteView> public_key = reader.text();
  const std::optional<ByteView> private_part = reader.text();
  if (!has_kdf || !keys || *keys != 1 || !public_key || !private_part) {
    return {Structure::kInvalid, {}};
  }
  const bool is_encrypted = *cipher != "none";
  const SshType* type = ssh_type(SshReader(*public_key).text().value_or(""));
  CheckResult result =
      described(Structure::kValid, type ? type->key_type : "openssh", is_encrypted);
  result.attributes.emplace_back("public-key", ssh_fingerprint(*public_key));
  if (type && type->name == "ssh-rsa") add_bits(result, rsa_bits(*public_key));
  if (is_encrypted || !type) return result;

  SshReader secrets(*private_part);
  const std::optional<uint32_t> first = secrets.number();
  const std::optional<uint32_t> second = secrets.number();
  if (!first || first != second) {
    result.structure = Structure::kInvalid;
    return result;
  }
  for (size_t i = 0; i < 1 + type->private_texts; ++i) secrets.text();
  const std::optional<ByteView> comment = secrets.text();
  if (comment && !comment->empty())
    result.attributes.emplace_back("comment", clipped(*comment));
  return result;
}

struct Packet {
  int tag = 0;
  ByteView content;
};

// The next OpenPGP packet (RFC 9580, 4.2), taken off the front of `bytes`. Partial lengths
// do not occur in keys.
std::optional<Packet> next_packet(ByteView& bytes) {
  auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(bytes[i])); };
  if (bytes.size() < 2 || (byte(0) & 0x80) == 0) return std::nullopt;
  Packet packet;
  size_t digits = 0;  // bytes of a big-endian length
  size_t header = 1;
  size_t size = 0;
  if (byte(0) & 0x40) {
    packet.tag = static_cast<int>(byte(0) & 0x3f);
    if (byte(1) < 192) {
      digits = 1;
    } else if (byte(1) < 224) {
      if (bytes.size() < 3) return std::nullopt;
      size = ((byte(1) - 192) << 8) + byte(2) + 192;
      header = 3;
    } else if (byte(1) == 255) {
      header = 2;
      digits = 4;
    } else {
      return std::nullopt;
    }
  } else {
    packet.tag = static_cast<int>(byte(0) >> 2 & 0x0f);
    digits = size_t{1} << (byte(0) & 3);
    if (digits == 8) return std::nullopt;  // to the end of the file: never in keys
  }
  if (bytes.size() < header + digits) return std::nullopt;
  for (size_t i = 0; i < digits; ++i) size = size << 8 | byte(header + i);
  header += digits;
  if (size > bytes.size() - header) return std::nullopt;
  packet.content = bytes.substr(header, size);
  bytes.remove_prefix(header + size);
  return packet;
}

// How many bytes of a secret key's packet are its public key (RFC 9580, 5.5.2): version, time
// and algorithm, then the algorithm's numbers, each with its length before it; 0 for what is
// not known or cut off.
size_t public_bytes(ByteView packet) {
  auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(packet[i])); };
  size_t at = 6;
  if (packet.size() < at) return 0;
  const size_t algorithm = byte(5);
  const bool is_ecdh = algorithm == 18;
  const bool has_curve = is_ecdh || algorithm == 19 || algorithm == 22;
  const size_t numbers = has_curve                            ? 1
                         : algorithm >= 1 && algorithm <= 3   ? 2   // RSA
                         : algorithm == 16 || algorithm == 20 ? 3   // Elgamal
                         : algorithm == 17                    ? 4   // DSA
                                                              : 0;
  if (numbers == 0) return 0;
  auto skip = [&](size_t size) {
    at += size;
    return at <= packet.size();
  };
  if (has_curve && (at >= packet.size() || !skip(1 + byte(at)))) return 0;
  for (size_t i = 0; i < numbers; ++i) {
    if (at + 2 > packet.size()) return 0;
    const size_t bits = byte(at) << 8 | byte(at + 1);
    if (!skip(2 + (bits + 7) / 8)) return 0;
  }
  if (is_ecdh && (at >= packet.size() || !skip(1 + byte(at)))) return 0;
  return at;
}

// Of keys of version 4, as `gpg --list-keys` prints it; "" for others.
std::string pgp_fingerprint(ByteView packet) {
  const size_t size = public_bytes(packet);
  if (size == 0 || packet[0] != 4 || size > 0xffff) return "";
  std::string text = "\x99";
  text += static_cast<char>(size >> 8);
  text += static_cast<char>(size & 0xff);
  text += packet.substr(0, size);
  return sha1_hex(text);
}

CheckResult check_pgp(ByteView bytes) {
  constexpr int kSecretKey = 5;
  constexpr int kUserId = 13;
  std::optional<Packet> packet = next_packet(bytes);
  if (!packet || packet->tag != kSecretKey) return {Structure::kInvalid, {}};
  CheckResult result{Structure::kValid, {{"key-type", "pgp"}}};
  const std::string fingerprint = pgp_fingerprint(packet->content);
  if (!fingerprint.empty()) result.attributes.emplace_back("pgp-fingerprint", fingerprint);
  while ((packet = next_packet(bytes))) {
    if (packet->tag != kUserId) continue;
    result.attributes.emplace_back("user-id", clipped(packet->content));
    break;
  }
  return result;
}

}  // namespace

CheckResult check_pem(ByteView secret) {
  if (secret.size() > kLongestPemBlock) return {};
  const std::optional<PemBlock> block = pem_block_of(secret);
  if (!block) return {Structure::kInvalid, {}};
  // Headers in the same line as the body cannot be told from it.
  if (block->body.empty() && block->has_headers) return {};
  const std::optional<std::string> bytes = base64_decode(block->body);
  if (!bytes || bytes->empty()) return {Structure::kInvalid, {}};

  const std::string& label = block->label;
  const char* key_type = label == "RSA PRIVATE KEY"   ? "rsa"
                         : label == "DSA PRIVATE KEY" ? "dsa"
                         : label == "EC PRIVATE KEY"  ? "ec"
                                                      : nullptr;
  if (key_type && block->is_encrypted) {
    // The whole DER is encrypted with a block cipher of 8 or 16 bytes (RFC 1421).
    const bool is_valid = bytes->size() % 8 == 0;
    return described(is_valid ? Structure::kValid : Structure::kInvalid, key_type, true);
  }
  if (label == "RSA PRIVATE KEY") return check_integers(*bytes, "rsa", 9);
  if (label == "DSA PRIVATE KEY") return check_integers(*bytes, "dsa", 6);
  if (label == "EC PRIVATE KEY") return check_ec(*bytes);
  if (label == "PRIVATE KEY") return check_pkcs8(*bytes);
  if (label == "ENCRYPTED PRIVATE KEY") return check_encrypted_pkcs8(*bytes);
  if (label == "OPENSSH PRIVATE KEY") return check_openssh(*bytes);
  if (label == "PGP PRIVATE KEY BLOCK") return check_pgp(*bytes);
  return {};
}

}  // namespace straykey
