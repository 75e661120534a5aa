// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/packed.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace straykey {
namespace {

// Seven bits a byte, the lowest first, as in protocol buffers.
void put(std::string& out, uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

// Small numbers of either sign stay small.
void put_signed(std::string& out, int64_t number) {
  put(out, static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63));
}

void put(std::string& out, ByteView text) {
  put(out, text.size());
  out += text;
}

class Unpacker {
 public:
  explicit Unpacker(ByteView bytes) : bytes_(bytes) {}

  bool done() const { return at_ == bytes_.size(); }
  uint64_t number() {
    uint64_t out = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      out |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return out;
    }
  }
  int64_t signed_number() {
    const uint64_t coded = number();
    return static_cast<int64_t>(coded >> 1) ^ -static_cast<int64_t>(coded & 1);
  }
  std::string text() {
    const size_t size = number();
    at_ += size;
    return std::string(bytes_.substr(at_ - size, size));
  }

 private:
  ByteView bytes_;
  size_t at_ = 0;
};

using Statement = std::tuple<ByteView, int64_t, bool>;
Statement statement_of(const Fact& fact) { return {fact.source, fact.as_of, fact.attested}; }

constexpr std::optional<int64_t> CredentialLink::*kTimes[] = {
    &CredentialLink::created, &CredentialLink::last_rotated, &CredentialLink::last_used,
    &CredentialLink::expires};

}  // namespace

std::string pack(const Nhi& nhi) {
  std::vector<Statement> statements;
  for (const Fact& fact : nhi.facts) {
    if (std::find(statements.begin(), statements.end(), statement_of(fact)) == statements.end())
      statements.push_back(statement_of(fact));
  }
  std::string out;
  put(out, uint64_t{nhi.registered});
  put(out, statements.size());
  for (const auto& [source, as_of, attested] : statements) {
    put(out, source);
    put_signed(out, as_of);
    put(out, uint64_t{attested});
  }
  for (const Fact& fact : nhi.facts) {
    const auto by = std::find(statements.begin(), statements.end(), statement_of(fact));
    put(out, static_cast<uint64_t>(fact.field));
    put(out, static_cast<uint64_t>(by - statements.begin()));
    put(out, fact.value);
  }
  return out;
}

Nhi unpacked_nhi(const std::string& id, ByteView bytes) {
  Unpacker in(bytes);
  Nhi out;
  out.id = id;
  out.registered = in.number() != 0;
  std::vector<Fact> statements(in.number());
  for (Fact& statement : statements) {
    statement.source = in.text();
    statement.as_of = in.signed_number();
    statement.attested = in.number() != 0;
  }
  std::vector<Fact> facts;
  while (!in.done()) {
    const auto field = static_cast<Field>(in.number());
    facts.push_back(statements[in.number()]);
    facts.back().field = field;
    facts.back().value = in.text();
  }
  settle(out, std::move(facts));
  return out;
}

std::string pack(const CredentialLink& link) {
  std::string out;
  put(out, static_cast<uint64_t>(link.kind));
  put(out, link.provider);
  put(out, link.value);
  put(out, link.credential);
  put(out, static_cast<uint64_t>(link.status));
  uint64_t known = 0;
  for (size_t i = 0; i < std::size(kTimes); ++i) {
    known |= uint64_t{(link.*kTimes[i]).has_value()} << i;
  }
  put(out, known);
  for (const auto member : kTimes) {
    if (link.*member) put_signed(out, *(link.*member));
  }
  put(out, link.source);
  put_signed(out, link.as_of);
  return out;
}

std::string pack(const std::vector<CredentialLink>& links) {
  std::string out;
  for (const CredentialLink& link : links) out += pack(link);
  return out;
}

std::vector<CredentialLink> unpacked_links(const std::string& nhi_id, ByteView bytes) {
  Unpacker in(bytes);
  std::vector<CredentialLink> out;
  while (!in.done()) {
    CredentialLink& link = out.emplace_back();
    link.kind = static_cast<LinkKind>(in.number());
    link.provider = in.text();
    link.value = in.text();
    link.nhi_id = nhi_id;
    link.credential = in.text();
    link.status = static_cast<NhiStatus>(in.number());
    const uint64_t known = in.number();
    for (size_t i = 0; i < std::size(kTimes); ++i) {
      if (known >> i & 1) link.*kTimes[i] = in.signed_number();
    }
    link.source = in.text();
    link.as_of = in.signed_number();
  }
  return out;
}

}  // namespace straykey
