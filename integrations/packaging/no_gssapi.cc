// SPDX-License-Identifier: Apache-2.0
// Debian's libgit2.a can speak to servers by Kerberos, and its libraries for that exist only
// as shared ones. straykey opens no connection by libgit2, so that nobody comes here; whoever
// did would be told that there is no such mechanism (RFC 2744, section 3.9.1).
namespace {
constexpr unsigned kUnavailable = 16u << 16;  // GSS_S_UNAVAILABLE
}

extern "C" {
const void* GSS_C_NT_HOSTBASED_SERVICE = nullptr;
unsigned gss_delete_sec_context() { return kUnavailable; }
unsigned gss_display_status() { return kUnavailable; }
unsigned gss_import_name() { return kUnavailable; }
unsigned gss_indicate_mechs() { return kUnavailable; }
unsigned gss_init_sec_context() { return kUnavailable; }
unsigned gss_release_buffer() { return kUnavailable; }
unsigned gss_release_name() { return kUnavailable; }
unsigned gss_release_oid_set() { return kUnavailable; }
}
