// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/stored_register.h"

#include <algorithm>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/base/text.h"
#include "scanner/nhi/most_links.h"
#include "scanner/store/connection.h"
#include "scanner/store/record.h"
#include "scanner/store/schema.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

// What the register says in words of an enumeration. A word that is none was put there by
// somebody else, and shows in the hashes.
template <class Enum>
Enum kind_in(const SqlValue& value, std::optional<Enum> (*from_name)(ByteView)) {
  return from_name(text(value)).value_or(Enum{});
}

std::optional<int64_t> time_in(const SqlValue& value) {
  const auto* whole = std::get_if<int64_t>(&value);
  return whole ? std::optional<int64_t>(*whole) : std::nullopt;
}

std::vector<std::string> words_in(const SqlValue& value) {
  std::vector<std::string> out;
  const Json list = Json::parse(text(value), nullptr, false);
  for (const Json& word : list) {
    if (word.is_string()) out.push_back(word.get<std::string>());
  }
  return out;
}

constexpr char kNhis[] =
    "SELECT nhi.id, nhi.registered, nhi_fact.field, nhi_fact.attested, nhi_fact.as_of,"
    " nhi_fact.value, nhi_fact.source FROM nhi LEFT JOIN nhi_fact ON nhi_fact.nhi = nhi.id";

// Those that a row of nhi has as text, in columns of their names.
constexpr Field kTextFields[] = {Field::kKind,        Field::kName,     Field::kOwner,
                                 Field::kOwnerKind,   Field::kClass,    Field::kSystem,
                                 Field::kEnvironment, Field::kSupplier, Field::kAccount,
                                 Field::kPurpose,     Field::kStatus};

// Adds the fact of one row of kNhis.
void add_fact(const Row& row, std::vector<Fact>& facts) {
  auto field = field_from_name(text(row[2]));
  if (!field) return;
  facts.push_back({*field, number(row[3]) != 0, number(row[4]), text(row[5]), text(row[6])});
}

constexpr char kLinks[] =
    "SELECT kind, provider, value, nhi, credential, status, created, last_rotated, last_used,"
    " expires, source, as_of FROM credential_link";

CredentialLink link_of(const Row& row) {
  return {kind_in(row[0], link_kind_from_name),
          text(row[1]),
          text(row[2]),
          text(row[3]),
          text(row[4]),
          kind_in(row[5], nhi_status_from_name),
          time_in(row[6]),
          time_in(row[7]),
          time_in(row[8]),
          time_in(row[9]),
          text(row[10]),
          number(row[11])};
}

constexpr char kPeople[] =
    "SELECT person.name, emails, logins, active, left_on, manager, source, as_of FROM person";

Person person_of(const Row& row) {
  return {text(row[0]),         words_in(row[1]), words_in(row[2]), number(row[3]) != 0,
          time_in(row[4]), text(row[5]),     text(row[6]),     number(row[7])};
}

constexpr char kComponents[] =
    "SELECT name, repository, path, owner, owner_kind, system, lifecycle, source, as_of"
    " FROM component";

Component component_of(const Row& row) {
  return {text(row[0]), text(row[1]), text(row[2]),
          text(row[3]), kind_in(row[4], owner_kind_from_name),
          text(row[5]), text(row[6]), text(row[7]),
          number(row[8])};
}

// Nothing after an error, of which `outcome` keeps the first.
std::vector<Row> rows(Connection& connection, const std::string& sql, const Row& parameters,
                      Result<void>& outcome) {
  auto found = connection.query(sql, parameters);
  if (found) return std::move(*found);
  if (outcome) outcome = found.error();
  return {};
}

void put(Json& body, const char* key, const std::optional<int64_t>& time) {
  if (time) body[key] = *time;
}

// The names of the members of a body are those of the columns.
Json body_of(const CredentialLink& link) {
  Json body = {{"kind", name(link.kind)},
               {"provider", body_text(link.provider)},
               {"value", body_text(link.value)},
               {"credential", body_text(link.credential)},
               {"status", name(link.status)},
               {"source", body_text(link.source)},
               {"as_of", link.as_of}};
  put(body, "created", link.created);
  put(body, "last_rotated", link.last_rotated);
  put(body, "last_used", link.last_used);
  put(body, "expires", link.expires);
  return body;
}

