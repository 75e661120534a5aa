// SPDX-License-Identifier: Apache-2.0
// Which way an object is read. The fast way is the rule; git is asked where libgit2 cannot
// (SHA-256 names) and, object by object, where libgit2 fails: it may know a newer format or
// read around damage in one pack with the copy in another. The git process of a reader is
// started by the first such object, so a sound repository never needs git.
#include "scanner/git/object_store.h"

#include <optional>
#include <utility>

#include "scanner/git/object_readers.h"

namespace straykey {
namespace {

// Fast, then compat. The fast reader's reason is kept unless git knows a better one: that
// the object is damaged where libgit2 did not find it.
class FallbackReader : public ObjectReader {
 public:
  enum class Missing { kAsk, kBelieve };

  FallbackReader(std::unique_ptr<ObjectReader> fast,
                 std::shared_ptr<const RepositoryLayout> layout, Missing if_missing)
      : fast_(std::move(fast)), layout_(std::move(layout)), if_missing_(if_missing) {}

  Result<Object> read(const ObjectId& id) override {
    return either(fast_->read(id), [&](ObjectReader& git) { return git.read(id); });
  }
  Result<Header> header(const ObjectId& id) override {
    return either(fast_->header(id), [&](ObjectReader& git) { return git.header(id); });
  }
  Result<ObjectId> resolve_prefix(ByteView prefix) override {
    return either(fast_->resolve_prefix(prefix),
                  [&](ObjectReader& git) { return git.resolve_prefix(prefix); });
  }

 private:
  template <class T, class Ask>
  Result<T> either(Result<T> fast, Ask ask) {
    if (fast) return fast;
    bool missing = is_missing(fast.error());
    if (missing && if_missing_ == Missing::kBelieve) return fast;
    if (!start_compat()) return fast;
    Result<T> answer = ask(*compat_);
    if (!answer && !missing) return fast;
    return answer;
  }

  // Tried once: without a git program, all answers are the fast ones.
  bool start_compat() {
    if (!tried_) {
      tried_ = true;
      auto reader = open_compat_reader(layout_);
      if (reader) compat_ = std::move(*reader);
    }
    return compat_ != nullptr;
  }

  std::unique_ptr<ObjectReader> fast_;
  std::unique_ptr<ObjectReader> compat_;
  std::shared_ptr<const RepositoryLayout> layout_;
  Missing if_missing_;
  bool tried_ = false;
};

class VerifyingReader : public ObjectReader {
 public:
  VerifyingReader(std::unique_ptr<ObjectReader> reader, ObjectFormat format)
      : reader_(std::move(reader)), format_(format) {}

  Result<Object> read(const ObjectId& id) override {
    auto object = reader_->read(id);
    if (object && object_id(object->type, object->bytes, format_) != id) {
      return Error{"object is damaged: its bytes are not those of its name"};
    }
    return object;
  }
  Result<Header> header(const ObjectId& id) override { return reader_->header(id); }
  Result<ObjectId> resolve_prefix(ByteView prefix) override {
    return reader_->resolve_prefix(prefix);
  }

 private:
  std::unique_ptr<ObjectReader> reader_;
  ObjectFormat format_;
};

class Store : public ObjectStore {
 public:
  Store(std::shared_ptr<const RepositoryLayout> layout, ReadWay way, Verify verify)
      : layout_(std::move(layout)), way_(way), verify_(verify) {
    if (way_ != ReadWay::kCompat) places_ = std::make_shared<FastPlaces>(*layout_);
  }

  Result<std::unique_ptr<ObjectReader>> reader() const override {
    auto reader = unverified();
    if (!reader || verify_ == Verify::kNo) return reader;
    return std::unique_ptr<ObjectReader>(
        std::make_unique<VerifyingReader>(std::move(*reader), layout_->format));
  }

  const char* way() const override { return way_ == ReadWay::kCompat ? "compat" : "fast"; }

 private:
  Result<std::unique_ptr<ObjectReader>> unverified() const {
    if (way_ == ReadWay::kCompat) return open_compat_reader(layout_);
    auto fast = open_fast_reader(places_);
    if (way_ == ReadWay::kFast) return fast;
    // A partial clone lacks objects by the thousand, and git has them no more than we.
    auto if_missing = layout_->partial && places_->all_are_sound() ? FallbackReader::Missing::kBelieve
                                                            : FallbackReader::Missing::kAsk;
    return std::unique_ptr<ObjectReader>(
        std::make_unique<FallbackReader>(std::move(fast), layout_, if_missing));
  }

  std::shared_ptr<const RepositoryLayout> layout_;
  ReadWay way_;
  Verify verify_;
  std::shared_ptr<const FastPlaces> places_;
};

}  // namespace

std::optional<ObjectType> parse_type(ByteView name) {
  if (name == "commit") return ObjectType::kCommit;
  if (name == "tree") return ObjectType::kTree;
  if (name == "blob") return ObjectType::kBlob;
  if (name == "tag") return ObjectType::kTag;
  return std::nullopt;
}

Result<ObjectId> pad_prefix(ByteView prefix, ObjectFormat format) {
  std::string digits(prefix);
  digits.resize(2 * id_bytes(format), '0');
  auto id = ObjectId::from_hex(digits);
  if (!id || prefix.size() < 4 || prefix.size() > digits.size()) {
    return Error{"'" + std::string(prefix) + "' is not the beginning of an object name"};
  }
  return *id;
}

Result<std::unique_ptr<ObjectStore>> ObjectStore::open(const RepositoryLayout& layout,
                                                       ReadWay way, Verify verify) {
  bool sha256 = layout.format == ObjectFormat::kSha256;
  if (sha256 && way == ReadWay::kFast) {
    return Error{layout.common_dir +
                 ": SHA-256 object names cannot be read the fast way; use the compat way"};
  }
  if (sha256) way = ReadWay::kCompat;
  auto store = std::make_unique<Store>(std::make_shared<RepositoryLayout>(layout), way, verify);
  // That the way can be gone at all is better known now than once per object.
  auto reader = store->reader();
  if (!reader) {
    bool no_git = reader.error().message.starts_with("git: not found");
    return no_git && sha256 ? Error{reader.error().message + " (SHA-256 object names)"}
                            : reader.error();
  }
  return std::unique_ptr<ObjectStore>(std::move(store));
}

}  // namespace straykey
