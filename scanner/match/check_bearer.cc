// SPDX-License-Identifier: Apache-2.0
// Tokens whose own characters name who holds them or where they are valid. None of this is
// signed for us, and a token that does not decode may still be a token: what these checks
// cannot read they say nothing about.
//
// A check may only take out what is public. The user of "user:password" is, the rest of that
// text is not; of JSON the members that are listed are, all others are not.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "scanner/base/encoding.h"
#include "scanner/base/time.h"
#include "scanner/match/check_list.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

constexpr size_t kLargestToken = 16 << 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(ByteView text) {
  return !text.empty() && text.size() <= 20 && std::all_of(text.begin(), text.end(), is_digit);
}

// Printable ASCII or UTF-8, without control characters.
bool is_text(ByteView text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

// user:password in base64 (RFC 7617), as in Docker's and npm's configuration.
CheckResult check_basic_auth(ByteView secret) {
  if (secret.size() > kLargestToken) return {};
  const std::optional<std::string> text = base64_decode(secret);
  const size_t colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos || colon == 0) return {};
  const ByteView user = ByteView(*text).substr(0, colon);
  if (!is_text(user)) return {};
  return {Structure::kUnknown, {{"user", clipped(user)}}};
}

// prefix + base64 of JSON + rest: Sentry's organization tokens, 1Password's and Grafana's.
// https://github.com/getsentry/rfcs/blob/main/text/0091-ci-upload-tokens.md
CheckResult check_json_token(ByteView secret) {
  if (secret.size() > kLargestToken) return {};
  const size_t begin = secret.find("eyJ");
  if (begin == ByteView::npos) return {};
  ByteView encoded = secret.substr(begin);
  encoded = encoded.substr(0, encoded.find_first_of(secret.starts_with("ops_") ? "." : "._"));
  const std::optional<std::string> text = base64_decode(encoded);
  const Json document = text ? Json::parse(*text, nullptr, false) : Json();
  if (!document.is_object()) return {};
  static constexpr std::pair<const char*, const char*> kMembers[] = {
      {"org", "organization"},            // Sentry
      {"url", "url"},                     //
      {"region_url", "region-url"},       //
      {"iat", "iat"},                     //
      {"signInAddress", "sign-in-address"},  // 1Password
      {"email", "email"},                 //
      {"o", "organization-id"},           // Grafana Cloud
      {"n", "name"},                      //
      {"u", "user"},                      // Mapbox
  };
  CheckResult result{Structure::kValid, {}};
  for (const auto& [member, attribute] : kMembers) {
    auto found = document.find(member);
    if (found == document.end()) continue;
    if (found->is_string()) {
      const std::string& value = found->get_ref<const std::string&>();
      if (!value.empty() && is_text(value)) result.attributes.emplace_back(attribute, clipped(value));
    } else if (found->is_number()) {
      result.attributes.emplace_back(attribute, found->dump());
    }
  }
  auto region = document.find("m");  // Grafana Cloud: {"m": {"r": "eu"}}
  if (region != document.end() && region->is_object()) {
    const Json value = region->value("r", Json());
    if (value.is_string() && is_text(value.get_ref<const std::string&>()))
      result.attributes.emplace_back("region", clipped(value.get_ref<const std::string&>()));
  }
  return result;
}

// Whose bot it is: its id in base64, then a dot.
CheckResult check_discord_bot(ByteView secret) {
  const size_t dot = secret.find('.');
  if (dot == ByteView::npos || dot > 40) return {};
  const std::optional<std::string> id = base64_decode(secret.substr(0, dot));
  if (!id || !is_number(*id)) return {};
  return {Structure::kValid, {{"bot", *id}}};
}

// GitHub shows the last eight characters of a token to the owners of an organisation, to
// tell tokens apart. Six of them are its checksum, so that two give something away.
// https://docs.github.com/en/rest/orgs/orgs#list-saml-sso-authorizations-for-an-organization
CheckResult check_github_suffix(ByteView secret) {
  constexpr size_t kShown = 8;
  if (secret.size() != 40) return {};
  return {Structure::kUnknown,
          {{"last-eight", std::string(secret.substr(secret.size() - kShown))}}};
}

