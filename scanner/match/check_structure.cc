// SPDX-License-Identifier: Apache-2.0
// Credentials with a known inside. Decoding them does two things at once: what does not
// decode is no credential, and what does often names its owner. An AWS key id holds the
// account number, a JWT its issuer and subject, a Google key file an e-mail address:
// identity without a network.
//
// The bytes come from anybody. nlohmann::json parses with a stack of its own, not by
// recursion, and is used without exceptions; what is larger than kLargestDocument is not
// parsed at all.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "scanner/base/encoding.h"
#include "scanner/match/check_list.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

constexpr size_t kLargestDocument = 64 << 10;

std::optional<Json> parse_object(ByteView text) {
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  return document;
}

// A string, a number, or a list of strings with spaces between: else "".
std::string as_attribute(const Json& value) {
  if (value.is_string()) return clipped(value.get_ref<const std::string&>());
  if (value.is_number()) return value.dump();
  std::string joined;
  if (!value.is_array()) return joined;
  for (const Json& element : value) {
    if (!element.is_string() || joined.size() > kLongestAttribute) break;
    joined += (joined.empty() ? "" : " ") + element.get_ref<const std::string&>();
  }
  return clipped(joined);
}

// Appends the member `key` of `object` under `attribute`, when there is one.
void append(Attributes& attributes, const Json& object, const char* key,
            const char* attribute) {
  auto member = object.find(key);
  if (member == object.end()) return;
  std::string value = as_attribute(*member);
  if (!value.empty()) attributes.emplace_back(attribute, std::move(value));
}

// What the first four characters of an AWS key id stand for.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
const char* aws_credential_class(ByteView prefix) {
  static constexpr std::pair<ByteView, const char*> kClasses[] = {
      {"ABIA", "bearer-token"}, {"ACCA", "context-credential"}, {"AGPA", "group"},
      {"AIDA", "user"},         {"AIPA", "instance-profile"},   {"AKIA", "long-term"},
      {"ANPA", "policy"},       {"ANVA", "policy-version"},     {"APKA", "public-key"},
      {"AROA", "role"},         {"ASCA", "certificate"},        {"ASIA", "temporary"},
  };
  for (const auto& [known, credential_class] : kClasses) {
    if (prefix == known) return credential_class;
  }
  return nullptr;
}

// The text with one level of backslash escapes taken off, as in a key file that was pasted
// into a string: {\"type\": ...}.
std::string unescaped(ByteView text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) {
      ++i;
    }
    out += text[i];
  }
  return out;
}

}  // namespace