Json body_of(const Nhi& nhi, const std::vector<CredentialLink>& links) {
  Json body = {{"id", body_text(nhi.id)},
               {"registered", int64_t{nhi.registered}},
               {"owner_attested", int64_t{nhi.owner_attested}}};
  for (Field field : kTextFields) {
    const std::string value = text_of(nhi, field);
    if (!value.empty()) body[name(field)] = body_text(value);
  }
  put(body, "created", nhi.created);
  put(body, "last_rotated", nhi.last_rotated);
  put(body, "last_used", nhi.last_used);
  put(body, "expires", nhi.expires);
  if (nhi.rotation_days > 0) body["rotation_days"] = nhi.rotation_days;
  if (nhi.review_days > 0) body["review_days"] = nhi.review_days;
  Json facts = Json::array(), credentials = Json::array();
  for (const Fact& fact : nhi.facts) {
    facts.push_back({{"field", name(fact.field)},
                     {"value", body_text(fact.value)},
                     {"source", body_text(fact.source)},
                     {"as_of", fact.as_of},
                     {"attested", int64_t{fact.attested}}});
  }
  for (const CredentialLink& link : links) credentials.push_back(body_of(link));
  body["facts"] = std::move(facts);
  body["credentials"] = std::move(credentials);
  return body;
}

// The first word by which a person is known; no other person has it.
std::string id_of(const Person& person) {
  const auto& words = person.emails.empty() ? person.logins : person.emails;
  return words.empty() ? "" : body_text(words.front());
}

Json body_of(const Person& person) {
  auto texts = [](const std::vector<std::string>& words) {
    Json out = Json::array();
    for (const std::string& word : words) out.push_back(body_text(word));
    return out;
  };
  Json body = {{"id", id_of(person)},
               {"name", body_text(person.name)},
               {"emails", texts(person.emails)},
               {"logins", texts(person.logins)},
               {"active", int64_t{person.active}},
               {"manager", body_text(person.manager)},
               {"source", body_text(person.source)},
               {"as_of", person.as_of}};
  put(body, "left_on", person.left_on);
  return body;
}

Json body_of(const Component& component) {
  return {{"name", body_text(component.name)},
          {"repository", body_text(component.repository)},
          {"path", body_text(component.path)},
          {"owner", body_text(component.owner)},
          {"owner_kind", name(component.owner_kind)},
          {"system", body_text(component.system)},
          {"lifecycle", body_text(component.lifecycle)},
          {"source", body_text(component.source)},
          {"as_of", component.as_of}};
}

// Writes the entries of a register that are not what the store says of them.
class Differences {
 public:
  Differences(Connection& connection, int64_t now) : connection_(connection), now_(now) {}

  Result<void> write(const Register& reg) {
    for (const auto& [id, nhi] : reg.nhis()) {
      auto written = write_entry("nhi", "id", body_text(id), body_of(nhi, reg.links_of(id)));
      if (!written) return written;
    }
    for (const Person* person : reg.people()) {
      auto gone = known_as(*person);
      if (!gone) return gone.error();
      auto written = write_entry("person", "id", id_of(*person), body_of(*person), *gone);
      if (!written) return written;
    }
    for (const auto& [name, component] : reg.all_components()) {
      auto written = write_entry("component", "name", body_text(name), body_of(component));
      if (!written) return written;
    }
    return {};
  }

 private:
  // As whom else the store knows the person: whoever turned out to be somebody known is one
  // with them now.
  Result<std::vector<std::string>> known_as(const Person& person) {
    std::set<std::string> ids;
    for (const auto* words : {&person.emails, &person.logins}) {
      for (const std::string& word : *words) {
        auto found = connection_.query("SELECT person FROM person_word WHERE word = $1",
                                       {body_text(word)});
        if (!found) return found.error();
        for (const Row& row : *found) ids.insert(text(row[0]));
      }
    }
    ids.erase(id_of(person));
    return std::vector<std::string>(ids.begin(), ids.end());
  }

