// SPDX-License-Identifier: Apache-2.0
// What a scan was asked to do. Filled from five layers, each over the one before:
//
//   built in  <  XDG file  <  .straykey.toml  <  STRAYKEY_* variables  <  command line
//
// A layer that speaks of an option replaces what the layers below said, lists included, so
// that what is in force can be read at one place. `straykey config show --origin` prints it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/secret.h"
#include "scanner/signature/signature.h"

namespace straykey {

enum class HistoryScope : uint8_t { kAll, kNone };
enum class ColorMode : uint8_t { kAuto, kAlways, kNever };
enum class GitReader : uint8_t { kAuto, kFast, kCompat };

const char* name(HistoryScope);
const char* name(ColorMode);
const char* name(GitReader);

// One requested report.
struct FormatRequest {
  std::string name;  // "json"
  std::string file;  // "" is standard output
  bool operator==(const FormatRequest&) const = default;
};

// An [[allow]] table of a configuration file: findings that are meant to be there. Of the
// conditions those that are not empty must all hold.
struct Allow {
  std::string signature;           // glob of ids
  std::vector<std::string> paths;  // gitignore patterns, one must match
  std::string fingerprint;
  std::vector<std::string> path_regex;  // RE2, one must be found in the path
  std::vector<std::string> outside;     // RE2, none may be found in the path
  std::vector<std::string> commits;     // lower-case hex
  std::string reason;  // never empty
  std::string place;   // "FILE:LINE" of the table
};

// An [[owner]] table: who answers for repositories and paths.
struct OwnerTable {
  std::string repository;          // glob, "" for any
  std::vector<std::string> paths;  // gitignore patterns, one must match; empty for any
  std::string owner;
};

// An [[environment]] table.
struct EnvironmentTable {
  std::string repository;
  std::vector<std::string> paths;
  std::string name;  // "prod", "staging", "test" or "dev"
};

// The table [hook] of a user's configuration, for pushes that arrive at a server. What a
// repository brings along cannot set it.
struct HookSettings {
  double deadline = 0;           // seconds; 0 for none
  bool accept_after_deadline = false;
  std::string override_word;     // a push option that lets a push through, "" for none
  std::string override_log;      // the file where that is recorded; set when the word is
};

// Plain data; immutable once parsed.
struct ScanOptions {
  std::vector<std::string> targets = {"."};

  // Scope.
  HistoryScope history = HistoryScope::kAll;
  std::string range;              // "BASE..HEAD"
  bool ci = false;                // the change that a CI server runs for: cli/ci.h
  std::string since;              // as typed; parse_time() takes it
  std::vector<std::string> refs;  // names or globs; empty: all
  bool include_unreachable = false;
  bool staged = false;
  bool working_tree = true;
  bool ignore_files = true;          // .gitignore is honoured
  std::vector<std::string> exclude;  // gitignore patterns
  bool archives = true;
  uint32_t archive_depth = 4;  // archives within archives
  uint32_t max_decode_depth = 5;  // encodings in one another; 0: nothing is decoded

  // Signatures.
  std::vector<std::string> signatures;  // files and folders added to those built in
  std::vector<std::string> enable;      // globs of ids; empty: all
  std::vector<std::string> disable;
  bool inline_allow = true;  // marks in the text, such as straykey:allow
  std::vector<Allow> allow;

  // Findings.
  Severity severity = Severity::kInfo;         // less severe ones are not reported
  Confidence confidence = Confidence::kMedium;  // likewise less certain ones
  std::optional<Severity> fail_on = Severity::kInfo;  // nullopt: findings never fail the run
  bool exit_zero = false;                      // as fail_on without a value, for this run
  std::string baseline;                        // file, "" for none
  std::string store;                           // file or postgres URL, "" for none
  std::string policy;                          // file, "" for what is built in
  std::string frameworks;                      // folder over those built in, "" for none
  std::optional<Secret> fingerprint_key;       // the documented default without one
  std::string register_file;  // of non-human identities, "" for none
  std::vector<OwnerTable> owners;
  std::vector<EnvironmentTable> environments;

  HookSettings hook;

  // Reports.
  std::vector<FormatRequest> formats = {{"text", ""}};
  std::string template_file;  // "" for none
  std::string template_text;  // what is in it; it parses
  uint32_t places = 3;  // occurrences of a finding in the text report; 0 is all
  bool show_secrets = false;
  bool reproducible = false;
  bool explain_scope = false;
  bool quiet = false;
  bool verbose = false;
  ColorMode color = ColorMode::kAuto;
  bool progress = true;

  // The machine.
  uint32_t jobs = 0;  // threads; 0: one per core
  uint64_t chunk_bytes = 4u << 20;
  GitReader git_reader = GitReader::kAuto;
  bool verify_objects = false;  // hold what is read against its name
  bool delta_matching = true;   // versions of a file by what changed in them

  // Configuration.
  std::string config;  // --config FILE, "" to look for one
  bool no_config = false;

  // Where compiled signatures are kept, "" for nowhere. No option: it follows XDG_CACHE_HOME.
  std::string cache_folder;

  // The command line without the program's name, for the record.
  std::vector<std::string> arguments;
  // Option name -> "command line", "STRAYKEY_JOBS", "FILE:LINE". What is not in here has
  // its built-in value.
  std::map<std::string, std::string> origins;
};

}  // namespace straykey
