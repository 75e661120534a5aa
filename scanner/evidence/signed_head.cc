// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/signed_head.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "scanner/base/encoding.h"
#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/base/secret.h"
#include "scanner/base/time.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

constexpr char kPayloadType[] = "application/vnd.in-toto+json";
constexpr char kStatementType[] = "https://in-toto.io/Statement/v1";
constexpr char kPredicateType[] = "urn:straykey:predicate:head:1";

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* data_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// The member `key` when it is a string.
std::string text_at(const Json& json, const char* key) {
  auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() && found->is_string()
             ? found->get<std::string>()
             : "";
}

int64_t number_at(const Json& json, const char* key) {
  auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() && found->is_number_integer()
             ? found->get<int64_t>()
             : 0;
}

bool has_signature_of(const Json& signatures, const std::string& bytes,
                      const std::vector<Ed25519Key>& keys) {
  for (const Json& one : signatures) {
    auto signature = base64_decode(text_at(one, "sig"));
    for (const Ed25519Key& key : keys) {
      if (signature && key.verifies(bytes, *signature)) return true;
    }
  }
  return false;
}

}  // namespace

std::string dsse_pae(ByteView payload_type, ByteView payload) {
  return "DSSEv1 " + std::to_string(payload_type.size()) + " " + std::string(payload_type) +
         " " + std::to_string(payload.size()) + " " + std::string(payload);
}

void Ed25519Key::Free::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<Ed25519Key> Ed25519Key::make(EVP_PKEY* raw, const std::string& file) {
  Ed25519Key out;
  out.key_.reset(raw);
  if (!raw || EVP_PKEY_get_id(raw) != EVP_PKEY_ED25519) {
    return Error{file + ": holds no Ed25519 key in PEM; 'openssl genpkey -algorithm ed25519' "
                        "makes one, 'openssl pkey -pubout' its public half"};
  }
  unsigned char* der = nullptr;
  int length = i2d_PUBKEY(raw, &der);
  STRAYKEY_CHECK(length > 0);
  out.id_ = hex(sha256(ByteView(reinterpret_cast<char*>(der), static_cast<size_t>(length))));
  OPENSSL_free(der);
  return out;
}

Result<Ed25519Key> Ed25519Key::read_private(const std::string& file) {
  auto pem = read_file(file);
  if (!pem) return pem.error();
  std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  // An encrypted key needs a passphrase; nobody is asked for one.
  auto refuse = [](char*, int, int, void*) { return -1; };
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse, nullptr);
  wipe(*pem);
  return make(key, file);
}

Result<Ed25519Key> Ed25519Key::read_public(const std::string& file) {
  auto pem = read_file(file);
  if (!pem) return pem.error();
  std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  return make(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), file);
}

std::string Ed25519Key::sign(ByteView bytes) const {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  size_t length = signature.size();
  bool done =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     data_of(bytes), bytes.size()) == 1;
  STRAYKEY_CHECK(done && length == signature.size());
  return signature;
}

bool Ed25519Key::verifies(ByteView bytes, ByteView signature) const {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(bytes),
                          bytes.size()) == 1;
}

std::string sign_head(const HeadStatement& statement, const Ed25519Key& key) {
  Json payload = {
      {"_type", kStatementType},
      {"subject",
       Json::array({{{"name", "record " + std::to_string(statement.head.sequence) +
                                  " of store " + statement.store},
                     {"digest", {{"sha256", statement.head.hash}}}}})},
      {"predicateType", kPredicateType},
      {"predicate",
       {{"store", statement.store},
        {"sequence", statement.head.sequence},
        {"runs", statement.runs},
        {"signed_at", iso_time(statement.signed_at)}}}};
  std::string bytes = canonical(payload);
  return canonical({{"payloadType", kPayloadType},
                    {"payload", base64_encode(bytes)},
                    {"signatures",
                     Json::array({{{"keyid", key.id()},
                                   {"sig", base64_encode(key.sign(dsse_pae(kPayloadType,
                                                                           bytes)))}}})}});
}

Result<HeadStatement> open_envelope(ByteView envelope, const std::vector<Ed25519Key>& keys,
                                    const std::string& where) {
  Json outer = Json::parse(envelope, nullptr, false);
  auto payload = base64_decode(text_at(outer, "payload"));
  if (text_at(outer, "payloadType") != kPayloadType || !payload ||
      !outer.contains("signatures")) {
    return Error{where + ": is not a DSSE envelope with an in-toto statement"};
  }
  if (!keys.empty() &&
      !has_signature_of(outer["signatures"], dsse_pae(kPayloadType, *payload), keys)) {
    return Error{where + ": no signature in it is of the public key"};
  }
  Json inner = Json::parse(*payload, nullptr, false);
  Error foreign{where + ": its statement is not about the head of a store"};
  if (text_at(inner, "_type") != kStatementType ||
      text_at(inner, "predicateType") != kPredicateType || !inner.contains("subject") ||
      !inner["subject"].is_array() || inner["subject"].size() != 1 ||
      !inner["subject"][0].is_object() || !inner["subject"][0].contains("digest")) {
    return foreign;
  }
  Json predicate = inner.value("predicate", Json::object());
  HeadStatement out;
  out.head = {number_at(predicate, "sequence"), text_at(inner["subject"][0]["digest"], "sha256")};
  out.store = text_at(predicate, "store");
  out.runs = number_at(predicate, "runs");
  out.signed_at = parse_time(text_at(predicate, "signed_at"), 0).value_or(0);
  if (out.head.sequence < 1 || out.head.hash.size() != 64) return foreign;
  return out;
}

}  // namespace straykey
