// SPDX-License-Identifier: Apache-2.0
// Compiling signatures for the engines.
//
// Where Hyperscan is asked, it gets one expression per signature, its anchor (see anchor.h), with
// no flags: start of match would cost a factor of three and many patterns would not compile, so it
// only says "signature s may end here". Its hits are a superset of RE2's (in byte mode its \s has
// one byte more and its $ one place more), so RE2 decides.
//
// Serialized form: "SKDB", kFormat as a byte and three zeros, number of signatures, six numbers
// for each and the lead (32-bit little endian), both gates, then twice a length and Hyperscan's
// own bytes, which carry a checksum and their version.
#include "scanner/match/database.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "scanner/base/parallel.h"
#include "scanner/match/anchor.h"
#include "scanner/match/compiled.h"
#include "scanner/match/expression.h"
#include "scanner/match/relaxed.h"

namespace straykey {
namespace {

// Of the gates' automata. Near runs there are few hits in any case, and a start-up reads all.
constexpr size_t kStatesEverywhere = 1000;
constexpr size_t kStatesNearRuns = 100;

// What is met more often, for each byte, is common.
constexpr double kSeldom = 5e-5;

// Of one signature's reach, serialized.
constexpr size_t kReachBytes = 6 * sizeof(uint32_t);

constexpr char kMagic[8] = {'S', 'K', 'D', 'B', Database::kFormat, 0, 0, 0};

struct CompileErrorDeleter {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
using CompileError = std::unique_ptr<hs_compile_error_t, CompileErrorDeleter>;

std::string place(const Signature& signature) {
  return signature.file + ":" + std::to_string(signature.line) + ": signature '" +
         signature.id + "': ";
}

Result<Reach> reach_of(const Signature& signature, const Anchor& anchor) {
  Reach reach;
  auto pattern = widest_match(signature.pattern);
  // A pattern that only RE2 takes is fine behind an anchor.
  if (!pattern && signature.anchor.empty()) return pattern.error();
  reach.pattern_width = pattern ? std::min(*pattern, kLongest) : kLongest;
  reach.anchor_width = anchor.width;
  reach.before = anchor.before;
  reach.mixed_bytes = anchor.mixed.bytes;
  auto expression = parse_expression(signature.pattern);
  reach.newlines = expression ? expression->most_newlines() : Expression::kNoBound;
  return reach;
}

struct Compiled {
  Anchor anchor;
  Reach reach;
};

// All of one signature but its part in the databases. Checks that RE2 takes it as well.
Result<Compiled> compile_one(const Signature& signature) {
  if (auto program = make_program(signature); !program) return program.error();
  auto anchor = anchor_of(signature);
  if (!anchor) return anchor.error();
  auto reach = reach_of(signature, *anchor);
  if (!reach) return reach.error();
  return Compiled{*std::move(anchor), *reach};
}

using HyperscanDatabase = std::unique_ptr<hs_database_t, DatabaseDeleter>;

// The anchors of the signatures whose numbers are `ids`; none is fine.
Result<HyperscanDatabase> compile_anchors(const SignatureSet& set,
                                          const std::vector<Anchor>& anchors,
                                          const std::vector<unsigned>& ids) {
  if (ids.empty()) return HyperscanDatabase();
  std::vector<const char*> expressions;
  std::vector<unsigned> flags(ids.size(), 0);
  for (unsigned id : ids) expressions.push_back(anchors[id].text.c_str());
  // The generic platform: the result runs on every CPU, see serialize().
  hs_platform_info_t platform{};
  hs_database_t* raw = nullptr;
  hs_compile_error_t* raw_error = nullptr;
  hs_error_t status = hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                                       static_cast<unsigned>(expressions.size()), HS_MODE_BLOCK,
                                       &platform, &raw, &raw_error);
  CompileError error(raw_error);
  if (status == HS_SUCCESS) return HyperscanDatabase(raw);
  std::string reason = error ? error->message : "unknown reason";
  if (error && error->expression >= 0) {
    return Error{place(set[ids[static_cast<size_t>(error->expression)]]) +
                 "Hyperscan refuses the pattern: " + reason};
  }
  return Error{"Hyperscan cannot compile the signatures together: " + reason};
}

// Those that know no provider are met everywhere.
bool is_seldom(const Signature& signature, const Anchor& anchor) {
  double frequency = 0;
  for (const GateEntry& entry : anchor.entries) frequency += entry.frequency;
  return frequency <= kSeldom && signature.provider != kGenericProvider;
}

void put_u32(std::string& out, uint32_t value) {
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  out.append(bytes, 4);
}

uint32_t take_u32(ByteView& in) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = (value << 8) | static_cast<uint8_t>(in[static_cast<size_t>(i)]);
  }
  in.remove_prefix(4);
  return value;
}

// A shorter opening is met too often to be worth a search of its own; a wider one counts too
// much itself.
constexpr uint32_t kLeastOpening = 3;
constexpr uint32_t kWidestOpening = 48;

