// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/finding_body.h"

#include <algorithm>

#include "scanner/evidence/members.h"

namespace straykey {
namespace {

// The handler of a parse: knows which object it is in, down to what is taken.
class Handler : public nlohmann::json_sax<Json> {
 public:
  explicit Handler(FindingBody& out) : out_(out) {}

  bool null() override { return true; }
  bool boolean(bool value) override {
    if (depth_ != 2 || outer_ != "whose") return true;
    if (key_ == "registered") out_.registered = value;
    if (key_ == "attested") out_.attested = value;
    if (key_ == "suggested") out_.suggested = value;
    if (key_ == "left") out_.left = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    if (depth_ == 1 && key_ == "committed_at") out_.committed_at = value;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (depth_ == 1) {
      if (key_ == "committed_at") out_.committed_at = static_cast<int64_t>(value);
      if (key_ == "run") out_.run = static_cast<int64_t>(value);
    } else if (is_first_place() && key_ == "line") {
      out_.line = value;
    }
    return true;
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t& value) override {
    if (std::string* member = member_of()) {
      *member = value;
    } else if (depth_ == 2 && outer_ == "conditions") {
      out_.conditions.emplace_back(key_, value);
    }
    return true;
  }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 2) outer_ = key_;
    if (depth_ == 3 && outer_ == "occurrences") ++out_.places;
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return start_object(0); }
  bool end_array() override { return leave(); }
  bool key(string_t& value) override {
    std::swap(key_, value);
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool leave() {
    --depth_;
    return true;
  }
  bool is_first_place() const { return depth_ == 3 && out_.places == 1 && outer_ == "occurrences"; }

  // The string that the member at hand goes into; null when it is not taken.
  std::string* member_of() {
    using Member = std::string FindingBody::*;
    struct Entry {
      ByteView name;
      Member member;
    };
    static constexpr Entry kOwn[] = {
        {"id", &FindingBody::id},           {"source", &FindingBody::source},
        {"signature", &FindingBody::signature}, {"severity", &FindingBody::severity},
        {"confidence", &FindingBody::confidence}, {"structure", &FindingBody::structure},
        {"redacted", &FindingBody::redacted}, {"nhi", &FindingBody::nhi},
        {"standing", &FindingBody::standing}};
    static constexpr Entry kWhose[] = {
        {"name", &FindingBody::name},             {"class", &FindingBody::nhi_class},
        {"owner", &FindingBody::owner},           {"owner_kind", &FindingBody::owner_kind},
        {"resolved_by", &FindingBody::resolved_by}, {"environment", &FindingBody::environment},
        {"supplier", &FindingBody::supplier}};
    static constexpr Entry kPlace[] = {{"path", &FindingBody::path},
                                       {"commit_id", &FindingBody::commit},
                                       {"object", &FindingBody::object},
                                       {"blob", &FindingBody::blob}};
    auto found_in = [&](const auto& entries) -> std::string* {
      for (const Entry& entry : entries) {
        if (key_ == entry.name) return &(out_.*entry.member);
      }
      return nullptr;
    };
    if (depth_ == 1) return found_in(kOwn);
    if (depth_ == 2 && outer_ == "whose") return found_in(kWhose);
    return is_first_place() ? found_in(kPlace) : nullptr;
  }

  FindingBody& out_;
  int depth_ = 0;  // 1 within the body
  std::string key_, outer_;
};

Occurrence occurrence_of(const Json& body, const std::string& source) {
  Occurrence out;
  out.repository = source;
  out.path = text_at(body, "path");
  out.position = {count_at(body, "line"), count_at(body, "column_from"),
                  count_at(body, "end_line"), count_at(body, "end_column")};
  out.object = text_at(body, "object");
  out.blob = text_at(body, "blob");
  out.commit = text_at(body, "commit_id");
  out.author = text_at(body, "author");
  out.author_email = text_at(body, "author_email");
  out.committed_at = optional_at(body, "committed_at");
  out.last_held_at = optional_at(body, "last_held_at");
  out.presence = named(text_at(body, "presence"), Presence::kUnreachable, Presence::kFile);
  return out;
}

}  // namespace

bool FindingBody::read(ByteView body) {
  for (std::string* text : {&id, &source, &signature, &severity, &confidence, &structure,
                            &redacted, &nhi, &standing, &name, &nhi_class, &owner, &owner_kind,
                            &resolved_by, &environment, &supplier, &path, &commit, &object,
                            &blob}) {
    text->clear();
  }
  committed_at.reset();
  run = 0;
  registered = attested = suggested = left = false;
  conditions.clear();
  places = line = 0;
  Handler handler(*this);
  return body.starts_with('{') && Json::sax_parse(body.begin(), body.end(), &handler);
}

FindingDetails finding_details(ByteView text) {
  const Json body = Json::parse(text, nullptr, false);
  FindingDetails out;
  if (!body.is_object()) return out;
  const Json& attributes = at(body, "attributes");
  if (attributes.is_object()) {
    for (const auto& [attribute, value] : attributes.items()) {
      if (value.is_string()) out.attributes.push_back({attribute, value.get<std::string>()});
    }
  }
  out.encoding = text_at(body, "encoding");
  out.length = count_at(body, "length");
  const std::string source = text_at(body, "source");
  for (const Json& place : at(body, "occurrences")) {
    out.occurrences.push_back(occurrence_of(place, source));
  }
  const Json& levels = at(body, "conditions");
  if (!levels.is_object()) return out;
  const Json& because = at(body, "because");
  for (const auto& [id, level] : levels.items()) {
    Condition one{id, ConditionLevel::kInferred, text_at(because, id.c_str())};
    if (level.is_string()) {
      one.level = named(level.get<std::string>(), ConditionLevel::kInferred,
                        ConditionLevel::kInferred);
    }
    out.conditions.push_back(std::move(one));
  }
  return out;
}

}  // namespace straykey
