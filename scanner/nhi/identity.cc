// SPDX-License-Identifier: Apache-2.0
// Most signatures need no code here: the name of an attribute says what kind of key its value
// is (kRoles). What remains are identities that need two attributes at once, an issuer that
// gives a claim its meaning, or a fact that follows from another.
//
// Keys go to a register that many providers fill, so each carries its provider: the account
// "acme" of one is not that of another.
#include "scanner/nhi/identity.h"

#include <algorithm>
#include <utility>

#include "scanner/base/text.h"
#include "scanner/match/check.h"

namespace straykey {
namespace {

constexpr size_t kThumbprintDigits = 40;
constexpr ByteView kFirebaseIssuer = "https://securetoken.google.com/";  // + the project

bool is_hex(ByteView text) {
  return text.find_first_not_of("0123456789abcdef") == ByteView::npos;
}

bool is_guid(ByteView text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : ByteView("0123456789abcdefABCDEF").find(text[i]) == ByteView::npos)
      return false;
  }
  return true;
}

bool is_email(ByteView text) {
  const size_t at = text.find('@');
  return at != ByteView::npos && at > 0 && text.find('.', at) != ByteView::npos &&
         text.find_first_of(" \t/:") == ByteView::npos;
}

// Providers whose signatures and registers have different names.
const char* provider_of(ByteView provider) {
  static constexpr std::pair<ByteView, const char*> kNames[] = {
      {"google", "gcp"},         {"firebase", "gcp"},   {"gemini", "gcp"},
      {"microsoft", "azure"},    {"entra", "azure"},    {"k3s", "kubernetes"},
      {"amazon", "aws"},
  };
  for (const auto& [name, known] : kNames) {
    if (provider == name) return known;
  }
  return nullptr;
}

// Kinds of places rather than of providers: what they hold belongs to nobody in particular.
bool is_general(ByteView provider) {
  static constexpr ByteView kGeneral[] = {
      "generic",     "url",    "database", "jwt",    "netrc",        "private-key", "http-header",
      "docker-config", "npmrc", "pgpass",  "ftp",    "ssh",          "kafka",       "filezilla",
      "htpasswd",    "rclone", "snmp",     "ipsec",  "rabbitmq",     "openvpn"};
  return std::find(std::begin(kGeneral), std::end(kGeneral), provider) != std::end(kGeneral);
}

// What the value of an attribute is a key of, whatever the signature. Not here: names that
// mean something else for each provider ("key", "user", "id").
struct Role {
  ByteView attribute;
  LinkKind kind;
};
constexpr Role kRoles[] = {
    {"access-id", LinkKind::kCredentialId},
    {"access-key", LinkKind::kCredentialId},
    {"access-key-id", LinkKind::kCredentialId},
    {"access-token-id", LinkKind::kCredentialId},
    {"api-key", LinkKind::kCredentialId},
    {"key-id", LinkKind::kCredentialId},
    {"secret-id", LinkKind::kCredentialId},
    {"token-id", LinkKind::kCredentialId},
    {"public-key", LinkKind::kKeyFingerprint},
    {"thumbprint", LinkKind::kKeyFingerprint},
    {"app", LinkKind::kPrincipalId},
    {"app-id", LinkKind::kPrincipalId},
    {"application", LinkKind::kPrincipalId},
    {"auth-id", LinkKind::kPrincipalId},
    {"bot", LinkKind::kPrincipalId},
    {"client-id", LinkKind::kPrincipalId},
    {"email", LinkKind::kPrincipalId},
    {"role-id", LinkKind::kPrincipalId},
    {"robot", LinkKind::kPrincipalId},
    {"service-account-uid", LinkKind::kPrincipalId},
    {"spiffe-id", LinkKind::kPrincipalId},
    {"user-number", LinkKind::kPrincipalId},
    {"webhook", LinkKind::kCredentialId},
    {"account", LinkKind::kAccount},
    {"organisation", LinkKind::kAccount},
    {"organization", LinkKind::kAccount},
    {"organization-id", LinkKind::kAccount},
    {"project", LinkKind::kAccount},
    {"tenant", LinkKind::kAccount},
    {"tenant-id", LinkKind::kAccount},
    {"workspace", LinkKind::kAccount},
    {"workspace-number", LinkKind::kAccount},
    {"host", LinkKind::kHostPathRule},
    {"registry", LinkKind::kHostPathRule},
    {"server", LinkKind::kHostPathRule},
};

// "https://Index.docker.io:443/v1/" -> "index.docker.io/v1"
std::string host_and_path(ByteView text) {
  const size_t scheme = text.find("://");
  if (scheme != ByteView::npos) text.remove_prefix(scheme + 3);
  const size_t end = std::min(text.find_first_of("/?#"), text.size());
  ByteView host = text.substr(0, end);
  ByteView path = text.substr(end, text.find_first_of("?#", end) - end);
  const size_t colon = host.rfind(':');
  const bool has_port = colon != ByteView::npos && host.find(']', colon) == ByteView::npos &&
                        host.find_first_not_of("0123456789", colon + 1) == ByteView::npos;
  if (has_port) host = host.substr(0, colon);
  while (path.ends_with('/')) path.remove_suffix(1);
  return lower(host) + std::string(path);
}

