// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/revision.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "scanner/git/object.h"

namespace straykey {
namespace {

const Ref* find_ref(ByteView name, const std::vector<Ref>& refs) {
  if (name == "@") name = "HEAD";
  // The order of gitrevisions(7), "<refname>".
  static constexpr const char* kPrefixes[] = {"", "refs/", "refs/tags/", "refs/heads/",
                                              "refs/remotes/"};
  for (const char* prefix : kPrefixes) {
    std::string full = prefix + std::string(name);
    for (const Ref& ref : refs) {
      if (ref.name == full) return &ref;
    }
  }
  std::string head = "refs/remotes/" + std::string(name) + "/HEAD";
  for (const Ref& ref : refs) {
    if (ref.name == head) return &ref;
  }
  return nullptr;
}

bool is_hex(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

Result<ObjectId> parent_of(const ObjectId& id, uint32_t number, ObjectReader& objects) {
  if (number == 0) return id;
  auto object = objects.read(id);
  if (!object) return object.error();
  auto commit = parse_commit(object->bytes);
  if (!commit || commit->parents.size() < number) return Error{"there is no such parent"};
  return commit->parents[number - 1];
}

}  // namespace

Result<ObjectId> peel_to_commit(ObjectId id, ObjectReader& objects) {
  for (int depth = 0; depth < 64; ++depth) {
    auto object = objects.read(id);
    if (!object) return object.error();
    if (object->type == ObjectType::kCommit) return id;
    auto tag = object->type == ObjectType::kTag ? parse_tag(object->bytes) : std::nullopt;
    if (!tag) return Error{"it is not a commit"};
    id = tag->target;
  }
  return Error{"tags point to tags without end"};
}

Result<ObjectId> resolve_revision(ByteView revision, const std::vector<Ref>& refs,
                                  ObjectReader& objects) {
  ByteView name = revision.substr(0, revision.find_first_of("~^"));
  ByteView steps = revision.substr(name.size());
  auto fail = [&](const std::string& reason) {
    return Error{"'" + std::string(revision) + "': " + reason};
  };

  ObjectId id;
  if (const Ref* ref = find_ref(name, refs)) {
    id = ref->id;
  } else if (name.size() >= 4 && name.size() <= 64 && is_hex(name)) {
    auto full = ObjectId::from_hex(name);
    if (!full) {
      auto resolved = objects.resolve_prefix(name);
      if (!resolved) return fail(resolved.error().message);
      full = *resolved;
    }
    id = *full;
  } else {
    return fail("this repository has no such branch, tag or commit");
  }
  auto commit = peel_to_commit(id, objects);
  if (!commit) return fail(commit.error().message);
  id = *commit;

  while (!steps.empty()) {
    char kind = steps.front();
    steps.remove_prefix(1);
    uint32_t number = 1;
    auto parsed = std::from_chars(steps.data(), steps.data() + steps.size(), number);
    steps.remove_prefix(static_cast<size_t>(parsed.ptr - steps.data()));
    if (kind == '^') {
      auto parent = parent_of(id, number, objects);
      if (!parent) return fail(parent.error().message);
      id = *parent;
    } else if (kind == '~') {
      for (uint32_t i = 0; i < number; ++i) {
        auto parent = parent_of(id, 1, objects);
        if (!parent) return fail(parent.error().message);
        id = *parent;
      }
    } else {
      return fail("only ~N and ^N may follow a name");
    }
  }
  return id;
}

std::vector<Ref> select_refs(ByteView pattern, const std::vector<Ref>& refs) {
  if (const Ref* ref = find_ref(pattern, refs)) return {*ref};
  std::vector<Ref> selected;
  std::string glob(pattern);
  for (const Ref& ref : refs) {
    if (::fnmatch(glob.c_str(), ref.name.c_str(), 0) == 0) selected.push_back(ref);
  }
  return selected;
}

}  // namespace straykey
