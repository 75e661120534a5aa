// SPDX-License-Identifier: Apache-2.0
// Objects by a running `git cat-file --batch-command`: one request, one answer.
//
//   contents 5f0b...      5f0b... blob 12
//                         <12 bytes>
//   info 77aa...          77aa... missing
//
// Git ends at some damaged objects ("fatal: loose object ... is corrupt") and says of others
// only on standard error that they are damaged, and then "missing" here. Both are told
// apart from objects that are not there; a git that has ended is started again for the
// next object.
#include <charconv>
#include <optional>

#include "scanner/git/object_readers.h"
#include "scanner/git/process.h"

namespace straykey {
namespace {

class CompatReader : public ObjectReader {
 public:
  explicit CompatReader(std::shared_ptr<const RepositoryLayout> layout)
      : layout_(std::move(layout)) {}

  // Asks for an object that no repository has: a git that cannot read this repository ends
  // here, and an end after this is the fault of an object.
  Result<void> start() {
    auto git = GitProcess::start(*layout_, {"cat-file", "--batch-command"});
    if (!git) return git.error();
    auto written = git->write("info " + ObjectId{}.hex(layout_->format) + "\n");
    if (!written) return written.error();
    auto line = git->read_line();
    if (!line) return line.error();
    git_ = std::move(*git);
    return {};
  }

  Result<Object> read(const ObjectId& id) override {
    auto answer = ask("contents ", id);
    if (!answer) return answer.error();
    auto bytes = git_->read_exactly(answer->size + 1);  // and a '\n'
    if (!bytes) return ended(bytes.error());
    bytes->pop_back();
    return Object{answer->type, std::move(*bytes)};
  }

  Result<Header> header(const ObjectId& id) override { return ask("info ", id); }

  Result<ObjectId> resolve_prefix(ByteView prefix) override {
    auto padded = pad_prefix(prefix, layout_->format);
    if (!padded) return padded.error();
    if (prefix.size() == 2 * id_bytes(layout_->format)) {
      auto found = header(*padded);
      if (!found) return found.error();
      return *padded;
    }
    // cat-file would take a branch of this name for the object.
    auto names = git_output(*layout_, {"rev-parse", "--disambiguate=" + std::string(prefix)});
    if (!names) return names.error();
    if (names->empty()) return kMissing;
    size_t end = names->find('\n');
    if (end + 1 != names->size()) return kAmbiguous;
    auto id = ObjectId::from_hex(names->substr(0, end));
    if (!id) return Error{"git: rev-parse gave no object name"};
    return *id;
  }

 private:
  Result<Header> ask(const char* command, const ObjectId& id) {
    if (!git_) {
      auto started = start();
      if (!started) return started.error();
    }
    std::string name = id.hex(layout_->format);
    auto written = git_->write(command + name + "\n");
    if (!written) return ended(written.error());
    auto line = git_->read_line();
    if (!line) return ended(line.error());

    // "<name> <type> <size>" or "<name> missing".
    if (!line->starts_with(name + " ")) return ended(Error{"git: gave another object"});
    ByteView rest = ByteView(*line).substr(name.size() + 1);
    if (rest == "missing") {
      std::string complaints = git_->complaints();
      if (complaints.empty()) return kMissing;
      return Error{"object is damaged: " + complaints};
    }
    size_t space = rest.find(' ');
    auto type = parse_type(rest.substr(0, space));
    Header header{};
    if (space == ByteView::npos || !type) return ended(Error{"git: its type is not known"});
    ByteView digits = rest.substr(space + 1);
    auto parsed = std::from_chars(digits.begin(), digits.end(), header.size);
    if (parsed.ec != std::errc() || parsed.ptr != digits.end() || header.size == UINT64_MAX) {
      return ended(Error{"git: its size is not a number"});
    }
    header.type = *type;
    return header;
  }

  // Nothing can be asked of this process any more.
  Error ended(const Error& error) {
    git_.reset();
    // Of an object that a partial clone left out; git may not fetch it.
    if (error.message.find("from promisor remote") != std::string::npos) return kMissing;
    return Error{"object is damaged: " + error.message};
  }

  std::shared_ptr<const RepositoryLayout> layout_;
  std::optional<GitProcess> git_;  // none after an end; started with the next request
};

}  // namespace

Result<std::unique_ptr<ObjectReader>> open_compat_reader(
    std::shared_ptr<const RepositoryLayout> layout) {
  auto reader = std::make_unique<CompatReader>(std::move(layout));
  auto started = reader->start();
  if (!started) return started.error();
  return std::unique_ptr<ObjectReader>(std::move(reader));
}

}  // namespace straykey
