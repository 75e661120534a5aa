// SPDX-License-Identifier: Apache-2.0
// Certificates (RFC 5280). One is no credential, but where it stands by a private key it says
// whose key that is: a subject, the names that it is valid for, who vouches for it, until when.
//
// Whoever makes a certificate writes into it what they like. Names come out in the form of
// RFC 4514, most specific part first, as text that a terminal and a table can bear: what
// controls or reverses text, what cannot be seen, and what is no Unicode becomes U+FFFD. They
// are clipped like every attribute, before anything long is made of them. OpenSSL refuses
// subjects that are not in the alphabet that they name, so those are no certificates here.
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <optional>
#include <utility>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/base/text.h"
#include "scanner/base/time.h"
#include "scanner/match/check_list.h"
#include "scanner/match/pem_block.h"
#include "scanner/match/public_key.h"

namespace straykey {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// Characters that do something to a text instead of standing in it: controls, marks of
// direction, spaces without width (Unicode 15, general categories Cc and Cf in short).
bool is_hidden(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

// As much of `bytes` as an attribute may hold.
std::string plain_text(ByteView bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size() && out.size() <= kLongestAttribute;) {
    const CodePoint point = code_point_at(bytes, at);
    if (point.valid && !is_hidden(point.value)) {
      out += bytes.substr(at, point.length);
    } else {
      out += "\xef\xbf\xbd";
    }
    at += point.length;
  }
  return out;
}

// The value of a part of a name, with RFC 4514's backslashes.
std::string escaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_edge = (c == ' ' && (i == 0 || i + 1 == text.size())) || (c == '#' && i == 0);
    if (is_edge || ByteView(",+\"\\<>;").find(c) != ByteView::npos) out += '\\';
    out += c;
  }
  return out;
}

// The first bytes of a text, whatever alphabet of X.520 it is written in.
std::string text_of(const ASN1_STRING* string) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
  const ByteView raw(bytes, static_cast<size_t>(ASN1_STRING_length(string)));
  const int type = ASN1_STRING_type(string);
  if (type != V_ASN1_BMPSTRING && type != V_ASN1_UNIVERSALSTRING && type != V_ASN1_T61STRING) {
    return plain_text(raw);
  }
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, string);
  if (size < 0) return "";
  std::string out = plain_text({reinterpret_cast<char*>(utf8), static_cast<size_t>(size)});
  OPENSSL_free(utf8);
  return out;
}

// "CN=deploy,O=acme"
std::string text_of(const X509_NAME* name) {
  std::string out;
  for (int i = X509_NAME_entry_count(name) - 1; i >= 0 && out.size() <= kLongestAttribute; --i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* kind = X509_NAME_ENTRY_get_object(entry);
    char word[80] = "";
    const int nid = OBJ_obj2nid(kind);
    if (nid == NID_undef) OBJ_obj2txt(word, sizeof word, kind, 1);
    if (!out.empty()) out += ',';
    out += nid == NID_undef ? word : OBJ_nid2sn(nid);
    out += '=' + escaped(text_of(X509_NAME_ENTRY_get_data(entry)));
  }
  return clipped(out);
}

std::string common_name(const X509_NAME* name) {
  // The last is the most specific.
  int at = -1;
  for (int next; (next = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) at = next;
  if (at < 0) return "";
  return clipped(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))));
}

std::string time_text(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return "";
  return iso_time(timegm(&fields));
}

// In hex, as `openssl x509 -serial` prints it but for the case of letters.
std::string serial_text(const ASN1_INTEGER* serial) {
  constexpr int kMostBytes = 64;  // RFC 5280 allows 20
  if (ASN1_STRING_length(serial) > kMostBytes) return "";
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial));
  return hex(ByteView(bytes, static_cast<size_t>(ASN1_STRING_length(serial))));
}

// What else than the subject it stands for: host names, addresses, workloads.
void add_alternative_names(const X509* certificate, Attributes& out) {
  using Names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
                        certificate, NID_subject_alt_name, nullptr, nullptr)),
                    &GENERAL_NAMES_free);
  std::string dns, email, spiffe;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    if (type != GEN_DNS && type != GEN_EMAIL && type != GEN_URI) continue;
    const std::string text = text_of(static_cast<const ASN1_STRING*>(value));
    if (type == GEN_DNS && dns.size() <= kLongestAttribute) dns += (dns.empty() ? "" : " ") + text;
    if (type == GEN_EMAIL && email.empty()) email = text;
    // https://spiffe.io/docs/latest/spiffe-specs/x509-svid/
    if (type == GEN_URI && spiffe.empty() && text.starts_with("spiffe://")) spiffe = text;
  }
  if (!dns.empty()) out.emplace_back("dns-names", clipped(dns));
  if (!email.empty()) out.emplace_back("email", clipped(email));
  if (!spiffe.empty()) out.emplace_back("spiffe-id", clipped(spiffe));
}

}  // namespace

// A certificate in PEM, or that in base64 as in a kubeconfig.
CheckResult check_x509(ByteView secret) {
  if (secret.size() > kLongestPemBlock) return {};
  const std::optional<PemBlock> block = pem_block_of(secret);
  if (!block || (block->label != "CERTIFICATE" && block->label != "X509 CERTIFICATE"))
    return {Structure::kInvalid, {}};
  const std::optional<std::string> der = base64_decode(block->body);
  if (!der || der->empty()) return {Structure::kInvalid, {}};
  const auto* bytes = reinterpret_cast<const unsigned char*>(der->data());
  const Certificate certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der->size())),
                                &X509_free);
  if (!certificate) {
    ERR_clear_error();
    return {Structure::kInvalid, {}};
  }
  CheckResult out{Structure::kValid, {}};
  const X509* given = certificate.get();
  for (const auto& [attribute, value] :
       {std::pair("subject", text_of(X509_get_subject_name(given))),
        std::pair("common-name", common_name(X509_get_subject_name(given))),
        std::pair("issuer", text_of(X509_get_issuer_name(given))),
        std::pair("serial", serial_text(X509_get0_serialNumber(given))),
        std::pair("not-before", time_text(X509_get0_notBefore(given))),
        std::pair("not-after", time_text(X509_get0_notAfter(given)))}) {
    if (!value.empty()) out.attributes.emplace_back(attribute, value);
  }
  // By the SHA-1 of a certificate directories call it: Entra, Windows, the lists of browsers.
  const ByteView whole = ByteView(*der).substr(0, static_cast<size_t>(
      reinterpret_cast<const char*>(bytes) - der->data()));
  out.attributes.emplace_back("thumbprint", sha1_hex(whole));
  add_alternative_names(given, out.attributes);
  if (const std::optional<PublicKey> key = public_key_in(*given))
    out.attributes.emplace_back("spki-sha256", key->spki);
  ERR_clear_error();
  return out;
}

}  // namespace straykey
