// SPDX-License-Identifier: Apache-2.0
// Objects by libgit2, without a git_repository: that would read the configuration, ask who
// owns the folder, and refuse repositories for extensions that do not matter to objects.
//
// Of its object database only the part for single packs is used, because damage makes
// libgit2 1.5 do worse than fail:
//   a truncated loose object     endless loop; loose_objects.cc reads them instead
//   an offset behind the pack    reads foreign memory; every index is checked before
//   the same in a multi-pack-index; none is ever opened
//
// Two things cost more than they look:
//   one database for all threads   the threads wait for its locks: one per reader instead
//   hash verification              on by default, and twice the time of the reading; what a
//                                  pack or a zlib stream says of its own sums is still checked
//
// It also takes long to start, so the first objects are read without it: few_packed_objects.h.
//
// libgit2 gives up on some damage that git reads around; object_store.cc asks git then.
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <sys/stat.h>

#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/git/few_packed_objects.h"
#include "scanner/git/loose_objects.h"
#include "scanner/git/object_readers.h"
#include "scanner/git/pack_index.h"
#include "scanner/git/packs.h"

namespace straykey {
namespace {

constexpr size_t kMappedBytes = size_t{128} << 20;
constexpr size_t kWindowBytes = size_t{32} << 20;
constexpr int kFew = 512;  // objects: then it pays to start libgit2

// libgit2's options belong to the process. It is never shut down: readers of other threads
// may live until the end.
void set_up_libgit2() {
  static std::once_flag once;
  std::call_once(once, [] {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, kWindowBytes);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kMappedBytes);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);  // of objects: TreeReader keeps the trees
  });
}

git_oid to_oid(const ObjectId& id) {
  git_oid oid{};
  std::memcpy(oid.id, id.bytes.data(), sizeof oid.id);
  return oid;
}

std::string last_reason() {
  const git_error* error = git_error_last();
  return error && error->message ? error->message : "no reason is known";
}

Error error_of(int code) {
  return code == GIT_ENOTFOUND ? kMissing : Error{"object is damaged: " + last_reason()};
}

std::optional<ObjectType> type_of(git_object_t type) {
  switch (type) {
    case GIT_OBJECT_COMMIT: return ObjectType::kCommit;
    case GIT_OBJECT_TREE: return ObjectType::kTree;
    case GIT_OBJECT_BLOB: return ObjectType::kBlob;
    case GIT_OBJECT_TAG: return ObjectType::kTag;
    default: return std::nullopt;
  }
}

using Odb = std::unique_ptr<git_odb, decltype(&git_odb_free)>;

Result<Odb> open_packs(const std::vector<std::string>& pack_indexes) {
  set_up_libgit2();
  git_odb* raw = nullptr;
  if (git_odb_new(&raw) != 0) return Error{"libgit2: " + last_reason()};
  Odb packs(raw, &git_odb_free);
  for (const std::string& file : pack_indexes) {
    git_odb_backend* backend = nullptr;
    // A pack may have been repacked into another one since; git knows that one.
    if (git_odb_backend_one_pack(&backend, file.c_str()) != 0) continue;
    if (git_odb_add_backend(raw, backend, 1) != 0) {
      backend->free(backend);
      return Error{file + ": the pack cannot be opened: " + last_reason()};
    }
  }
  return packs;
}

class FastReader : public ObjectReader {
 public:
  explicit FastReader(std::shared_ptr<const FastPlaces> places)
      : places_(std::move(places)),
        loose_(places_->objects_dirs()),
        few_(places_->pack_indexes()) {}

  Result<Object> read(const ObjectId& id) override {
    return either(loose_.read(id), [&] { return read_packed(id); });
  }
  Result<Header> header(const ObjectId& id) override {
    return either(loose_.header(id), [&] { return packed_header(id); });
  }

