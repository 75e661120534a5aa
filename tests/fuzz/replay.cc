// SPDX-License-Identifier: Apache-2.0
// Runs one fuzzer without libFuzzer:
//
//   replay_<name>                 on its seeds, mutations of them, and noise; the same ones
//                                 each time, as many as a few seconds allow
//   replay_<name> FILE...         on these inputs, for instance what libFuzzer found
//   replay_<name> --seeds FOLDER  writes the seeds there, for libFuzzer to begin with
//
// When the fuzzer aborts, its input is kept in the file crash-input.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzzer.h"

namespace straykey {
namespace {

constexpr size_t kRounds = 20000;
constexpr std::chrono::seconds kTime{4};
constexpr size_t kMaxBytes = 16 << 10;

std::string input;  // of the round

void run() {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

void keep_input(int signal) {
  int fd = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ssize_t written = fd < 0 ? -1 : ::write(fd, input.data(), input.size());
  constexpr char kKept[] = "The input is kept in crash-input.\n";
  if (written >= 0) written = ::write(STDERR_FILENO, kKept, sizeof kKept - 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    if (seeds_.empty() || below(8) == 0) return noise(below(200));
    std::string bytes = seeds_[below(seeds_.size())];
    for (size_t edits = 1 + below(6); edits > 0; --edits) edit(bytes);
    bytes.resize(std::min(bytes.size(), kMaxBytes));
    return bytes;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  char byte() { return static_cast<char>(random_()); }
  std::string noise(size_t size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = byte();
    return bytes;
  }

  void edit(std::string& bytes) {
    size_t at = below(bytes.size() + 1);
    size_t size = std::min(bytes.size() - at, 1 + below(below(4) == 0 ? 300 : 8));
    constexpr char kEdges[] = {'\0', '\1', '\x7f', '\x80', '\xff', '\n', ' ', '/'};
    switch (below(7)) {
      case 0:  // a bit
        if (size > 0) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:  // bytes that are often a limit, as many as a number has
        bytes.replace(at, std::min<size_t>(size, 4), size, kEdges[below(std::size(kEdges))]);
        break;
      case 2:
        bytes.erase(at, size);
        break;
      case 3:
        bytes.insert(at, noise(1 + below(8)));
        break;
      case 4:
        bytes.insert(at, bytes.substr(below(bytes.size() + 1), size));
        break;
      case 5: {  // from another seed
        const std::string& other = seeds_[below(seeds_.size())];
        bytes.insert(at, other, below(other.size() + 1), 1 + below(300));
        break;
      }
      case 6:
        bytes.resize(at);
        break;
    }
  }

  std::mt19937_64 random_{1};
  std::vector<std::string> seeds_;
};

int run_rounds() {
  std::vector<std::string> seeds = fuzz_seeds();
  for (const std::string& seed : seeds) {
    input = seed;
    run();
  }
  Mutator mutator(std::move(seeds));
  auto end = std::chrono::steady_clock::now() + kTime;
  size_t rounds = 0;
  for (; rounds < kRounds && std::chrono::steady_clock::now() < end; ++rounds) {
    input = mutator.next();
    run();
  }
  std::printf("%zu rounds\n", rounds);
  return 0;
}

int run_files(int count, char** files) {
  for (int i = 0; i < count; ++i) {
    std::ifstream file(files[i], std::ios::binary);
    if (!file) {
      std::perror(files[i]);
      return 2;
    }
    input.assign(std::istreambuf_iterator<char>(file), {});
    run();
  }
  return 0;
}

int write_seeds(const std::string& folder) {
  size_t number = 0;
  for (const std::string& seed : fuzz_seeds()) {
    std::string path = folder + "/seed-" + std::to_string(number++);
    if (!(std::ofstream(path, std::ios::binary) << seed)) {
      std::perror(path.c_str());
      return 2;
    }
  }
  return 0;
}

}  // namespace
}  // namespace straykey

int main(int argc, char** argv) {
  std::signal(SIGABRT, straykey::keep_input);
  if (argc == 3 && std::string(argv[1]) == "--seeds") return straykey::write_seeds(argv[2]);
  return argc > 1 ? straykey::run_files(argc - 1, argv + 1) : straykey::run_rounds();
}
