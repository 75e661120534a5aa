// SPDX-License-Identifier: Apache-2.0
// A git repository as a source: every blob that is reachable from the refs in scope, each
// once; the texts of commits and tags; what is staged and what lies in the work tree and
// is not in history as it is.
//
// Objects are scanned whole, not as patches, so that merges, renames and files that git
// does not diff hide nothing. Where a blob with a finding stands in history is asked
// afterwards, with attribute().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/attribution.h"
#include "scanner/git/index.h"
#include "scanner/git/layout.h"
#include "scanner/git/object_store.h"
#include "scanner/git/reader_pool.h"
#include "scanner/source/ignore.h"
#include "scanner/source/source.h"

namespace straykey {

// Commits that a push is about to bring, as whoever receives it sees them.
struct IncomingCommits {
  std::vector<Ref> tips;             // what the refs are to point to
  std::vector<ObjectId> known;       // these and all they reach are there already; names of
                                     // objects that are not here count for nothing
  std::vector<std::string> known_refs;  // likewise, as globs
  std::string head;  // one more tip, and
  std::string base;  // one more that is known: whatever names a commit, "" for none
  std::string moved_ref;  // where it is noted that the ref of `head` stood; known as well
  // Neither may be missing, nor history between them: what is not here was not scanned.
  // Otherwise a head that is missing is an error, and a base that is counts for nothing.
  bool is_whole_change = false;
};

struct RepositoryOptions {
  RepositoryLayout layout;
  std::string path;           // as the user named it, for coverage
  uint32_t source_index = 0;  // for origins
  ReadWay way = ReadWay::kAuto;

  bool history = true;
  std::string range;              // "A..B": commits of B that A does not have
  std::optional<IncomingCommits> incoming;  // these and nothing else
  std::optional<int64_t> since;   // committer date, seconds since 1970
  std::vector<std::string> refs;  // names or globs; empty: all refs
  bool include_unreachable = false;  // with history: objects to which nothing leads as well
  Verify verify = Verify::kNo;
  bool staged = false;            // only what is staged and no parent of a commit has
  bool whole_index = false;       // with staged: what the parents have as well
  std::string index_file;         // "" is the work tree's own
  // Parents of the commit that is being made, beside HEAD and those in MERGE_HEAD.
  std::vector<ObjectId> merged;
  bool working_tree = true;       // index and files; not with range, incoming, since or refs
  bool honour_gitignore = true;
  IgnoreRules exclude;  // paths of the configuration, for work tree and index

  // Called for repositories inside the work tree (submodules among them), which are
  // sources of their own.
  std::function<void(const std::string& path)> nested;
};

class RepositorySource : public Source {
 public:
  // Reads refs and resolves the range; no history yet. The error is a whole sentence.
  static Result<std::unique_ptr<RepositorySource>> open(RepositoryOptions options);
  ~RepositorySource() override;

  std::unique_ptr<Batch> next(Sink& sink) override;
  SourceCoverage coverage() const override;
  std::optional<uint64_t> total() const override;

  // Where these blobs stand in the history in scope. REQUIRES: next() came to its end.
  // What cannot be read is told to `sink`.
  std::vector<Place> attribute(const std::unordered_set<ObjectId>& blobs, Sink& sink);

  // The commit of this id with its author, for findings in commit messages.
  std::optional<CommitObject> commit(const ObjectId& id);
  std::optional<TagObject> tag(const ObjectId& id);

  // The bytes of the file at `path` in the tree of HEAD: nullopt when there is no such file,
  // when it is a link, when it has more than `most_bytes`, or when it cannot be read.
  std::optional<std::string> file_at_head(ByteView path, size_t most_bytes);

  // The address of the remote "origin" as the configuration writes it, "" without one. May
  // hold a password.
  std::string remote_address() const;
  // What the staged files or the incoming commits replace or remove: the blobs that stood
  // before at the paths that they change; and what the commits hold that a push by force takes
  // from its refs. A secret in one of these is an old one, which may have moved.
  // REQUIRES: next() came to its end; this outlives what it gives.
  std::unique_ptr<Source> replaced(Sink& sink);

  // Whether the object was read though nothing in scope leads to it.
  bool is_unreachable(const ObjectId& object) const;

  // Whether the commit is the tip of a branch.
  bool is_tip(const ObjectId& commit) const;

  ObjectFormat format() const;

 private:
  struct State;
  explicit RepositorySource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace straykey
