// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace straykey {
namespace {

class NamedFile : public Batch {
 public:
  explicit NamedFile(Origin origin) : origin_(std::move(origin)) {}

  std::vector<Origin> origins() const override { return {origin_}; }

  void read(Sink& sink) override {
    const std::string& path = origin_.path;
    auto file = FileBytes::read(path);
    if (file) return sink.blob(origin_, file->bytes());
    std::string subject = path + ": ";
    std::string reason = file.error().message;
    if (reason.starts_with(subject)) reason.erase(0, subject.size());
    explain({AT_FDCWD, path.c_str(), FileBytes::Links::kFollow}, path, reason, sink);
  }

 private:
  Origin origin_;
};

}  // namespace

void explain(const FileName& name, const std::string& where, const std::string& reason,
             Sink& sink) {
  bool was_walked_to = name.links == FileBytes::Links::kRefuse;
  struct stat st;
  int failed = ::fstatat(name.folder, name.path, &st, was_walked_to ? AT_SYMLINK_NOFOLLOW : 0);
  const bool is_gone = failed != 0 && (errno == ENOENT || errno == ENOTDIR);
  // It may have come back since, as another file than the one that was met.
  const bool was_gone = reason == system_reason(ENOENT) || reason == system_reason(ENOTDIR);
  if (was_walked_to && (is_gone || was_gone)) {
    sink.left_out("vanished while scanning", where);
  } else if (failed == 0 && S_ISLNK(st.st_mode)) {
    sink.left_out("symbolic link", where);
  } else if (was_walked_to && failed == 0 && !S_ISREG(st.st_mode)) {
    sink.left_out("special file", where);
  } else {
    sink.failed(where, reason);
  }
}

std::string join_path(const std::string& root, const std::string& path) {
  if (root.empty() || root == ".") return path;
  if (path.empty()) return root;
  return root.back() == '/' ? root + path : root + "/" + path;
}

std::unique_ptr<Batch> FileSource::next(Sink&) {
  if (is_given_) return nullptr;
  is_given_ = true;
  Origin origin;
  origin.kind = OriginKind::kFile;
  origin.source = source_;
  origin.path = path_;
  return std::make_unique<NamedFile>(std::move(origin));
}

SourceCoverage FileSource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "file";
  coverage.path = path_;
  return coverage;
}

}  // namespace straykey
