// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/register_file.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "scanner/base/suggest.h"
#include "scanner/base/time.h"
#include "scanner/nhi/entries.h"
#include "scanner/nhi/importer.h"
#include "scanner/signature/signature_writer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;
constexpr const char* kHand = "by hand";

// Puts what is not empty.
void put(Ordered& out, const char* key, const std::string& value) {
  if (!value.empty()) out[key] = value;
}

void put(Ordered& out, const char* key, std::optional<int64_t> time) {
  if (time) out[key] = iso_time(*time);
}

void put(Ordered& out, const char* key, const std::vector<std::string>& values) {
  if (!values.empty()) out[key] = values;
}

template <class Enum>
void put_kind(Ordered& out, const char* key, Enum value) {
  if (value != Enum::kUnknown) out[key] = name(value);
}

template <class Statement>
void put_source(Ordered& out, const Statement& statement) {
  put(out, "source", statement.source);
  out["as_of"] = iso_time(statement.as_of);
}

// Days are numbers, all else is text.
void put(Ordered& out, Field field, const std::string& text) {
  Nhi days;
  const bool is_days = field == Field::kRotationDays || field == Field::kReviewDays;
  if (is_days && set_from_text(days, field, text)) {
    out[name(field)] = field == Field::kRotationDays ? days.rotation_days : days.review_days;
  } else {
    put(out, name(field), text);
  }
}

// The facts that one source said at one time stand together.
Ordered facts_of(const Nhi& nhi) {
  std::map<std::tuple<bool, std::string, int64_t>, Ordered> by_source;
  for (const Fact& fact : nhi.facts) {
    Ordered& out = by_source[{!fact.attested, fact.source, fact.as_of}];
    if (out.empty()) {
      put_source(out, fact);
      if (fact.attested) out["attested"] = true;
    }
    put(out, fact.field, fact.value);
  }
  Ordered out = Ordered::array();
  for (auto& [source, facts] : by_source) out.push_back(std::move(facts));
  return out;
}

Ordered entry_of(const CredentialLink& link) {
  Ordered out = Ordered::object();
  out["kind"] = name(link.kind);
  put(out, "provider", link.provider);
  put(out, "value", link.value);
  put(out, "credential_id", link.credential);
  put_kind(out, "status", link.status);
  put(out, "created", link.created);
  put(out, "last_rotated", link.last_rotated);
  put(out, "last_used", link.last_used);
  put(out, "expires", link.expires);
  put_source(out, link);
  return out;
}

Ordered entry_of(const Nhi& nhi, const std::vector<CredentialLink>& links) {
  Ordered out = Ordered::object();
  out["id"] = nhi.id;
  if (!nhi.registered) out["registered"] = false;
  for (size_t i = 0; i < kFields; ++i) {
    const auto field = static_cast<Field>(i);
    put(out, field, text_of(nhi, field));
  }
  if (!nhi.facts.empty()) out["facts"] = facts_of(nhi);
  for (const CredentialLink& link : links) out["credential"].push_back(entry_of(link));
  return out;
}

Ordered entry_of(const Person& person) {
  Ordered out = Ordered::object();
  put(out, "name", person.name);
  put(out, "emails", person.emails);
  put(out, "logins", person.logins);
  out["active"] = person.active;
  put(out, "left_on", person.left_on);
  put(out, "manager", person.manager);
  put_source(out, person);
  return out;
}

Ordered entry_of(const Component& component) {
  Ordered out = Ordered::object();
  out["name"] = component.name;
  put(out, "repository", component.repository);
  put(out, "path", component.path);
  put(out, "owner", component.owner);
  put_kind(out, "owner_kind", component.owner_kind);
  put(out, "system", component.system);
  put(out, "lifecycle", component.lifecycle);
  put_source(out, component);
  return out;
}

