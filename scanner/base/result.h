// SPDX-License-Identifier: Apache-2.0
// What a step gives that can fail: a value, or one sentence that says why not.
//
// Three kinds of failure exist in straykey and each has one treatment:
//   a bug                     STRAYKEY_CHECK: print the place and abort
//   the run cannot go on      Result up to the command, printed once, exit code 2
//   one item cannot be read   reported to the Sink (source/source.h), counted, exit code 3
//
// The member names are those of std::expected, which C++20 does not have.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

#define STRAYKEY_CHECK(condition)                                                       \
  do {                                                                                  \
    if (!(condition)) {                                                                 \
      std::fprintf(stderr, "%s:%d: bug: %s does not hold\n", __FILE_NAME__, __LINE__,   \
                   #condition);                                                         \
      std::abort();                                                                     \
    }                                                                                   \
  } while (false)

namespace straykey {

// One whole sentence: "subject: what is wrong; what to do". Never holds a secret.
struct Error {
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & {
    STRAYKEY_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& operator*() const& {
    STRAYKEY_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& operator*() && {
    STRAYKEY_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  const Error& error() const {
    STRAYKEY_CHECK(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const {
    STRAYKEY_CHECK(!ok_);
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace straykey