  Result<void> write_entry(const std::string& table, const std::string& key,
                           const std::string& id, Json body,
                           const std::vector<std::string>& replaces = {}) {
    std::string digest = hex(sha256(canonical(body)));
    auto known = connection_.query("SELECT digest FROM " + table + " WHERE " + key + " = $1", {id});
    if (!known) return known.error();
    if (replaces.empty() && !known->empty() && text((*known)[0][0]) == digest) return {};
    body["digest"] = std::move(digest);
    if (!replaces.empty()) body["replaces"] = replaces;
    auto added = append_record(connection_, table, now_, body);
    return added ? Result<void>() : added.error();
  }

  Connection& connection_;
  int64_t now_;
};

}  // namespace

Result<std::unique_ptr<StoredRegister>> StoredRegister::open(const std::string& where) {
  auto connection = open_connection(where, IfAbsent::kRefuse);
  if (!connection) return connection.error();
  auto ready = check_schema(**connection);
  if (!ready) return ready.error();
  // Nothing is held before the first look-up.
  auto begun = (*connection)->begin(Access::kRead);
  if (!begun) return begun.error();
  auto out = std::make_unique<StoredRegister>(**connection);
  out->owned_ = std::move(*connection);
  return out;
}

StoredRegister::StoredRegister(Connection& connection) : connection_(&connection) {}
StoredRegister::~StoredRegister() = default;

std::vector<CredentialLink> StoredRegister::links(LinkKind kind, ByteView provider,
                                                  ByteView value) const {
  static const std::string sql =
      std::string(kLinks) + " WHERE kind = $1 AND provider = $2 AND value = $3 LIMIT " +
      std::to_string(kMostLinks);
  std::vector<CredentialLink> out;
  for (const Row& row : rows(*connection_, sql,
                             {name(kind), body_text(provider), body_text(value)}, outcome_)) {
    out.push_back(link_of(row));
  }
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

std::vector<CredentialLink> StoredRegister::links_of(ByteView nhi_id) const {
  static const std::string sql = std::string(kLinks) + " WHERE nhi = $1";
  std::vector<CredentialLink> out;
  for (const Row& row : rows(*connection_, sql, {body_text(nhi_id)}, outcome_))
    out.push_back(link_of(row));
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

std::optional<Component> StoredRegister::component(ByteView name) const {
  static const std::string sql = std::string(kComponents) + " WHERE name = $1";
  const std::vector<Row> found = rows(*connection_, sql, {body_text(name)}, outcome_);
  return found.empty() ? std::nullopt : std::optional(component_of(found[0]));
}

std::vector<std::pair<std::string, std::string>> StoredRegister::names_of(ByteView kind) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Row& row : rows(*connection_, "SELECT name, id FROM nhi WHERE kind = $1",
                             {body_text(kind)}, outcome_)) {
    out.emplace_back(text(row[0]), text(row[1]));
  }
  return out;
}

std::optional<Nhi> StoredRegister::nhi(ByteView id) const {
  static const std::string sql = std::string(kNhis) + " WHERE nhi.id = $1";
  const std::vector<Row> found = rows(*connection_, sql, {body_text(id)}, outcome_);
  if (found.empty()) return std::nullopt;
  Nhi out;
  out.id = id;
  out.registered = number(found[0][1]) != 0;
  std::vector<Fact> facts;
  for (const Row& row : found) add_fact(row, facts);
  settle(out, std::move(facts));
  return out;
}