std::string clipped(ByteView text) {
  if (text.size() <= kLongestAttribute) return std::string(text);
  size_t end = kLongestAttribute;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// Four letters of prefix, then 16 characters of base32: 80 bits. When the first is set, 40 of
// those behind it are the account number. It is not set in ids that go on with A to P: they
// are older than that scheme, and a number read from them is nobody's.
CheckResult check_aws_key_id(ByteView secret) {
  constexpr size_t kPrefix = 4;
  const char* credential_class = aws_credential_class(secret.substr(0, kPrefix));
  if (secret.size() != 20 || !credential_class) return {Structure::kInvalid, {}};
  const ByteView body = secret.substr(kPrefix);
  const bool is_upper =
      std::none_of(body.begin(), body.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const std::optional<std::string> bytes = base32_decode(body);
  if (!is_upper || !bytes || bytes->size() != 10) return {Structure::kInvalid, {}};

  CheckResult result;
  result.attributes.emplace_back("credential-class", credential_class);
  result.attributes.emplace_back("access-key-id", secret);
  if ((static_cast<uint8_t>(bytes->front()) & 0x80) == 0) return result;
  uint64_t bits = 0;
  for (size_t i = 0; i < 6; ++i) bits = bits << 8 | static_cast<uint8_t>((*bytes)[i]);
  std::string account = std::to_string((bits & 0x7fffffffff80) >> 7);
  constexpr size_t kAccountDigits = 12;
  if (account.size() > kAccountDigits) return result;  // no such account can be
  account.insert(0, kAccountDigits - account.size(), '0');
  result.attributes.emplace_back("account", account);
  result.structure = Structure::kValid;
  return result;
}

// 512 bits in base64, padding and all.
CheckResult check_azure_storage_key(ByteView secret) {
  const std::optional<std::string> key = base64_decode(secret);
  const bool is_valid = secret.size() == 88 && key && key->size() == 64;
  return {is_valid ? Structure::kValid : Structure::kInvalid, {}};
}

CheckResult check_base64(ByteView secret) {
  return {base64_decode(secret) ? Structure::kValid : Structure::kInvalid, {}};
}

CheckResult check_json(ByteView secret) {
  return {Json::accept(secret) ? Structure::kValid : Structure::kInvalid, {}};
}

// A key file of a Google service account, as it is or inside a string.
CheckResult check_gcp_service_account(ByteView secret) {
  if (secret.size() > kLargestDocument) return {};
  std::optional<Json> file = parse_object(secret);
  if (!file) file = parse_object(unescaped(secret));
  if (!file || file->value("type", Json()) != "service_account") {
    return {Structure::kInvalid, {}};
  }
  CheckResult result;
  append(result.attributes, *file, "client_email", "email");
  append(result.attributes, *file, "client_id", "client-id");
  append(result.attributes, *file, "project_id", "project");
  append(result.attributes, *file, "private_key_id", "key-id");
  result.structure = file->contains("private_key") && file->contains("client_email")
                         ? Structure::kValid
                         : Structure::kInvalid;
  return result;
}

// header.claims.signature, each in base64url (RFC 7515, 7519). The signature is not read: it
// can only be checked by whoever has the key, so everything here is what the token claims.
CheckResult check_jwt(ByteView secret) {
  const size_t first = secret.find('.');
  const size_t second = first == ByteView::npos ? first : secret.find('.', first + 1);
  if (second == ByteView::npos) return {Structure::kInvalid, {}};
  if (second > kLargestDocument) return {};
  const std::optional<std::string> header_text = base64_decode(secret.substr(0, first));
  const std::optional<std::string> claims_text =
      base64_decode(secret.substr(first + 1, second - first - 1));
  if (!header_text || !claims_text) return {Structure::kInvalid, {}};
  const std::optional<Json> header = parse_object(*header_text);
  const std::optional<Json> claims = parse_object(*claims_text);
  if (!header || !claims) return {Structure::kInvalid, {}};

  CheckResult result;
  result.structure = Structure::kValid;
  Attributes& attributes = result.attributes;
  for (const char* key : {"alg", "kid"}) append(attributes, *header, key, key);
  for (const char* key :
       {"iss", "sub", "aud", "azp", "client_id", "appid", "tid", "oid", "email", "scope", "scp",
        "roles", "role", "ref", "repository", "iat", "nbf", "exp"}) {
    append(attributes, *claims, key, key);
  }
  // Service accounts of Kubernetes: of today, and of secrets made before 1.24.
  // https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
  auto bound = claims->find("kubernetes.io");
  if (bound != claims->end() && bound->is_object()) {
    append(attributes, *bound, "namespace", "namespace");
    for (const auto& [member, attribute] :
         {std::pair("serviceaccount", "service-account"), std::pair("pod", "pod")}) {
      auto object = bound->find(member);
      if (object == bound->end() || !object->is_object()) continue;
      append(attributes, *object, "name", attribute);
      append(attributes, *object, "uid", (std::string(attribute) + "-uid").c_str());
    }
  }
  append(attributes, *claims, "kubernetes.io/serviceaccount/namespace", "namespace");
  append(attributes, *claims, "kubernetes.io/serviceaccount/service-account.name",
         "service-account");
  append(attributes, *claims, "kubernetes.io/serviceaccount/service-account.uid",
         "service-account-uid");
  append(attributes, *claims, "kubernetes.io/serviceaccount/secret.name", "secret-name");
  return result;
}

}  // namespace straykey