// Whether a pattern is its group "secret" and nothing else.
bool is_all_secret(ByteView pattern) {
  const auto tree = parse_expression(pattern);
  if (!tree) return false;
  const std::vector<Expression> row = elements(*tree);
  return std::all_of(row.begin(), row.end(), [](const Expression& e) { return e.in_secret; });
}

}  // namespace

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  for (const Reach& reach : parts_->reach) {
    parts_->widest = std::max(parts_->widest, reach.anchor_width);
  }
  parts_->lazy = std::make_unique<Parts::Lazy[]>(parts_->set.size());
}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

const SignatureSet& Database::signatures() const { return parts_->set; }
uint32_t Database::widest() const { return parts_->widest; }

std::string Database::engine_version() {
  std::string text = hs_version();  // "5.4.0 2020-..."
  return text.substr(0, text.find(' '));
}

Result<Database> Database::compile(SignatureSet set, const Database* like) {
  if (set.size() == 0) return Error{"no signatures are loaded; nothing could be found"};
  auto parts = std::make_unique<Parts>();
  std::vector<Result<Compiled>> all(set.size(), Error{});
  in_parts(set.size(), cores(), [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) all[i] = compile_one(set[i]);
  });
  std::vector<Anchor> anchors;
  std::vector<GateEntry> entries, near_runs;
  std::vector<unsigned> in_windows, everywhere;
  for (Result<Compiled>& one : all) {
    const auto id = static_cast<unsigned>(anchors.size());
    if (!one) return Error{place(set[id]) + one.error().message};
    parts->reach.push_back(one->reach);
    Anchor& anchor = one->anchor;
    Reach& reach = parts->reach.back();
    const bool is_near_runs = anchor.mixed.bytes > 0;
    const bool is_common = !is_near_runs && !is_seldom(set[id], anchor);
    reach.at_once = !is_near_runs && !anchor.entries.empty() && set[id].reach == 0;
    for (GateEntry& entry : anchor.entries) {
      entry.signature = id;
      entry.at_once = is_near_runs || reach.at_once;
      entry.is_common = is_common;
    }
    if (is_near_runs) {
      near_runs.insert(near_runs.end(), anchor.entries.begin(), anchor.entries.end());
      parts->lead = std::max(parts->lead, anchor.mixed.lead);
    } else if (!anchor.entries.empty()) {
      entries.insert(entries.end(), anchor.entries.begin(), anchor.entries.end());
      if (!reach.at_once) in_windows.push_back(id);
    } else {
      everywhere.push_back(id);
    }
    anchors.push_back(std::move(anchor));
  }
  std::jthread gates([&] {
    parts->gate =
        Gate::build(entries, kStatesEverywhere, like ? &like->parts_->gate : nullptr);
    parts->gate_near_runs =
        Gate::build(near_runs, kStatesNearRuns, like ? &like->parts_->gate_near_runs : nullptr);
  });
  auto compiled = compile_anchors(set, anchors, in_windows);
  gates.join();
  if (!compiled) return compiled.error();
  parts->in_windows = *std::move(compiled);
  compiled = compile_anchors(set, anchors, everywhere);
  if (!compiled) return compiled.error();
  parts->everywhere = *std::move(compiled);
  parts->set = std::move(set);
  return Database(std::move(parts));
}

Result<std::string> Database::serialize() const {
  std::string out(kMagic, sizeof kMagic);
  put_u32(out, static_cast<uint32_t>(parts_->reach.size()));
  for (const Reach& reach : parts_->reach) {
    put_u32(out, reach.anchor_width);
    put_u32(out, reach.before);
    put_u32(out, reach.pattern_width);
    put_u32(out, reach.mixed_bytes);
    put_u32(out, reach.newlines);
    put_u32(out, reach.at_once);
  }
  put_u32(out, parts_->lead);
  out += parts_->gate.serialized();
  out += parts_->gate_near_runs.serialized();
  for (const auto* database : {&parts_->in_windows, &parts_->everywhere}) {
    char* bytes = nullptr;
    size_t length = 0;
    if (*database && hs_serialize_database(database->get(), &bytes, &length) != HS_SUCCESS) {
      return Error{"Hyperscan cannot serialize its database"};
    }
    put_u32(out, static_cast<uint32_t>(length));
    out.append(bytes ? bytes : "", length);
    std::free(bytes);
  }
  return out;
}

Result<Database> Database::load(SignatureSet set, std::string serialized) {
  auto bytes = std::make_unique<std::string>(std::move(serialized));
  auto database = load_in_place(std::move(set), *bytes);
  if (database) database->parts_->serialized = std::move(bytes);
  return database;
}