// xoxb-<workspace>-<bot>-...: numbers of Slack's own, which stay the same for all tokens of a
// workspace. Older tokens have one number only, the bot's.
CheckResult check_slack_numbers(ByteView secret) {
  size_t at = secret.find('-');
  if (at == ByteView::npos) return {};
  if (at + 2 < secret.size() && is_digit(secret[at + 1]) && secret[at + 2] == '-') at += 2;
  std::vector<ByteView> numbers;
  for (size_t begin = at + 1; begin < secret.size();) {
    const size_t end = secret.find('-', begin);
    if (end == ByteView::npos || !is_number(secret.substr(begin, end - begin))) break;
    numbers.push_back(secret.substr(begin, end - begin));
    begin = end + 1;
  }
  if (numbers.size() < 2) return {};
  return {Structure::kUnknown,
          {{"workspace-number", std::string(numbers[0])}, {"user-number", std::string(numbers[1])}}};
}

namespace {

// The value of a parameter of a query, its %2F undone; "" without it.
std::string parameter(ByteView query, ByteView name) {
  size_t at = query.find(name);
  while (at != ByteView::npos && (at == 0 || ByteView("?&").find(query[at - 1]) == ByteView::npos))
    at = query.find(name, at + 1);
  if (at == ByteView::npos) return "";
  at += name.size();
  std::string out(query.substr(at, query.find('&', at) - at));
  for (size_t i; (i = out.find("%2F")) != std::string::npos;) out.replace(i, 3, "/");
  return out;
}

// A short-term key is a signed request (Signature Version 4) in base64: it names the key that
// signed it, the region, the day, and how many seconds it is good for.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
CheckResult check_signed_request(ByteView encoded) {
  const std::optional<std::string> request = base64_decode(encoded);
  if (!request) return {};
  const std::string scope = parameter(*request, "X-Amz-Credential=");
  const size_t day = scope.find('/');
  const size_t region = day == std::string::npos ? day : scope.find('/', day + 1);
  if (region == std::string::npos || !is_text(scope)) return {};
  const size_t end = scope.find('/', region + 1);
  CheckResult out{Structure::kValid, {{"access-key-id", clipped(scope.substr(0, day))}}};
  out.attributes.emplace_back("region", clipped(scope.substr(region + 1, end - region - 1)));
  const std::string date = parameter(*request, "X-Amz-Date=");  // 20260102T030405Z
  const std::string seconds = parameter(*request, "X-Amz-Expires=");
  if (date.size() != 16 || !is_number(seconds) || seconds.size() > 9) return out;
  const std::optional<int64_t> made =
      parse_iso_time(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" +
                     date.substr(11, 2) + ":" + date.substr(13));
  if (!made) return out;
  out.attributes.emplace_back("iat", std::to_string(*made));
  out.attributes.emplace_back("exp", std::to_string(*made + std::stol(seconds)));
  return out;
}

}  // namespace

// A long-term key is ABSK + base64 of "<IAM user>:<password>"; the user's name is
// BedrockAPIKey-<id>, and it may end in -at-<account>.
// https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html
CheckResult check_aws_bedrock(ByteView secret) {
  constexpr ByteView kShortTerm = "bedrock-api-key-";
  constexpr ByteView kUser = "BedrockAPIKey-";
  if (secret.size() > kLargestToken) return {};
  if (secret.starts_with(kShortTerm)) return check_signed_request(secret.substr(kShortTerm.size()));
  if (!secret.starts_with("ABSK")) return {};
  const std::optional<std::string> text = base64_decode(secret.substr(4));
  const size_t colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos || !text->starts_with(kUser)) return {};
  const ByteView user = ByteView(*text).substr(0, colon);
  if (!is_text(user)) return {};
  CheckResult result{Structure::kValid, {{"user", clipped(user)}}};
  const size_t mark = user.rfind("-at-");
  if (mark != ByteView::npos && user.size() - mark == 4 + 12 && is_number(user.substr(mark + 4)))
    result.attributes.emplace_back("account", std::string(user.substr(mark + 4)));
  return result;
}