class Builder {
 public:
  Builder(const Finding& finding, const Signature& signature) : finding_(finding) {
    out_.kind = signature.identity;
    out_.principal_class = signature.principal_class;
    const char* renamed = provider_of(signature.provider);
    out_.provider = renamed ? renamed : is_general(signature.provider) ? "" : signature.provider;
    for (const auto& [name, value] : finding.attributes) add_attribute(name, value);
  }

  Identity build() {
    if (out_.kind.empty() && has("public-key")) out_.kind = "key-pair";
    add_derived();
    for (const auto& [name, value] : out_.attributes) {
      std::string spelled = name;
      std::replace(spelled.begin(), spelled.end(), '_', '-');  // names of groups
      for (const Role& role : kRoles) {
        if (role.attribute == spelled) add_key(role.kind, value);
      }
    }
    std::stable_sort(out_.keys.begin(), out_.keys.end(),
                     [](const JoinKey& a, const JoinKey& b) { return a.kind < b.kind; });
    return std::move(out_);
  }

 private:
  const std::string& get(ByteView name) const { return out_.attribute(name); }
  bool has(ByteView name) const { return !get(name).empty(); }

  // Of two values the first stands: the pattern's own groups come before the checks'.
  void add_attribute(const std::string& name, const std::string& value) {
    if (!has(name)) out_.attributes.emplace_back(name, value);
  }

  void add_key(LinkKind kind, std::string value) { add_key(kind, out_.provider, std::move(value)); }
  void add_key(LinkKind kind, std::string provider, std::string value) {
    if (value.empty()) return;
    if (kind == LinkKind::kKeyFingerprint) {
      const bool is_thumbprint = value.size() == kThumbprintDigits && is_hex(value);
      if (!value.starts_with("SHA256:") && !is_thumbprint) return;  // a provider's own name
      provider.clear();
    }
    if (kind == LinkKind::kHostPathRule) {
      provider.clear();
      value = host_and_path(value);
      if (value.find('.') == std::string::npos) return;  // "localhost", "db": anybody's
    }
    if (is_guid(value) || is_email(value)) value = lower(value);
    JoinKey key{kind, std::move(provider), std::move(value)};
    if (std::find(out_.keys.begin(), out_.keys.end(), key) == out_.keys.end())
      out_.keys.push_back(std::move(key));
  }

  void add_derived() {
    if (out_.provider == "aws") return aws();
    if (out_.kind == "gcp-service-account") return gcp_service_account();
    if (out_.kind == "entra-application") return entra_application();
    if (out_.kind == "azure-storage-account") return azure_storage();
    if (out_.kind == "azure-service-bus" && has("namespace"))
      return add_key(LinkKind::kHostPathRule, get("namespace") + ".servicebus.windows.net");
    if (out_.kind == "kubernetes-user") return kubernetes_user();
    if (out_.kind == "google-oauth-client") return google_oauth_client();
    if (out_.kind == "github-token")
      return add_key(LinkKind::kHintAndApplication, get("last-eight"));
    if (out_.kind == "gitlab-token") return gitlab_token();
    if (out_.kind == "jwt-subject") return jwt();
    // Somebody at some place.
    const std::string& user = get("user");
    for (const char* place : {"host", "registry", "server"}) {
      const std::string host = host_and_path(get(place));
      if (!user.empty() && host.find('.') != std::string::npos)
        add_key(LinkKind::kPrincipalId, "", user + "@" + host.substr(0, host.find('/')));
    }
  }

  void aws() {
    static const Check check = find_check("aws-key-id");
    if (has("access-key-id")) {
      for (const auto& [name, value] : check(get("access-key-id")).attributes)
        add_attribute(name, value);
      // Temporary credentials are of a role's session, and end by themselves.
      if (get("credential-class") == "temporary") out_.kind = "aws-session";
    }
    if (out_.kind == "aws-bedrock-key") add_key(LinkKind::kPrincipalId, get("user"));
    if (out_.kind == "aws-bedrock-key" && has("user") && has("account"))
      add_key(LinkKind::kPrincipalId, "arn:aws:iam::" + get("account") + ":user/" + get("user"));
  }

  void gcp_service_account() {
    const std::string& email = get("email");
    const size_t at = email.find('@');
    const ByteView domain = at == std::string::npos ? ByteView() : ByteView(email).substr(at + 1);
    constexpr ByteView kDomain = ".iam.gserviceaccount.com";
    if (domain.ends_with(kDomain)) {
      add_attribute("project", std::string(domain.substr(0, domain.size() - kDomain.size())));
    } else if (domain == "developer.gserviceaccount.com" ||
               domain == "appspot.gserviceaccount.com") {
      add_attribute("default-account", "yes");  // of Compute Engine, of App Engine
    }
  }

