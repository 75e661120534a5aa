// SPDX-License-Identifier: Apache-2.0
// A scan reads as the list of what happens: signatures, sources, the pipeline, attribution
// of what was found, findings, evidence.
#include "scanner/cli/scan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <unordered_set>

#include "scanner/base/file.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/cli/open_register.h"
#include "scanner/cli/source_name.h"
#include "scanner/cli/owners.h"
#include "scanner/evidence/assess.h"
#include "scanner/evidence/lifecycle.h"
#include "scanner/evidence/run_log.h"
#include "scanner/finding/assemble.h"
#include "scanner/finding/baseline.h"
#include "scanner/match/database_cache.h"
#include "scanner/match/refusal.h"
#include "scanner/report/document.h"
#include "scanner/source/directory.h"
#include "scanner/source/file_source.h"
#include "scanner/source/repository.h"
#include "scanner/source/stream.h"
#include "scanner/source/text_source.h"

namespace straykey {
namespace {

// The sources of a run and which of them are repositories, by index. Repositories that
// turn up inside a target are appended while the pipeline runs.
class Targets {
 public:
  explicit Targets(const ScanOptions& options) : options_(options) {
    std::string patterns;
    for (const std::string& line : options.exclude) patterns += line + "\n";
    exclude_ = IgnoreRules::parse(patterns);
  }

  Result<void> add_all() {
    for (const std::string& target : options_.targets) {
      auto added = add(target);
      if (!added) return added;
    }
    return {};
  }

  Result<void> add(ComingIn what) {
    if (what.message) {
      return keep(std::make_unique<TextSource>(std::move(*what.message), "commit message",
                                               next_index()));
    }
    return add_repository(".", std::move(what.repository));
  }

  std::vector<std::unique_ptr<Source>>& sources() { return sources_; }
  RepositorySource* repository(size_t index) const { return repositories_[index]; }
  // The only folder outside of repositories, "" when there is none or another target: places
  // in such folders do not say which they are of.
  std::string only_folder() const { return sources_.size() == 1 ? folder_ : ""; }
  // Repositories inside a target that could not be opened.
  void report_broken(Coverage& coverage) {
    for (auto& [where, reason] : broken_) coverage.fail(where, reason);
  }

 private:
  Result<void> add(const std::string& target) {
    if (target == "-") {
      return keep(std::make_unique<StreamSource>(STDIN_FILENO, next_index()));
    }
    struct stat st;
    if (::stat(target.c_str(), &st) != 0) {
      return Error{target + ": " + system_reason(errno)};
    }
    if (!S_ISDIR(st.st_mode)) {
      auto allowed = need_repository(target);
      if (!allowed) return allowed;
      return keep(std::make_unique<FileSource>(target, next_index()));
    }
    // A scan of "here" means the repository that "here" belongs to.
    auto layout = target == "." ? repository_above(target) : repository_at(target);
    if (!layout) return layout.error();
    if (*layout) return add_repository(target, **layout);
    auto allowed = need_repository(target);
    if (!allowed) return allowed;
    return add_folder(target);
  }

  Result<void> add_folder(const std::string& path) {
    DirectoryOptions folder;
    folder.root = path;
    folder.kind = OriginKind::kFile;
    folder.source = next_index();
    folder.honour_gitignore = options_.ignore_files;
    folder.exclude = exclude_;
    folder.nested = [this](const std::string& nested) { add_nested(nested); };
    folder_ = path;
    return keep(std::make_unique<DirectorySource>(std::move(folder)));
  }

  Result<void> need_repository(const std::string& target) const {
    const char* option = !options_.range.empty()  ? "--range"
                         : !options_.since.empty() ? "--since"
                         : !options_.refs.empty()  ? "--ref"
                         : options_.staged         ? "--staged"
                                                   : nullptr;
    if (!option) return {};
    return Error{target + ": is not a git repository, so " + option +
                 " has nothing to select from"};
  }

  Result<void> add_repository(const std::string& path, const RepositoryLayout& layout) {
    RepositoryOptions repository;
    repository.layout = layout;
    repository.history = options_.history == HistoryScope::kAll && !options_.staged;
    repository.include_unreachable = options_.include_unreachable;
    repository.range = options_.range;
    if (!options_.since.empty()) {
      repository.since = parse_time(options_.since, now_seconds());
      if (!repository.since) {
        return Error{"--since '" + options_.since +
                     "': is not a date; write 2026-01-31 or '3 weeks ago'"};
      }
    }
    repository.refs = options_.refs;
    repository.staged = options_.staged;
    repository.working_tree = options_.working_tree;
    repository.nested = [this](const std::string& nested) { add_nested(nested); };
    return add_repository(path, std::move(repository));
  }