Result<Database> Database::load_in_place(SignatureSet set, ByteView serialized) {
  ByteView in = serialized;
  if (in.size() < sizeof kMagic + 4 || std::memcmp(in.data(), kMagic, sizeof kMagic) != 0) {
    return compile(std::move(set));
  }
  in.remove_prefix(sizeof kMagic);
  size_t count = take_u32(in);
  if (count != set.size() || in.size() < count * kReachBytes + 4) return compile(std::move(set));
  auto parts = std::make_unique<Parts>();
  for (size_t i = 0; i < count; ++i) {
    Reach reach;
    reach.anchor_width = take_u32(in);
    reach.before = take_u32(in);
    reach.pattern_width = take_u32(in);
    reach.mixed_bytes = take_u32(in);
    reach.newlines = take_u32(in);
    reach.at_once = take_u32(in) != 0;
    parts->reach.push_back(reach);
  }
  parts->lead = take_u32(in);
  if (!parts->gate.load(in) || !parts->gate_near_runs.load(in)) return compile(std::move(set));
  for (auto* database : {&parts->in_windows, &parts->everywhere}) {
    if (in.size() < 4) return compile(std::move(set));
    const size_t length = take_u32(in);
    if (in.size() < length) return compile(std::move(set));
    if (length == 0) continue;
    hs_database_t* raw = nullptr;
    if (hs_deserialize_database(in.data(), length, &raw) != HS_SUCCESS) {
      return compile(std::move(set));  // another version of the library
    }
    database->reset(raw);
    in.remove_prefix(length);
  }
  parts->set = std::move(set);
  return Database(std::move(parts));
}

// What stands before the secret, if that is enough, or else the first bytes.
Opening make_opening(const Signature& signature) {
  const auto tree = parse_expression(signature.pattern);
  if (!tree) return {};
  Expression begins = trimmed(before_secret(*tree));
  if (begins.least_width() < kLeastOpening || begins.most_width() == Expression::kNoBound) {
    if (tree->most_width() <= kWidestOpening) return {};
    begins = beginning(*tree, kWidestOpening);
  }
  if (begins.least_width() < kLeastOpening) return {};
  const std::string text = print(begins), uncounted = relaxed(text);
  Opening opening = {make_regex(uncounted.empty() ? text : uncounted), begins.most_width()};
  STRAYKEY_CHECK(opening.regex->ok());
  return opening;
}

Result<Program> make_program(const Signature& signature) {
  Program program;
  program.pattern = make_regex(signature.pattern);
  if (!program.pattern->ok()) {
    return Error{"RE2 refuses the pattern: " + program.pattern->error()};
  }
  for (const auto& [group, index] : program.pattern->NamedCapturingGroups()) {
    if (group == "secret") {
      program.secret_group = index;
    } else {
      program.attribute_groups.emplace_back(index, group);
    }
  }
  // Newer releases of RE2 name them in no order.
  std::sort(program.attribute_groups.begin(), program.attribute_groups.end());
  if (program.secret_group == 0) {
    return Error{"the pattern has no group (?P<secret>...); it marks the credential"};
  }
  program.groups = std::min(kMostGroups, program.pattern->NumberOfCapturingGroups() + 1);
  if (program.attribute_groups.empty() && is_all_secret(signature.pattern)) {
    program.secret_group = 0;
    program.groups = 1;
  }
  for (const std::string& pattern : signature.except) {
    program.except.push_back(make_regex(pattern));
    if (!program.except.back()->ok()) {
      return Error{"RE2 refuses an 'except' pattern: " + program.except.back()->error()};
    }
  }
  for (const std::string& check : signature.checks) {
    program.checks.push_back(find_check(check));
    if (!program.checks.back()) return Error{"there is no check '" + check + "'"};
  }
  for (const Part& part : signature.parts) {
    Program::PartProgram compiled;
    compiled.pattern = make_regex(part.pattern);
    if (!compiled.pattern->ok()) {
      return Error{"RE2 refuses the pattern of part '" + part.name +
                   "': " + compiled.pattern->error()};
    }
    const auto& groups = compiled.pattern->NamedCapturingGroups();
    auto value = groups.find("value");
    if (value == groups.end()) {
      return Error{"the pattern of part '" + part.name + "' has no group (?P<value>...)"};
    }
    compiled.value_group = value->second;
    if (!part.check.empty()) {
      compiled.check = find_check(part.check);
      if (!compiled.check) return Error{"there is no check '" + part.check + "'"};
    }
    program.parts.push_back(std::move(compiled));
  }
  return program;
}

const Opening& Database::Parts::opening(uint32_t signature) const {
  Lazy& made = lazy[signature];
  std::call_once(made.opening_once, [&] { made.opening = make_opening(set[signature]); });
  return made.opening;
}

const RE2* Database::Parts::relaxed_pattern(uint32_t signature) const {
  Lazy& made = lazy[signature];
  std::call_once(made.relaxed_once, [&] {
    const std::string pattern = relaxed(set[signature].pattern);
    if (pattern.empty()) return;
    made.relaxed = make_regex(pattern);
    if (!made.relaxed->ok()) made.relaxed = nullptr;  // it may not repeat a repeat
  });
  return made.relaxed.get();
}

const Program& Database::Parts::program(uint32_t signature) const {
  Lazy& made = lazy[signature];
  std::call_once(made.program_once, [&] {
    auto program = make_program(set[signature]);
    STRAYKEY_CHECK(program.has_value());  // compile() made it once already
    made.program = std::move(*program);
  });
  return made.program;
}

}  // namespace straykey