  // The directory shows the first three characters of a secret, to tell several apart.
  void entra_application() {
    const ByteView shown = finding_.redacted;
    constexpr size_t kHint = 3;
    if (has("client-id") && shown.size() > kHint && shown.substr(0, kHint).find('*') == ByteView::npos)
      add_key(LinkKind::kHintAndApplication,
              std::string(shown.substr(0, kHint)) + "|" + lower(get("client-id")));
  }

  void azure_storage() {
    if (has("account"))
      add_key(LinkKind::kHostPathRule, get("account") + ".blob.core.windows.net");
    // A delegation key is of a principal of the directory.
    add_key(LinkKind::kPrincipalId, get("signer-object-id"));
    add_key(LinkKind::kAccount, get("signer-tenant-id"));
  }

  // The API server takes the common name of a client's certificate for its name.
  // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
  void kubernetes_user() {
    const std::string& user = get("common-name");
    add_key(LinkKind::kPrincipalId, user);
    if (user.starts_with("system:")) out_.principal_class = PrincipalClass::kService;
  }

  // NUMBER-RANDOM.apps.googleusercontent.com: the number is that of the project.
  void google_oauth_client() {
    const std::string& client = get("client-id");
    const size_t dash = client.find('-');
    if (dash != std::string::npos) add_attribute("project-number", client.substr(0, dash));
  }

  void gitlab_token() {
    add_key(LinkKind::kPrincipalId, get("user-id"));
    if (has("project-id")) add_key(LinkKind::kAccount, "project:" + get("project-id"));
    if (has("group-id")) add_key(LinkKind::kAccount, "group:" + get("group-id"));
    // A token that is bound to no project or group is of a person, or of a service account
    // that looks like one.
    if (has("project-id") || has("group-id")) out_.principal_class = PrincipalClass::kService;
  }

  // The issuer says what a subject is. Nothing here is proven: the signature was not checked.
  void jwt() {
    const std::string& iss = get("iss");
    const std::string& sub = get("sub");
    if (sub.starts_with("system:serviceaccount:") || has("service-account")) {
      out_.kind = "kubernetes-service-account";
      out_.provider = "kubernetes";
      out_.principal_class = PrincipalClass::kService;
      if (has("namespace") && has("secret-name"))
        add_key(LinkKind::kCredentialId, get("namespace") + "/" + get("secret-name"));
      // The uid is of one service account; the name comes again when it is made anew.
      add_key(LinkKind::kPrincipalId, get("service-account-uid"));
      std::string subject = sub;
      if (subject.empty() && has("namespace"))
        subject = "system:serviceaccount:" + get("namespace") + ":" + get("service-account");
      add_key(LinkKind::kPrincipalId, subject);
    } else if (iss.find("//login.microsoftonline.com/") != std::string::npos ||
               iss.find("//sts.windows.net/") != std::string::npos) {
      out_.kind = "entra-token";
      out_.provider = "azure";
      for (const char* claim : {"appid", "azp", "oid"}) add_key(LinkKind::kPrincipalId, get(claim));
      add_key(LinkKind::kAccount, get("tid"));
    } else if (iss == "https://accounts.google.com" || iss == "accounts.google.com" ||
               is_email(iss)) {  // self-signed by a service account
      out_.kind = "google-token";
      out_.provider = "gcp";
      for (const std::string& claim : {get("email"), iss, sub}) {
        if (is_email(claim)) add_key(LinkKind::kPrincipalId, claim);
      }
      add_key(LinkKind::kPrincipalId, sub);
    } else if (iss == "https://token.actions.githubusercontent.com") {
      out_.kind = "github-actions-token";
      out_.provider = "github";
      out_.principal_class = PrincipalClass::kService;
      add_key(LinkKind::kPrincipalId, sub);
    } else if (iss == "supabase") {
      out_.kind = "supabase-key";
      out_.provider = "supabase";
      out_.principal_class = PrincipalClass::kService;
      add_key(LinkKind::kAccount, get("ref"));
    } else {
      if (iss.starts_with(kFirebaseIssuer)) {
        out_.kind = "firebase-token";
        add_key(LinkKind::kAccount, "gcp", iss.substr(kFirebaseIssuer.size()));
      } else if (iss.starts_with("https://cognito-idp.")) {
        out_.kind = "cognito-token";
      }
      // A subject means something to its issuer only.
      if (!iss.empty() && !sub.empty()) add_key(LinkKind::kPrincipalId, iss + "|" + sub);
      for (const char* claim : {"azp", "client_id"}) add_key(LinkKind::kPrincipalId, get(claim));
      if (sub.starts_with("arn:")) add_key(LinkKind::kPrincipalId, "aws", sub);
    }
  }

  const Finding& finding_;
  Identity out_;
};

}  // namespace

const std::string& Identity::attribute(ByteView name) const {
  static const std::string kNone;
  auto found = std::find_if(attributes.begin(), attributes.end(),
                            [&](const auto& attribute) { return attribute.first == name; });
  return found == attributes.end() ? kNone : found->second;
}

Identity identity_of(const Finding& finding, const Signature& signature) {
  return Builder(finding, signature).build();
}

}  // namespace straykey
