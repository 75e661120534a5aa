// SPDX-License-Identifier: Apache-2.0
// Backstage's catalogue: the documents of catalog-info.yaml, or the list that
// GET /api/catalog/entities gives (https://backstage.io/docs/features/software-catalog/
// descriptor-format). What has an owner and a place in a repository becomes a Component; users
// become people.
//
// References are [kind:][namespace/]name. A reference to an owner is one to a group unless it
// says something else. Groups and users of the namespace "default" are told by name alone.
#include "scanner/base/text.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

struct Reference {
  std::string kind, space, name;
};

Reference parse_reference(const std::string& text, const std::string& kind,
                          const std::string& space) {
  Reference out{kind, space, text};
  const size_t colon = out.name.find(':');
  if (colon != std::string::npos) {
    out.kind = lower(out.name.substr(0, colon));
    out.name.erase(0, colon + 1);
  }
  const size_t slash = out.name.find('/');
  if (slash != std::string::npos) {
    out.space = lower(out.name.substr(0, slash));
    out.name.erase(0, slash + 1);
  }
  return out;
}

std::string trim_slashes(std::string text) {
  while (text.starts_with('/')) text.erase(0, 1);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// "url:https://github.com/acme/shop/tree/main/services/api/" -> acme/shop, services/api. Also
// GitLab's ".../-/blob/main/catalog-info.yaml", whose folder counts. The branch has no slash.
void read_location(const std::string& location, Component& out) {
  const size_t host = location.find("://");
  if (host == std::string::npos) return;
  const size_t begin = location.find('/', host + 3);
  if (begin == std::string::npos) return;
  const std::string path = location.substr(begin + 1);
  for (const char* mark : {"/-/tree/", "/-/blob/", "/tree/", "/blob/"}) {
    const size_t at = path.find(mark);
    if (at == std::string::npos) continue;
    out.repository = path.substr(0, at);
    const size_t branch = path.find('/', at + std::string(mark).size());
    std::string below = branch == std::string::npos ? "" : path.substr(branch + 1);
    if (std::string(mark).find("blob") != std::string::npos) {
      const size_t file = below.rfind('/');
      below.resize(file == std::string::npos ? 0 : file);
    }
    out.path = trim_slashes(below);
    return;
  }
  out.repository = trim_slashes(path);
}

void read_user(const Item& item, Row& row) {
  const Item profile = item.object("spec").object("profile");
  Person person;
  person.name = profile.text("displayName");
  person.logins.push_back(item.object("metadata").required("name"));
  if (profile.has("email")) person.emails.push_back(profile.text("email"));
  row.id("user:" + lower(person.logins.front()));
  row.add(std::move(person));
}

void read_entity(const Item& item, Row& row) {
  const std::string kind = lower(item.required("kind"));
  if (kind == "user") return read_user(item, row);
  if (kind != "component" && kind != "resource" && kind != "api" && kind != "system") {
    return row.pass_over("catalogue entry of kind " + kind);
  }
  const Item meta = item.object("metadata");
  const Item spec = item.object("spec");
  const std::string given = lower(meta.text("namespace"));
  const std::string space = given.empty() ? "default" : given;
  Component out;
  out.name = kind + ":" + space + "/" + lower(meta.required("name"));
  row.id(out.name);
  const Reference owner = parse_reference(spec.required("owner"), "group", space);
  out.owner = owner.space == "default" ? owner.name : owner.space + "/" + owner.name;
  out.owner_kind = owner.kind == "user" ? OwnerKind::kPerson : OwnerKind::kTeam;
  out.system = kind == "system" ? meta.text("name")
                                : parse_reference(spec.text("system"), "system", space).name;
  out.lifecycle = spec.text("lifecycle");

  const Item notes = meta.object("annotations");
  for (const char* key : {"backstage.io/source-location", "backstage.io/managed-by-location"}) {
    if (out.repository.empty()) read_location(notes.text(key), out);
  }
  for (const char* key : {"github.com/project-slug", "gitlab.com/project-slug"}) {
    const std::string slug = trim_slashes(notes.text(key));
    if (slug.empty() || lower(slug) == lower(out.repository)) continue;
    out.repository = slug;
    out.path.clear();
  }
  row.add(std::move(out));
}

bool is_entity(const Json& entry) {
  const Json& version = entry["apiVersion"];
  return version.is_string() &&
         version.get_ref<const std::string&>().starts_with("backstage.io/");
}

}  // namespace

std::vector<ImportKind> backstage_kinds() {
  return {{"backstage",
           "Backstage catalogue (catalog-info.yaml, GET /api/catalog/entities)",
           "",
           {"apiVersion", "kind", "metadata"},
           is_entity,
           read_entity}};
}

}  // namespace straykey