std::string toml_value(const Ordered& value) {
  if (value.is_string()) return toml_text(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value.dump();
  std::string out;
  for (const auto& [key, element] : value.items()) {
    out += (out.empty() ? "" : ", ") + (value.is_object() ? key + " = " : "") +
           toml_value(element);
  }
  return value.is_object() ? "{ " + out + " }" : "[" + out + "]";
}

void append_toml(std::string& out, const std::string& header, const Ordered& entry) {
  out += "\n[[" + header + "]]\n";
  for (const auto& [key, value] : entry.items()) {
    if (key == "credential") continue;
    if (key != "facts") {
      out += key + " = " + toml_value(value) + "\n";
      continue;
    }
    out += "facts = [\n";
    for (const Ordered& fact : value) out += "  " + toml_value(fact) + ",\n";
    out += "]\n";
  }
  if (!entry.contains("credential")) return;
  for (const Ordered& link : entry["credential"])
    append_toml(out, header + ".credential", link);
}

using Append = std::function<Result<void>(const char* list, const Ordered& entry)>;

// Calls `append` for everything in its order, until it fails.
Result<void> for_each_entry(const Register& reg, const Append& append) {
  Result<void> done;
  for (const auto& [id, nhi] : reg.nhis()) {
    if (done) done = append("nhi", entry_of(nhi, reg.links_of(id)));
  }
  for (const Person* person : reg.people()) {
    if (done) done = append("person", entry_of(*person));
  }
  for (const auto& [name, component] : reg.all_components()) {
    if (done) done = append("component", entry_of(component));
  }
  return done;
}

using Write = std::function<Result<void>(ByteView)>;

Result<void> write_toml(const Register& reg, const Write& write) {
  auto begun = write(
      "# The register of identities, written by straykey. A value may be changed by hand; who\n"
      "# said what, and when, stands in its facts.\nschema_version = " +
      std::to_string(kSchemaVersion) + "\n");
  if (!begun) return begun;
  return for_each_entry(reg, [&](const char* list, const Ordered& entry) {
    std::string out;
    append_toml(out, list, entry);
    return write(out);
  });
}

Result<void> write_json(const Register& reg, const Write& write) {
  auto written = write("{\n\"schema_version\": " + std::to_string(kSchemaVersion));
  if (!written) return written;
  std::string open;
  written = for_each_entry(reg, [&](const char* list, const Ordered& entry) {
    std::string out =
        open == list ? ",\n"
                     : (open.empty() ? ",\n\"" : "\n],\n\"") + std::string(list) + "\": [\n";
    open = list;
    return write(out + entry.dump(-1, ' ', false, Ordered::error_handler_t::replace));
  });
  return written ? write(open.empty() ? "\n}\n" : "\n]\n}\n") : written;
}

// Complains about a key that none of `known` is.
void check_keys(const Item& item, std::vector<std::string> known) {
  if (!item.value().is_object()) return;
  for (const auto& [key, value] : item.value().items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      item.complain(key.c_str(), "is no known key" + did_you_mean(key, known));
    }
  }
}

template <class Value>
void take(const Item& item, const char* key, Value& out,
          std::optional<Value> (*from_name)(ByteView)) {
  const std::string word = item.text(key);
  if (word.empty()) return;
  if (auto value = from_name(word)) {
    out = *value;
  } else {
    item.complain(key, "is not one of its values");
  }
}

template <class Statement>
void take_source(const Item& item, const Row& row, Statement& out) {
  out.source = item.text("source");
  if (out.source.empty()) out.source = row.source();
  out.as_of = item.time("as_of").value_or(row.as_of());
}

void read_link(const Item& item, Row& row, const std::string& nhi_id) {
  check_keys(item, {"kind", "provider", "value", "credential_id", "status", "created",
                    "last_rotated", "last_used", "expires", "source", "as_of"});
  CredentialLink out;
  item.required("kind");
  take(item, "kind", out.kind, link_kind_from_name);
  out.provider = item.text("provider");
  out.value = item.required("value");
  out.nhi_id = nhi_id;
  out.credential = item.text("credential_id");
  take(item, "status", out.status, nhi_status_from_name);
  out.created = item.time("created");
  out.last_rotated = item.time("last_rotated");
  out.last_used = item.time("last_used");
  out.expires = item.time("expires");
  take_source(item, row, out);
  row.add(std::move(out));
}

void read_facts(const Item& item, const Row& row, std::vector<Fact>& out) {
  std::vector<std::string> known = {"source", "as_of", "attested"};
  for (size_t i = 0; i < kFields; ++i) known.push_back(name(static_cast<Field>(i)));
  for (const Item& facts : item.objects("facts")) {
    check_keys(facts, known);
    Fact fact;
    take_source(facts, row, fact);
    fact.attested = facts.truth("attested").value_or(false);
    for (size_t i = 0; i < kFields; ++i) {
      fact.field = static_cast<Field>(i);
      fact.value = facts.text(name(fact.field));
      if (!fact.value.empty()) out.push_back(fact);
    }
  }
}

