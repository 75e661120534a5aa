// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/connection.h"

#include <algorithm>
#include <string_view>

#include "scanner/store/engines.h"

namespace straykey {
namespace {

constexpr std::string_view kSchemes[] = {"postgres://", "postgresql://"};

// The end of the URL that begins at `begin`.
size_t url_end(std::string_view text, size_t begin) {
  return std::min(text.find_first_of(" \t\n\"'", begin), text.size());
}

}  // namespace

int64_t number(const SqlValue& value) {
  const auto* whole = std::get_if<int64_t>(&value);
  return whole ? *whole : 0;
}

std::string text(const SqlValue& value) {
  const auto* bytes = std::get_if<std::string>(&value);
  return bytes ? *bytes : "";
}

Result<void> Connection::execute(const std::string& sql, const Row& parameters) {
  return each(sql, parameters, [](Row) {});
}

Result<std::vector<Row>> Connection::query(const std::string& sql, const Row& parameters) {
  std::vector<Row> rows;
  auto done = each(sql, parameters, [&](Row row) { rows.push_back(std::move(row)); });
  if (!done) return done.error();
  return rows;
}

bool is_postgres(ByteView where) {
  for (std::string_view scheme : kSchemes) {
    if (where.starts_with(scheme)) return true;
  }
  return false;
}

std::string without_passwords(ByteView text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    size_t begin = std::string_view::npos, authority = 0;
    for (std::string_view scheme : kSchemes) {
      size_t found = text.find(scheme, at);
      if (found < begin) {
        begin = found;
        authority = found + scheme.size();
      }
    }
    if (begin == std::string_view::npos) break;
    size_t end = url_end(text, begin);
    std::string url(text.substr(authority, end - authority));
    // The last '@' before the path ends the user, whatever the password holds.
    size_t question = url.find('?');
    size_t sign = url.rfind('@', question);
    size_t colon = url.find(':');
    if (sign != std::string::npos && colon < sign) url.replace(colon + 1, sign - colon - 1, "***");
    question = url.find('?');
    for (const char* key : {"password=", "sslpassword="}) {
      size_t from = question;
      while (from != std::string::npos && (from = url.find(key, from)) != std::string::npos) {
        from += std::string_view(key).size();
        size_t stop = std::min(url.find('&', from), url.size());
        url.replace(from, stop - from, "***");
      }
    }
    out += text.substr(at, authority - at);
    out += url;
    at = end;
  }
  return out + std::string(text.substr(at));
}

Result<std::unique_ptr<Connection>> open_connection(const std::string& where, IfAbsent absent) {
  return is_postgres(where) ? open_postgres(where) : open_sqlite(where, absent);
}

Result<Transaction> Transaction::begin(Connection& connection, Access access) {
  auto begun = connection.begin(access);
  if (!begun) return begun.error();
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_) connection_->rollback();
}

Result<void> Transaction::commit() {
  auto done = connection_->commit();
  if (done) connection_ = nullptr;
  return done;
}

}  // namespace straykey