  Result<ObjectId> resolve_prefix(ByteView prefix) override {
    auto opened = open();
    if (!opened) return opened.error();
    auto padded = pad_prefix(prefix, ObjectFormat::kSha1);
    if (!padded) return padded.error();
    std::set<ObjectId> found = loose_.begin_with(prefix);
    git_oid oid = to_oid(*padded);
    git_oid packed{};
    int code = git_odb_exists_prefix(&packed, packs_.get(), &oid, prefix.size());
    if (code == GIT_EAMBIGUOUS || found.size() > 1) return kAmbiguous;
    if (code == 0) {
      found.insert(ObjectId::from_raw(
          ByteView(reinterpret_cast<const char*>(packed.id), id_bytes(ObjectFormat::kSha1))));
    }
    if (found.empty()) return error_of(code);
    if (found.size() > 1) return kAmbiguous;
    return *found.begin();
  }

 private:
  // Loose first: to ask for a file costs less than to ask every pack.
  template <class T, class Packed>
  static Result<T> either(Result<T> loose, Packed packed) {
    if (loose) return loose;
    Result<T> answer = packed();
    if (!answer && is_missing(answer.error())) return loose;
    return answer;
  }

  Result<void> open() {
    if (packs_) return {};
    auto packs = open_packs(places_->sound_pack_indexes());
    if (!packs) return packs.error();
    packs_ = std::move(*packs);
    return {};
  }

  Result<Object> read_packed(const ObjectId& id) {
    if (!packs_ && few_read_++ < kFew) {
      if (auto object = few_.read(id)) return std::move(*object);
    }
    auto opened = open();
    if (!opened) return opened.error();
    git_oid oid = to_oid(id);
    git_odb_object* raw = nullptr;
    int code = git_odb_read(&raw, packs_.get(), &oid);
    if (code == GIT_ENOTFOUND) {  // in a pack that was deleted before libgit2 started
      if (auto object = few_.read(id)) return std::move(*object);
    }
    if (code != 0) return error_of(code);
    std::unique_ptr<git_odb_object, decltype(&git_odb_object_free)> object(
        raw, &git_odb_object_free);
    auto type = type_of(git_odb_object_type(raw));
    if (!type) return Error{"object is damaged: its type is not known"};
    return Object{*type, std::string(static_cast<const char*>(git_odb_object_data(raw)),
                                     git_odb_object_size(raw))};
  }

  Result<Header> packed_header(const ObjectId& id) {
    if (!packs_ && few_read_++ < kFew) {
      if (auto header = few_.header(id)) return *header;
    }
    auto opened = open();
    if (!opened) return opened.error();
    git_oid oid = to_oid(id);
    size_t size = 0;
    git_object_t raw_type = GIT_OBJECT_INVALID;
    int code = git_odb_read_header(&size, &raw_type, packs_.get(), &oid);
    if (code == GIT_ENOTFOUND) {
      if (auto header = few_.header(id)) return *header;
    }
    if (code != 0) return error_of(code);
    auto type = type_of(raw_type);
    if (!type) return Error{"object is damaged: its type is not known"};
    return Header{*type, size};
  }

  std::shared_ptr<const FastPlaces> places_;
  LooseObjects loose_;
  FewPackedObjects few_;
  int few_read_ = 0;
  Odb packs_{nullptr, &git_odb_free};  // null until it is needed
};

}  // namespace

FastPlaces::FastPlaces(const RepositoryLayout& layout)
    : objects_dirs_(all_objects_dirs(layout)), pack_indexes_(pack_index_files(objects_dirs_)) {}

const std::vector<std::string>& FastPlaces::sound_pack_indexes() const {
  std::call_once(once_, [this] {
    for (const std::string& file : pack_indexes_) {
      std::string pack = file.substr(0, file.size() - 4) + ".pack";
      struct stat st;
      auto index = PackIndex::open(file, ObjectFormat::kSha1);
      if (index && ::stat(pack.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
          index->fits(static_cast<uint64_t>(st.st_size))) {
        sound_.push_back(file);
      }
    }
  });
  return sound_;
}

std::unique_ptr<ObjectReader> open_fast_reader(std::shared_ptr<const FastPlaces> places) {
  return std::make_unique<FastReader>(std::move(places));
}

}  // namespace straykey