std::optional<Nhi> StoredRegister::nhi_in_short(ByteView id) const {
  static const std::string sql = [] {
    std::string columns = "registered, owner_attested, created, last_rotated, last_used, expires,"
                          " rotation_days, review_days";
    for (Field field : kTextFields) columns += std::string(", ") + name(field);
    return "SELECT " + columns + " FROM nhi WHERE id = $1";
  }();
  const std::vector<Row> found = rows(*connection_, sql, {body_text(id)}, outcome_);
  if (found.empty()) return std::nullopt;
  const Row& row = found[0];
  Nhi out;
  out.id = id;
  out.registered = number(row[0]) != 0;
  out.owner_attested = number(row[1]) != 0;
  out.created = time_in(row[2]);
  out.last_rotated = time_in(row[3]);
  out.last_used = time_in(row[4]);
  out.expires = time_in(row[5]);
  out.rotation_days = static_cast<uint32_t>(number(row[6]));
  out.review_days = static_cast<uint32_t>(number(row[7]));
  for (size_t i = 0; i < std::size(kTextFields); ++i) {
    set_from_text(out, kTextFields[i], text(row[8 + i]));
  }
  return out;
}

std::optional<Person> StoredRegister::person(ByteView email_or_login) const {
  static const std::string sql =
      std::string(kPeople) + " JOIN person_word ON person = person.id WHERE word = $1";
  const std::vector<Row> found =
      rows(*connection_, sql, {body_text(lower(email_or_login))}, outcome_);
  return found.empty() ? std::nullopt : std::optional(person_of(found[0]));
}

std::vector<Component> StoredRegister::components(ByteView repository) const {
  static const std::string sql = std::string(kComponents) + " WHERE repository = $1";
  std::vector<Component> out;
  for (const Row& row : rows(*connection_, sql, {body_text(lower(repository))}, outcome_)) {
    out.push_back(component_of(row));
  }
  std::sort(out.begin(), out.end(), [](const Component& a, const Component& b) {
    return std::tie(a.path, a.name) < std::tie(b.path, b.name);
  });
  return out;
}

Result<Register> read_stored_register(Connection& connection) {
  Register out;
  Nhi nhi;
  auto add_nhi = [&] {
    if (!nhi.id.empty()) out.add(std::move(nhi));
    nhi = Nhi();
  };
  auto read = connection.each(std::string(kNhis) + " ORDER BY nhi.id, nhi_fact.position", {},
                              [&](const Row& row) {
                                if (text(row[0]) != nhi.id) add_nhi();
                                nhi.id = text(row[0]);
                                nhi.registered = number(row[1]) != 0;
                                add_fact(row, nhi.facts);
                              });
  if (!read) return read.error();
  add_nhi();
  read = connection.each(kLinks, {}, [&](const Row& row) { out.add(link_of(row)); });
  if (!read) return read.error();
  read = connection.each(kPeople, {}, [&](const Row& row) { out.add(person_of(row)); });
  if (!read) return read.error();
  read = connection.each(kComponents, {}, [&](const Row& row) { out.add(component_of(row)); });
  if (!read) return read.error();
  return out;
}

Result<RegisterSize> change_stored_register(Connection& connection, int64_t now,
                                            const std::string& by, const RegisterChange& change) {
  auto transaction = Transaction::begin(connection, Access::kWrite);
  if (!transaction) return transaction.error();
  const StoredRegister stored(connection);
  Register reg(stored);
  auto imports = change(reg);
  if (!imports) return imports.error();
  if (!stored.outcome()) return stored.outcome().error();
  for (const ImportNote& import : *imports) {
    auto added = append_record(connection, "import", now,
                               {{"imported_by", body_text(by)},
                                {"file", body_text(import.file)},
                                {"digest", import.digest},
                                {"kind", import.kind},
                                {"source", body_text(import.source)},
                                {"as_of", import.as_of},
                                {"entries", import.entries},
                                {"taken", import.taken},
                                {"passed_over", import.passed_over},
                                {"left_out", import.left_out}});
    if (!added) return added.error();
  }
  auto written = Differences(connection, now).write(reg);
  if (!written) return written.error();
  auto counted = connection.query(
      "SELECT (SELECT count(*) FROM nhi), (SELECT count(*) FROM credential_link),"
      " (SELECT count(*) FROM person), (SELECT count(*) FROM component)");
  if (!counted) return counted.error();
  auto done = transaction->commit();
  if (!done) return done.error();
  const Row& row = counted->front();
  auto count = [&](size_t i) { return static_cast<uint64_t>(number(row[i])); };
  return RegisterSize{count(0), count(1), count(2), count(3)};
}

}  // namespace straykey