  // `repository` says what of it is in scope.
  Result<void> add_repository(const std::string& path, RepositoryOptions repository) {
    repository.path = path;
    repository.source_index = next_index();
    repository.way = options_.git_reader == GitReader::kFast     ? ReadWay::kFast
                     : options_.git_reader == GitReader::kCompat ? ReadWay::kCompat
                                                                 : ReadWay::kAuto;
    repository.verify = options_.verify_objects ? Verify::kYes : Verify::kNo;
    repository.honour_gitignore = options_.ignore_files;
    repository.exclude = exclude_;
    auto source = RepositorySource::open(std::move(repository));
    if (!source) return source.error();
    RepositorySource* opened = source->get();
    auto kept = keep(std::move(*source));
    repositories_.back() = opened;
    return kept;
  }

  // What cannot be opened as the repository that it looks like is walked as a folder, and
  // its history counts as not scanned.
  void add_nested(const std::string& path) {
    auto layout = repository_at(path);
    auto added = layout && *layout ? add_repository(path, **layout) : add_folder(path);
    if (!layout) broken_.emplace_back(path, layout.error().message);
    if (!added) {
      broken_.emplace_back(path, added.error().message);
      (void)add_folder(path);
    }
  }

  uint32_t next_index() const { return static_cast<uint32_t>(sources_.size()); }

  Result<void> keep(std::unique_ptr<Source> source) {
    sources_.push_back(std::move(source));
    repositories_.push_back(nullptr);
    return {};
  }

