// SPDX-License-Identifier: Apache-2.0
// What archives of Debian refer to and straykey_portable goes without. straykey opens no
// connection by libgit2, so that nobody ever comes here.
namespace {
constexpr unsigned kUnavailable = 16u << 16;  // GSS_S_UNAVAILABLE of RFC 2744, section 3.9.1
}

extern "C" {
// libgit2 can speak to servers by Kerberos, whose libraries exist only as shared ones. Whoever
// asked would be told that there is no such mechanism.
const void* GSS_C_NT_HOSTBASED_SERVICE = nullptr;
unsigned gss_delete_sec_context() { return kUnavailable; }
unsigned gss_display_status() { return kUnavailable; }
unsigned gss_import_name() { return kUnavailable; }
unsigned gss_indicate_mechs() { return kUnavailable; }
unsigned gss_init_sec_context() { return kUnavailable; }
unsigned gss_release_buffer() { return kUnavailable; }
unsigned gss_release_name() { return kUnavailable; }
unsigned gss_release_oid_set() { return kUnavailable; }

// The self-test of mbedTLS holds private keys, which a scan of the program would report.
extern const char mbedtls_test_cli_crt[] = "";
extern const unsigned long mbedtls_test_cli_crt_len = 0;
extern const char mbedtls_test_ca_crt[] = "";
extern const unsigned long mbedtls_test_ca_crt_len = 0;
}