void read_nhi(const Item& item, Row& row) {
  std::vector<std::string> known = {"id", "registered", "facts", "credential"};
  for (size_t i = 0; i < kFields; ++i) known.push_back(name(static_cast<Field>(i)));
  check_keys(item, known);
  Nhi out;
  out.id = item.required("id");
  row.id(out.id);
  out.registered = item.truth("registered").value_or(true);
  std::vector<Fact> facts;
  read_facts(item, row, facts);
  settle(out, std::move(facts));
  for (size_t i = 0; i < kFields; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string value = item.text(name(field));
    Nhi trial;
    if (value.empty()) continue;
    if (!set_from_text(trial, field, value)) {
      item.complain(name(field), "is not one of its values; see docs/identities.md");
    }
    if (text_of(trial, field) != text_of(out, field)) {
      row.say(out, field, text_of(trial, field));
    }
  }
  for (const Item& link : item.objects("credential")) read_link(link, row, out.id);
  row.add(std::move(out));
}

void read_person(const Item& item, Row& row) {
  check_keys(item,
             {"name", "emails", "logins", "active", "left_on", "manager", "source", "as_of"});
  Person out;
  out.name = item.text("name");
  out.emails = item.texts("emails");
  out.logins = item.texts("logins");
  if (out.emails.empty() && out.logins.empty()) item.complain("emails", "is missing");
  out.active = item.truth("active").value_or(true);
  out.left_on = item.time("left_on");
  out.manager = item.text("manager");
  take_source(item, row, out);
  row.people.push_back(std::move(out));
}

void read_component(const Item& item, Row& row) {
  check_keys(item, {"name", "repository", "path", "owner", "owner_kind", "system", "lifecycle",
                    "source", "as_of"});
  Component out;
  out.name = item.required("name");
  row.id(out.name);
  out.repository = item.text("repository");
  out.path = item.text("path");
  out.owner = item.text("owner");
  take(item, "owner_kind", out.owner_kind, owner_kind_from_name);
  out.system = item.text("system");
  out.lifecycle = item.text("lifecycle");
  take_source(item, row, out);
  row.components.push_back(std::move(out));
}

}  // namespace

Result<void> write_register(const Register& reg, RegisterForm form, const Write& write) {
  return form == RegisterForm::kToml ? write_toml(reg, write) : write_json(reg, write);
}

std::string write_register(const Register& reg, RegisterForm form) {
  std::string out;
  auto written = write_register(reg, form, [&](ByteView piece) {
    out += piece;
    return Result<void>();
  });
  STRAYKEY_CHECK(written);
  return out;
}

Result<Register> read_register(ByteView text, const std::string& file, int64_t changed) {
  Register out;
  const ExportFormat format =
      format_of(text, file) == ExportFormat::kJson ? ExportFormat::kJson : ExportFormat::kToml;
  const std::string source = kHand;
  auto take_entry = [&](Entry entry) -> Result<void> {
    const std::string place = file + ": " + place_text(format, entry.place) + ": ";
    std::string complaint;
    const Item item(entry.value, complaint);
    Row row(source, changed);
    if (entry.list == "nhi") {
      read_nhi(item, row);
    } else if (entry.list == "person") {
      read_person(item, row);
    } else if (entry.list == "component") {
      read_component(item, row);
    } else if (entry.list != ".") {
      return Error{place + "[[" + entry.list + "]] is no part of a register" +
                   did_you_mean(entry.list, {"nhi", "person", "component"})};
    } else {
      check_keys(item, {"schema_version", "nhi", "person", "component"});
      const Json& version = entry.value.value("schema_version", Json(kSchemaVersion));
      if (version != kSchemaVersion) {
        item.complain("schema_version", "is none that this version of straykey can read");
      }
    }
    if (!complaint.empty()) return Error{place + complaint};
    if (!row.once.empty() && (entry.list == "nhi" ? size_t{out.nhis().contains(row.once)}
                                                  : out.all_components().count(row.once))) {
      return Error{place + "'" + row.once + "' stands in the register before"};
    }
    for (Nhi& nhi : row.nhis) out.add(std::move(nhi));
    for (CredentialLink& link : row.links) out.add(std::move(link));
    for (Person& person : row.people) out.add(std::move(person));
    for (Component& component : row.components) out.add(std::move(component));
    return {};
  };
  auto read = read_entries(text, file, format, take_entry);
  if (!read) return read.error();
  return out;
}

// For importing one register into another: what no fact says is said by the import's source.
std::vector<ImportKind> register_kinds() {
  const char* title = "register of straykey";
  return {
      {"register", title, "nhi", {"id"}, nullptr, read_nhi},
      {"register", title, "person", {"active"}, nullptr, read_person},
      {"register", title, "component", {"name", "owner"}, nullptr, read_component},
  };
}

}  // namespace straykey