  const ScanOptions& options_;
  IgnoreRules exclude_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<RepositorySource*> repositories_;  // nullptr for other sources
  std::vector<std::pair<std::string, std::string>> broken_;
  std::string folder_;  // the last one that is no repository
};

MessagePlace message_place(RepositorySource& repository, const Detection& d) {
  MessagePlace place;
  if (d.origin.kind == OriginKind::kCommitMessage) {
    place.commit = d.origin.object.hex(repository.format());
    place.at_tip = repository.is_tip(d.origin.object);
    if (auto commit = repository.commit(d.origin.object)) {
      place.author = commit->author;
      place.committed_at = commit->committer.seconds;
    }
  } else if (auto tag = repository.tag(d.origin.object)) {
    place.author = tag->tagger;
    place.committed_at = tag->tagger.seconds;
  }
  return place;
}

// Asks each repository where the blobs stand that hold something.
std::vector<SourcePlaces> attribute(const Targets& targets, Scanned& scanned) {
  std::vector<SourcePlaces> places(scanned.coverage.sources.size());
  std::vector<std::unordered_set<ObjectId>> blobs(places.size());
  for (const Detection& d : scanned.detections) {
    RepositorySource* repository = targets.repository(d.origin.source);
    if (!repository) continue;
    if (repository->is_unreachable(d.origin.object)) {
      places[d.origin.source].unreachable.insert(d.origin.object);
    }
    if (d.origin.kind == OriginKind::kBlob) {
      blobs[d.origin.source].insert(d.origin.object);
    } else if (d.origin.kind == OriginKind::kCommitMessage ||
               d.origin.kind == OriginKind::kTagMessage) {
      places[d.origin.source].messages.try_emplace(d.origin.object,
                                                   message_place(*repository, d));
    }
  }
  CoverageSink sink(scanned.coverage);
  for (size_t i = 0; i < places.size(); ++i) {
    RepositorySource* repository = targets.repository(i);
    if (!repository) continue;
    places[i].repository = scanned.coverage.sources[i].path;
    places[i].format = repository->format();
    for (Place& place : repository->attribute(blobs[i], sink)) {
      ObjectId blob = place.blob;
      places[i].blobs[blob].push_back(std::move(place));
    }
  }
  return places;
}

// Asks only those sources for their owners in which something was found.
OwnerSources owner_sources(const Targets& targets, const Evidence& evidence,
                           const ScanOptions& options) {
  OwnerSources out;
  out.owners = owner_rules(options);
  out.environments = environment_rules(options);
  std::unordered_set<std::string> wanted;
  for (const Finding& finding : evidence.findings) {
    for (const Occurrence& place : finding.occurrences) wanted.insert(place.repository);
  }
  for (size_t i = 0; i < evidence.coverage.sources.size(); ++i) {
    const std::string& path = evidence.coverage.sources[i].path;
    RepositorySource* repository = targets.repository(i);
    if (repository && wanted.count(path) > 0) {
      out.repositories.try_emplace(path, repository_owners(*repository));
    }
  }
  if (wanted.count("") > 0 && !targets.only_folder().empty()) {
    out.repositories.try_emplace("", folder_owners(targets.only_folder()));
  }
  return out;
}

}  // namespace

bool is_limited(const ScanOptions& options) {
  return options.ci || options.staged || !options.range.empty() || !options.since.empty() ||
         !options.refs.empty() || options.history == HistoryScope::kNone;
}

Result<Database> load_signatures(const ScanOptions& options) {
  bool builtin_only =
      options.signatures.empty() && options.enable.empty() && options.disable.empty();
  if (builtin_only) return Database::builtin();
  auto set = Database::builtin_signatures();
  if (!set) return set.error();
  if (!options.signatures.empty()) {
    auto added = SignatureSet::load(options.signatures);
    if (!added) return added.error();
    set->merge(std::move(*added));
  }
  auto selected = set->select(options.enable, options.disable);
  if (!selected) return selected.error();
  auto compiled = compile_cached(*set, options.cache_folder);
  if (!compiled) return explain_refusal(*set, compiled.error());
  return compiled;
}

Result<std::string> explain_scope(const ScanOptions& options) {
  Targets targets(options);
  auto added = targets.add_all();
  if (!added) return added.error();
  Coverage coverage;
  CoverageSink sink(coverage);
  std::string lines;
  auto& sources = targets.sources();
  for (size_t i = 0; i < sources.size(); ++i) {
    std::string what;
    while (auto batch = sources[i]->next(sink)) {
      for (const Origin& origin : batch->origins()) {
        RepositorySource* repository = targets.repository(i);
        what += std::string("  ") + name(origin.kind);
        if (repository && !origin.object.is_null()) {
          what += " " + origin.object.hex(repository->format());
        }
        if (!origin.path.empty()) what += " " + printable_text(origin.path);
        what += "\n";
      }
    }
    SourceCoverage about = sources[i]->coverage();
    lines += about.kind + " " + printable_text(about.path) + "\n";
    for (const auto& [ref, id] : about.refs) lines += "  ref " + printable_text(ref) + " " + id + "\n";
    lines += what;
  }
  targets.report_broken(coverage);
  for (const auto& [reason, what] : coverage.left_out) {
    lines += "left out: " + reason + ": " + std::to_string(what.count) + "\n";
  }
  for (const Failure& failure : coverage.failed) {
    lines += "cannot be scanned: " + printable_text(failure.where) + ": " + failure.reason + "\n";
  }
  return lines;
}

namespace {

// Of findings in what comes in, those that what goes holds too are old. That is asked when
// there are findings, so a change without any costs nothing more.
void drop_old(Targets& targets, const Database& database, const PipelineOptions& pipeline,
              Evidence& evidence) {
  RepositorySource* repository = targets.repository(0);
  if (evidence.findings.empty() || !repository) return;
  CoverageSink sink(evidence.coverage);
  std::vector<std::unique_ptr<Source>> before;
  before.push_back(repository->replaced(sink));
  Scanned old = run_pipeline(before, database, pipeline);
  std::unordered_set<std::string> known;
  for (const Detection& d : old.detections) known.insert(d.fingerprint);
  uint64_t dropped = std::erase_if(evidence.findings, [&](const Finding& finding) {
    return known.count(finding.id) > 0;
  });
  if (dropped > 0) evidence.allowed["there before"] += dropped;
}

enum class OldSecrets { kReport, kDrop };

Result<ScanResult> scan(const ScanOptions& options, Targets& targets, OldSecrets old_secrets,
                        std::function<void(const PipelineProgress&)> progress,
                        const std::set<std::string>& known_sha1, RunLog* log) {
  auto started = std::chrono::steady_clock::now();
  ScanResult result;
  Evidence& evidence = result.evidence;
  evidence.started_at = now_seconds();

  auto database = load_signatures(options);
  if (!database) return database.error();
  result.database = std::make_unique<Database>(std::move(*database));
  // From here on the signatures do not change.
  const SignatureSet& signatures = result.database->signatures();

  Baseline baseline;
  if (!options.baseline.empty()) {
    auto text = read_file(options.baseline);
    if (!text) return text.error();
    auto parsed = Baseline::parse(*text, options.baseline);
    if (!parsed) return parsed.error();
    baseline = std::move(*parsed);
  }

  auto known = register_of(options);
  if (!known) return known.error();

  PipelineOptions pipeline;
  pipeline.jobs = options.jobs;
  pipeline.matcher.chunk_bytes = options.chunk_bytes;
  pipeline.matcher.decode_depth = options.max_decode_depth;
  if (options.fingerprint_key) {
    pipeline.describe.fingerprint_key = std::string(options.fingerprint_key->reveal());
  }
  pipeline.describe.keep_secrets = options.show_secrets;
  pipeline.describe.inline_allow = options.inline_allow;
  pipeline.describe.known_sha1 = baseline.sha1s();
  pipeline.describe.known_sha1.insert(known_sha1.begin(), known_sha1.end());
  pipeline.archives = options.archives;
  pipeline.delta_matching = options.delta_matching;
  pipeline.archive_limits.depth = options.archive_depth;
  pipeline.progress = std::move(progress);
  Scanned scanned = run_pipeline(targets.sources(), *result.database, pipeline);
  // From here on no secret is in memory, unless it was asked to be shown.
  targets.report_broken(scanned.coverage);

  std::vector<SourcePlaces> places = attribute(targets, scanned);
  AssembleOptions rules;
  std::string excluded;
  for (const std::string& line : options.exclude) excluded += line + "\n";
  rules.exclude = IgnoreRules::parse(excluded);
  for (const Allow& allow : options.allow) {
    std::string patterns;
    for (const std::string& line : allow.paths) patterns += line + "\n";
    auto path_regex = PathPatterns::compile(allow.path_regex);
    auto outside = PathPatterns::compile(allow.outside);
    if (!path_regex) return Error{allow.place + ": " + path_regex.error().message};
    if (!outside) return Error{allow.place + ": " + outside.error().message};
    rules.allow.push_back({allow.signature, IgnoreRules::parse(patterns), allow.fingerprint,
                           *std::move(path_regex), *std::move(outside), allow.commits});
  }
  rules.severity = options.severity;
  rules.confidence = options.confidence;
  Assembled assembled =
      assemble(std::move(scanned.detections), places, signatures, rules);

  evidence.signatures = &signatures;
  evidence.signatures_digest = signatures.digest();
  evidence.engines = {{"hyperscan", Database::engine_version()}};
  evidence.coverage = std::move(scanned.coverage);
  evidence.findings = std::move(assembled.findings);
  evidence.allowed = std::move(assembled.allowed);
  if (old_secrets == OldSecrets::kDrop) drop_old(targets, *result.database, pipeline, evidence);
  Resolver resolver(**known, owner_sources(targets, evidence, options));
  for (const Finding& finding : evidence.findings) {
    evidence.resolutions.push_back(resolver.resolve(finding, signatures[finding.signature]));
  }
  auto answered = (*known)->outcome();
  if (!answered) return answered.error();
  evidence.allowed_ids = std::move(assembled.allowed_ids);
  if (!options.baseline.empty()) {
    apply_baseline(baseline, evidence.findings);
    // A limited scan cannot say that an entry is not needed any more.
    if (!is_limited(options)) evidence.unused_baseline = baseline.unused(evidence.findings);
  }
  if (options.fail_on) evidence.fail_on = *options.fail_on;
  evidence.reproducible = options.reproducible;
  if (!options.reproducible) {
    evidence.run_id = random_uuid();
    evidence.host = host_name();
    evidence.arguments = options.arguments;
    evidence.finished_at = now_seconds();
    evidence.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
  auto policy = Policy::load(options.policy);
  if (!policy) return policy.error();
  AssessOptions assessing;
  if (log) {
    auto judged = log->judge(evidence, evidence.started_at);
    if (!judged) return judged.error();
    auto missed = log->missed(source_names(evidence.coverage), *policy, evidence.started_at);
    if (!missed) return missed.error();
    assessing.missed = std::move(*missed);
    assessing.faults = log->faults();
  }
  assessing.outside = [&](const Finding& finding) {
    const auto index = static_cast<size_t>(&finding - evidence.findings.data());
    const Resolution& whose = evidence.resolutions[index];
    OutsideFacts facts = facts_of(whose);
    if (log) {
      OutsideFacts recorded = log->facts_of(finding, evidence.started_at);
      facts.tracking = std::move(recorded.tracking);
      facts.exception = std::move(recorded.exception);
    }
    facts.policy = limits_of(policy->of(whose.nhi ? whose.nhi->nhi_class : NhiClass::kUnknown));
    return facts;
  };
  // Reading the frameworks costs more than the scan of a hook; a folder that somebody names is
  // read in any case, so that what is wrong in it is told before it is needed.
  if (!options.frameworks.empty() || needs_assessment(evidence, assessing)) {
    auto book = Rulebook::with(options.frameworks);
    if (!book) return book.error();
    assess(evidence, std::make_shared<const Rulebook>(*std::move(book)), assessing);
  }
  return result;
}

}  // namespace

Result<ScanResult> run_scan(const ScanOptions& options,
                            std::function<void(const PipelineProgress&)> progress,
                            const std::set<std::string>& known_sha1, RunLog* log) {
  Targets targets(options);
  auto added = targets.add_all();
  if (!added) return added.error();
  return scan(options, targets, OldSecrets::kReport, std::move(progress), known_sha1, log);
}

Result<ScanResult> scan_coming_in(const ScanOptions& options, ComingIn what,
                                  std::function<void(const PipelineProgress&)> progress) {
  ScanOptions offline = options;
  offline.store.clear();  // what comes in waits for no database
  Targets targets(offline);
  auto added = targets.add(std::move(what));
  if (!added) return added.error();
  return scan(offline, targets, OldSecrets::kDrop, std::move(progress), {}, nullptr);
}

}  // namespace straykey
