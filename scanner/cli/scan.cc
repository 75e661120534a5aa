// SPDX-License-Identifier: Apache-2.0
// A scan reads as the list of what happens: signatures, sources, the pipeline, attribution
// of what was found, findings, evidence.
#include "scanner/cli/scan.h"

#include <chrono>
#include <unordered_set>

#include "scanner/base/file.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/cli/open_register.h"
#include "scanner/cli/places.h"
#include "scanner/cli/source_name.h"
#include "scanner/evidence/assess.h"
#include "scanner/evidence/lifecycle.h"
#include "scanner/evidence/run_log.h"
#include "scanner/finding/assemble.h"
#include "scanner/finding/baseline.h"
#include "scanner/match/database_cache.h"
#include "scanner/match/refusal.h"

namespace straykey {

bool is_limited(const ScanOptions& options) {
  return options.ci || options.staged || !options.range.empty() || !options.since.empty() ||
         !options.refs.empty() || options.history == HistoryScope::kNone;
}

Result<Database> load_signatures(const ScanOptions& options) {
  bool builtin_only =
      options.signatures.empty() && options.enable.empty() && options.disable.empty();
  auto builtin = Database::builtin();
  if (!builtin || builtin_only) return builtin;
  SignatureSet set = builtin->signatures();
  if (!options.signatures.empty()) {
    auto added = SignatureSet::load(options.signatures);
    if (!added) return added.error();
    set.merge(std::move(*added));
  }
  auto selected = set.select(options.enable, options.disable);
  if (!selected) return selected.error();
  auto compiled = compile_cached(set, *builtin, options.cache_folder);
  if (!compiled) return explain_refusal(set, compiled.error());
  return compiled;
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

Result<Baseline> baseline_of(const ScanOptions& options) {
  if (options.baseline.empty()) return Baseline();
  auto text = read_file(options.baseline);
  if (!text) return text.error();
  return Baseline::parse(*text, options.baseline);
}

PipelineOptions pipeline_of(const ScanOptions& options) {
  PipelineOptions pipeline;
  pipeline.jobs = options.jobs;
  pipeline.matcher.chunk_bytes = options.chunk_bytes;
  pipeline.matcher.decode_depth = options.max_decode_depth;
  if (options.fingerprint_key) {
    pipeline.describe.fingerprint_key = std::string(options.fingerprint_key->reveal());
  }
  pipeline.describe.keep_secrets = options.show_secrets;
  pipeline.describe.inline_allow = options.inline_allow;
  pipeline.archives = options.archives;
  pipeline.matcher.looks_again = !options.delta_matching;
  pipeline.archive_limits.depth = options.archive_depth;
  return pipeline;
}

// What is no finding by the options.
Result<AssembleOptions> rules_of(const ScanOptions& options) {
  AssembleOptions rules;
  rules.exclude = excluded_paths(options);
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
  return rules;
}

// Says whose each finding is.
Result<void> resolve(const ScanOptions& options, const Targets& targets,
                     const RegisterView& known, Evidence& evidence) {
  Resolver resolver(known, owner_sources(targets, evidence, options));
  for (const Finding& finding : evidence.findings) {
    evidence.resolutions.push_back(
        resolver.resolve(finding, (*evidence.signatures)[finding.signature]));
  }
  return known.outcome();
}

// Says what each finding means, in the light of the policy and of what `log` knows.
Result<void> judge(const ScanOptions& options, RunLog* log, Evidence& evidence) {
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
  if (options.frameworks.empty() && !needs_assessment(evidence, assessing)) return {};
  auto book = Rulebook::with(options.frameworks);
  if (!book) return book.error();
  assess(evidence, std::make_shared<const Rulebook>(*std::move(book)), assessing);
  return {};
}

Result<ScanResult> scan(const ScanOptions& options, Targets& targets, OldSecrets old_secrets,
                        std::function<void(const PipelineProgress&)> progress,
                        const std::set<std::string>& known_sha1, RunLog* log) {
  const auto started = std::chrono::steady_clock::now();
  ScanResult result;
  Evidence& evidence = result.evidence;
  evidence.started_at = now_seconds();

  auto database = load_signatures(options);
  if (!database) return database.error();
  result.database = std::make_unique<Database>(std::move(*database));
  // From here on the signatures do not change.
  evidence.signatures = &result.database->signatures();
  evidence.signatures_digest = evidence.signatures->digest();
  evidence.engines = {{"hyperscan", Database::engine_version()}};

  auto baseline = baseline_of(options);
  if (!baseline) return baseline.error();
  auto known = register_of(options);
  if (!known) return known.error();
  auto rules = rules_of(options);
  if (!rules) return rules.error();

  PipelineOptions pipeline = pipeline_of(options);
  pipeline.describe.known_sha1 = baseline->sha1s();
  pipeline.describe.known_sha1.insert(known_sha1.begin(), known_sha1.end());
  pipeline.progress = std::move(progress);
  Scanned scanned = run_pipeline(targets.sources(), *result.database, pipeline);
  // From here on no secret is in memory, unless it was asked to be shown.
  targets.report_broken(scanned.coverage);

  const std::vector<SourcePlaces> places = attribute(targets, scanned);
  Assembled assembled =
      assemble(std::move(scanned.detections), places, *evidence.signatures, *rules);
  evidence.coverage = std::move(scanned.coverage);
  evidence.findings = std::move(assembled.findings);
  evidence.allowed = std::move(assembled.allowed);
  evidence.allowed_ids = std::move(assembled.allowed_ids);
  if (old_secrets == OldSecrets::kDrop) drop_old(targets, *result.database, pipeline, evidence);

  auto resolved = resolve(options, targets, **known, evidence);
  if (!resolved) return resolved.error();
  if (!options.baseline.empty()) {
    apply_baseline(*baseline, evidence.findings);
    // A limited scan cannot say that an entry is not needed any more.
    if (!is_limited(options)) evidence.unused_baseline = baseline->unused(evidence.findings);
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
  auto judged = judge(options, log, evidence);
  if (!judged) return judged.error();
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