namespace {

// One field of a macaroon: a type, a length, and as many bytes.
struct Field {
  uint8_t type = 0;
  ByteView content;
};

class Macaroon {
 public:
  explicit Macaroon(ByteView bytes) : bytes_(bytes) {}

  // The next field; a section ends with one of type 0, which has no length.
  std::optional<Field> next() {
    if (bytes_.empty()) return std::nullopt;
    Field field;
    field.type = static_cast<uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    if (field.type == 0) return field;
    size_t size = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 14) return std::nullopt;
      const auto byte = static_cast<uint8_t>(bytes_[0]);
      bytes_.remove_prefix(1);
      size |= static_cast<size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (size > bytes_.size()) return std::nullopt;
    field.content = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return field;
  }

 private:
  ByteView bytes_;
};

std::string joined(const Json& list) {
  std::string out;
  for (const Json& element : list) {
    if (!element.is_string() || out.size() > kLongestAttribute) break;
    out += (out.empty() ? "" : " ") + element.get_ref<const std::string&>();
  }
  return clipped(out);
}

// What a caveat of PyPI restricts the token to: [1, [names]], [2, [ids]], [3, "user"],
// [0, not after, not before], and before 2022 {"version": 1, "permissions": ...}.
void read_caveat(const Json& caveat, Attributes& attributes) {
  if (caveat.is_object()) {
    const Json permissions = caveat.value("permissions", Json());
    if (permissions == "user") attributes.emplace_back("scope", "account");
    if (permissions.is_object() && permissions.contains("projects") &&
        permissions["projects"].is_array()) {
      attributes.emplace_back("projects", joined(permissions["projects"]));
    }
    return;
  }
  if (!caveat.is_array() || caveat.size() < 2 || !caveat[0].is_number_integer()) return;
  switch (caveat[0].get<int64_t>()) {
    case 0:
      if (caveat[1].is_number_integer()) attributes.emplace_back("exp", caveat[1].dump());
      break;
    case 1:
      if (caveat[1].is_array()) attributes.emplace_back("projects", joined(caveat[1]));
      break;
    case 3:
      if (caveat[1].is_string())
        attributes.emplace_back("user-id", clipped(caveat[1].get_ref<const std::string&>()));
      break;
    default: break;
  }
}

}  // namespace

// pypi- + base64url of a macaroon, version 2: location, identifier (a UUID), caveats, sum.
// https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt
CheckResult check_pypi_macaroon(ByteView secret) {
  constexpr uint8_t kLocation = 1, kIdentifier = 2, kSum = 6;
  if (!secret.starts_with("pypi-") || secret.size() > kLargestToken) return {};
  const std::optional<std::string> bytes = base64_decode(secret.substr(5));
  if (!bytes || bytes->empty() || bytes->front() != 2) return {};
  Macaroon reader(ByteView(*bytes).substr(1));
  CheckResult result;
  bool in_head = true;
  while (std::optional<Field> field = reader.next()) {
    if (field->type == 0) {
      in_head = false;  // caveats follow
      continue;
    }
    if (field->type == kSum) {
      result.structure = Structure::kValid;
      break;
    }
    if (!is_text(field->content)) return {};
    if (in_head && field->type == kLocation) {
      result.attributes.emplace_back("host", clipped(field->content));
    } else if (in_head && field->type == kIdentifier) {
      result.attributes.emplace_back("token-id", clipped(field->content));
    } else if (field->type == kIdentifier) {
      const Json caveat = Json::parse(field->content, nullptr, false);
      if (!caveat.is_discarded()) read_caveat(caveat, result.attributes);
    }
  }
  if (result.structure != Structure::kValid) return {};
  return result;
}

}  // namespace straykey
