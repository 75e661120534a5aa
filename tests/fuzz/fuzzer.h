// SPDX-License-Identifier: Apache-2.0
// What each fuzzer of this folder has. libFuzzer calls the entry point for as long as one
// lets it (preset fuzz); replay.cc calls it for some rounds in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Takes any bytes. A bug ends the process.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace straykey {

// Inputs that are well-formed, or nearly: what mutations start from.
std::vector<std::string> fuzz_seeds();

}  // namespace straykey
