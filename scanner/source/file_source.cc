// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/file_source.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace straykey {
namespace {

// Tells why `path` could not be read: between naming and reading a file, everything can
// happen to it. `message` is what FileBytes said.
void explain(const std::string& path, FileBytes::Links links, const std::string& message,
             Sink& sink) {
  struct stat st;
  int failed = links == FileBytes::Links::kRefuse ? ::lstat(path.c_str(), &st)
                                                  : ::stat(path.c_str(), &st);
  bool was_walked_to = links == FileBytes::Links::kRefuse;
  if (was_walked_to && failed != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    sink.left_out("vanished while scanning", path);
  } else if (failed == 0 && S_ISLNK(st.st_mode)) {
    sink.left_out("symbolic link", path);
  } else if (was_walked_to && failed == 0 && !S_ISREG(st.st_mode)) {
    sink.left_out("special file", path);
  } else {
    std::string subject = path + ": ";
    sink.failed(path, message.starts_with(subject) ? message.substr(subject.size()) : message);
  }
}

}  // namespace

std::string join_path(const std::string& root, const std::string& path) {
  if (root.empty() || root == ".") return path;
  if (path.empty()) return root;
  return root.back() == '/' ? root + path : root + "/" + path;
}

FileBatch::FileBatch(std::string root, std::vector<Origin> files, FileBytes::Links links)
    : root_(std::move(root)), files_(std::move(files)), links_(links) {}

void FileBatch::read(Sink& sink) {
  for (const Origin& origin : files_) {
    std::string path = join_path(root_, origin.path);
    auto file = FileBytes::read(path, links_);
    if (file) {
      sink.blob(origin, file->bytes());
    } else {
      explain(path, links_, file.error().message, sink);
    }
  }
}

std::unique_ptr<Batch> FileSource::next(Sink&) {
  if (is_given_) return nullptr;
  is_given_ = true;
  Origin origin;
  origin.kind = OriginKind::kFile;
  origin.source = source_;
  origin.path = path_;
  return std::make_unique<FileBatch>("", std::vector<Origin>{std::move(origin)},
                                     FileBytes::Links::kFollow);
}

SourceCoverage FileSource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "file";
  coverage.path = path_;
  return coverage;
}

}  // namespace straykey
