// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/check.h"

#include "scanner/match/check_list.h"

namespace straykey {
namespace {

struct Entry {
  const char* name;
  Check check;
};

// By name.
constexpr Entry kChecks[] = {
    {"aws-bedrock", check_aws_bedrock},
    {"aws-key-id", check_aws_key_id},
    {"azure-storage-key", check_azure_storage_key},
    {"base64", check_base64},
    {"basic-auth", check_basic_auth},
    {"confluent-crc32", check_confluent_crc32},
    {"discord-bot", check_discord_bot},
    {"gcp-service-account", check_gcp_service_account},
    {"github-crc32", check_github_crc32},
    {"github-fine-grained", check_github_fine_grained},
    {"github-suffix", check_github_suffix},
    {"gitlab-routable", check_gitlab_routable},
    {"json", check_json},
    {"json-token", check_json_token},
    {"jwt", check_jwt},
    {"npm-crc32", check_npm_crc32},
    {"pem", check_pem},
    {"pypi-macaroon", check_pypi_macaroon},
    {"slack-numbers", check_slack_numbers},
    {"vercel-crc32", check_vercel_crc32},
    {"x509", check_x509},
    {"zuplo-crc32", check_zuplo_crc32},
};

}  // namespace

Check find_check(ByteView name) {
  for (const Entry& entry : kChecks) {
    if (name == entry.name) return entry.check;
  }
  return nullptr;
}

std::vector<std::string> check_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kChecks) names.push_back(entry.name);
  return names;
}

}  // namespace straykey
