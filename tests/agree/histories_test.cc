// SPDX-License-Identifier: Apache-2.0
// Repositories made at random by the real git, however it keeps their objects, give the
// same reports in all ways of reading and matching them, and findings are attributed to
// the commits that git itself names.
//
// STRAYKEY_HISTORIES=N makes N of them, STRAYKEY_HISTORIES=FIRST-LAST those of these seeds.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "scanner/cli/scan.h"
#include "scanner/git/attribution.h"
#include "scanner/report/report.h"
#include "tests/support/git_repository.h"
#include "tests/support/kept_history.h"
#include "tests/support/made_history.h"

namespace straykey {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kUsually = 25;
#else
constexpr uint64_t kUsually = 80;
#endif
// In one scan, which begins with compiling: many when there are many.
constexpr uint64_t kTogether = 25;
constexpr uint64_t kManyTogether = 100;

struct Seeds {
  uint64_t first = 1;
  uint64_t last = kUsually;
};

Seeds seeds() {
  Seeds seeds;
  if (const char* text = std::getenv("STRAYKEY_HISTORIES")) {
    char* end = nullptr;
    seeds.last = std::strtoull(text, &end, 10);
    if (*end == '-') {
      seeds.first = seeds.last;
      seeds.last = std::strtoull(end + 1, nullptr, 10);
    }
  }
  return seeds;
}

// That there was something to disagree about.
struct Totals {
  uint64_t repositories = 0, commits = 0, blobs = 0, findings = 0, occurrences = 0;
  uint64_t blob_deltas = 0, tree_deltas = 0, longest_chain = 0;
  uint64_t places = 0, checked_by_git = 0, read_by_git = 0;
};

std::string first_difference(const std::string& a, const std::string& b) {
  size_t at = 0, line = 0;
  for (; at < a.size() && at < b.size() && a[at] == b[at]; ++at)
    line = a[at] == '\n' ? at : line;
  return "\n" + a.substr(line, 300) + "\n--- but\n" + b.substr(line, 300);
}

// Reports of the same repositories in all ways. Each scan compiles patterns anew, so many
// repositories go into one.
class Reports {
 public:
  // The first way that disagrees, and where; "" when there is none. The compat way reads
  // object by object through git.
  std::string disagree(const std::vector<std::string>& paths, bool with_compat) {
    paths_ = paths;
    std::string expected = report([](ScanOptions& options) {
      options.delta_matching = false;
      options.jobs = 2;
    });
    auto same = [&](const char* what, const std::function<void(ScanOptions&)>& change) {
      std::string actual = report(change);
      if (actual != expected) wrong_ += what + first_difference(expected, actual);
    };
    same("delta matching, 1 thread", [](ScanOptions& options) { options.jobs = 1; });
    same("delta matching, 3 threads, chunks of 777 bytes", [](ScanOptions& options) {
      options.jobs = 3;
      options.chunk_bytes = 777;
    });
    if (with_compat) {
      same("objects one by one, by git", [](ScanOptions& options) {
        options.git_reader = GitReader::kCompat;
        options.jobs = 2;
      });
    }
    return std::move(wrong_);
  }

  // Of the last scan.
  Evidence evidence;

 private:
  std::string report(const std::function<void(ScanOptions&)>& change) {
    ScanOptions options;
    options.targets = paths_;
    options.confidence = Confidence::kLow;
    options.reproducible = true;
    change(options);
    auto result = run_scan(options);
    if (!result) {
      wrong_ += result.error().message;
      return "";
    }
    for (const Failure& failure : result->evidence.coverage.failed) {
      wrong_ += failure.where + ": " + failure.reason + "\n";
    }
    std::string json = report_json(result->evidence);
    evidence = std::move(result->evidence);
    evidence.signatures = nullptr;  // they go with the result
    return json;
  }

  std::vector<std::string> paths_;
  std::string wrong_;
};

// One repository.
class HistoryCheck {
 public:
  HistoryCheck(const SignatureSet& set, uint64_t seed, Totals& totals)
      : seed_(seed),
        totals_(totals),
        random_(~seed),
        keeping_(keepings()[seed % keepings().size()]),
        has_files_((seed / 3) % 6 == 0) {
    MadeHistory history(set, seed);
    git_.dir().write("stream", history.stream());
    git_.sh(std::string("mkdir -p r.git/objects/info r.git/objects/pack r.git/refs/heads\n") +
            "echo ref: refs/heads/main >r.git/HEAD\n"
            "printf '[core]\\nrepositoryformatversion = 0\\nbare = true\\n[gc]\\nauto = 0\\n"
            "[pack]\\nthreads = 1\\n' >r.git/config\n" +
            kKeepingHelp + "git " + keeping_.import_options +
            " fast-import --quiet --force <stream >/dev/null\n" + keeping_.script +
            (has_files_ ? kFiles : ""));
  }

  std::string path() const { return git_ / (has_files_ ? "work" : "r.git"); }

  std::string name() const {
    std::string seed = std::to_string(seed_);
    return std::string("objects: ") + keeping_.name + (has_files_ ? ", with files" : "") +
           "; to repeat: STRAYKEY_HISTORIES=" + seed + "-" + seed + " agree_histories";
  }

  void check_places() {
    SCOPED_TRACE(name());
    count_deltas();
    compare_places();
    ++totals_.repositories;
  }

 private:
  // A work tree with something staged and something that is not.
  static constexpr const char* kFiles = R"(
    mkdir work && mv r.git work/.git && cd work && export GIT_DIR=$PWD/.git
    git config core.bare false
    git reset -q --hard 2>/dev/null || true
    git log -1 --format=%B >untracked && git log -1 --format=%B main >>staged
    git add -f staged && echo more >>staged)";

  void count_deltas() {
    ObjectCatalogue catalogue(layout());
    DeltaForest forest(catalogue);
    std::vector<uint32_t> depth(forest.size(), 0);
    for (ObjectNumber number : forest.order()) {
      if (forest.base(number) == kNoObject) continue;
      depth[number] = depth[forest.base(number)] + 1;
      totals_.longest_chain = std::max<uint64_t>(totals_.longest_chain, depth[number]);
      if (forest.type(number) == ObjectType::kBlob) ++totals_.blob_deltas;
      if (forest.type(number) == ObjectType::kTree) ++totals_.tree_deltas;
    }
  }

  RepositoryLayout layout() const { return git_.layout(has_files_ ? "work" : "r.git"); }

  static std::string print(const Place& place) {
    return place.blob.hex(ObjectFormat::kSha1) + " " + place.path + " " +
           place.commit.hex(ObjectFormat::kSha1) + " " + std::to_string(place.committed_at) +
           " until " + std::to_string(place.last_held_at) + (place.at_tip ? " tip " : " ") +
           place.author.name + " " + place.author.email + " " + std::to_string(place.order);
  }

  void compare_places() {
    RepositoryLayout at = layout();
    auto store = ObjectStore::open(at, ReadWay::kAuto);
    ASSERT_TRUE(store);
    auto reader = (*store)->reader();
    ASSERT_TRUE(reader);
    auto refs = read_refs(at);
    ASSERT_TRUE(refs);
    GraphFailed failed = [](const std::string& where, const std::string& reason) {
      ADD_FAILURE() << where << ": " << reason;
    };
    ObjectCatalogue catalogue(at);
    DeltaForest forest(catalogue);
    ObjectGraph graph(catalogue, forest, CommitGraph(), Verify::kNo);
    auto commits = commits_of(graph, **reader, failed);
    History history = load_history(*commits, **reader, at, {refs->refs, {}, {}}, failed);
    std::vector<ObjectNumber> trees;
    for (const Commit& commit : history.commits) trees.push_back(commits->number(commit.tree));
    for (const TaggedObject& tagged : history.tagged) {
      if (tagged.type == ObjectType::kTree) trees.push_back(commits->number(tagged.id));
    }
    std::vector<ObjectNumber> blobs = graph.blobs_of(trees, **reader, failed);
    std::vector<ObjectId> branches;
    for (const Ref& ref : refs->refs) {
      if (is_branch(ref)) branches.push_back(ref.id);
    }
    std::sort(branches.begin(), branches.end());

    bool by_git = random_() % 4 == 0 && history.commits.size() <= 25;
    std::vector<Place> places;
    for (uint64_t share : {uint64_t{1}, 2 + random_() % 12}) {
      std::unordered_set<ObjectId> wanted;
      for (ObjectNumber blob : blobs) {
        if (random_() % share == 0) wanted.insert(catalogue.id(blob));
      }
      auto of_graph = holdings_of(graph, wanted);
      auto by_changes = attribute(**reader, *of_graph, history, branches, wanted);
      TreeReader tree_reader(**reader, at.format);
      auto of_trees = holdings_of(tree_reader, wanted);
      auto by_reading = attribute(**reader, *of_trees, history, branches, wanted);
      totals_.places += by_reading.size();
      ASSERT_EQ(by_changes.size(), by_reading.size());
      for (size_t i = 0; i < by_changes.size(); ++i) {
        ASSERT_EQ(print(by_changes[i]), print(by_reading[i]));
      }
      if (share == 1) places = std::move(by_changes);
    }
    if (by_git) compare_with_git(places);
  }

  // What `git ls-tree` shows of every commit, and the rules of docs/design.md.
  struct GitCommit {
    int64_t committed_at = 0;
    std::vector<std::string> parents;
    size_t children = 0;
    std::set<std::pair<std::string, std::string>> held;  // blob, path
  };

  void compare_with_git(const std::vector<Place>& places) {
    std::string text = git_.sh(
        "cd " + std::string(has_files_ ? "work/.git" : "r.git") +
        " && export GIT_DIR=. GIT_NO_REPLACE_OBJECTS=1\n"
        "git rev-list --all --format='%H %ct %P' | sed -n '/^commit /!p' | tr '\\n' '\\0'\n"
        "for c in $(git rev-list --all); do printf '@ %s\\0' $c; git ls-tree -r -z $c; done\n"
        "git for-each-ref --format='! %(objectname)' refs/heads refs/remotes | tr '\\n' '\\0'\n"
        "git rev-parse -q --verify HEAD | sed 's/^/! /' | tr '\\n' '\\0'");
    std::map<std::string, GitCommit> commits;
    std::set<std::string> tips;
    GitCommit* current = nullptr;
    for (size_t begin = 0, end; begin < text.size(); begin = end + 1) {
      end = text.find('\0', begin);
      std::string record = text.substr(begin, end - begin);
      if (record.starts_with("@ ")) {
        current = &commits[record.substr(2)];
      } else if (record.starts_with("! ")) {
        tips.insert(record.substr(2));
      } else if (size_t tab = record.find('\t'); current && tab != std::string::npos) {
        // "100644 blob <name>\t<path>"
        if (record.substr(7, 4) == "blob") {
          current->held.insert({record.substr(12, 40), record.substr(tab + 1)});
        }
      } else {
        GitCommit& commit = commits[record.substr(0, 40)];
        size_t space = record.find(' ', 41);
        commit.committed_at = std::stoll(record.substr(41, space - 41));
        for (; space != std::string::npos && space + 40 < record.size(); space += 41) {
          commit.parents.push_back(record.substr(space + 1, 40));
        }
      }
    }

    std::map<std::pair<std::string, std::string>, std::string> expected;
    std::map<std::string, size_t> waiting;
    std::set<std::pair<int64_t, std::string>> free;
    std::map<std::string, std::vector<std::string>> children;
    for (auto& [name, commit] : commits) {
      waiting[name] = commit.parents.size();
      if (commit.parents.empty()) free.insert({commit.committed_at, name});
      for (const std::string& parent : commit.parents) children[parent].push_back(name);
    }
    std::map<std::pair<std::string, std::string>, Place> found;
    while (!free.empty()) {
      std::string name = free.begin()->second;
      free.erase(free.begin());
      const GitCommit& commit = commits[name];
      for (const auto& held : commit.held) {
        bool is_new = std::none_of(
            commit.parents.begin(), commit.parents.end(),
            [&](const std::string& parent) { return commits[parent].held.count(held) > 0; });
        Place& place = found[held];
        if (place.commit.is_null() && is_new) {
          place.commit = *ObjectId::from_hex(name);
          place.committed_at = commit.committed_at;
        }
        place.at_tip |= tips.count(name) > 0;
        // The last commit of a line that holds it.
        bool goes_on = !children[name].empty();
        for (const std::string& child : children[name]) {
          goes_on &= commits[child].held.count(held) > 0;
        }
        if (is_new || !goes_on || tips.count(name)) {
          place.last_held_at = std::max(place.last_held_at, commit.committed_at);
        }
      }
      for (const std::string& child : children[name]) {
        if (--waiting[child] == 0) free.insert({commits[child].committed_at, child});
      }
    }
    size_t of_commits = 0;
    for (const Place& place : places) {
      if (place.commit.is_null()) continue;  // only a tag of a tree or of a blob has it
      ++of_commits;
      auto at = found.find({place.blob.hex(ObjectFormat::kSha1), place.path});
      ASSERT_TRUE(at != found.end()) << print(place);
      Place expected_place = place;
      expected_place.commit = at->second.commit;
      expected_place.committed_at = at->second.committed_at;
      expected_place.last_held_at = at->second.last_held_at;
      expected_place.at_tip = at->second.at_tip;
      ASSERT_EQ(print(place), print(expected_place)) << "expected is what git shows";
    }
    ASSERT_EQ(of_commits, found.size()) << "places in commits";
    totals_.checked_by_git += found.size();
  }

  uint64_t seed_;
  Totals& totals_;
  std::mt19937_64 random_;
  const Keeping& keeping_;
  bool has_files_;
  GitRepository git_;
};

void check_together(std::vector<std::unique_ptr<HistoryCheck>> checks, bool with_compat,
                    Totals& totals) {
  std::vector<std::string> paths;
  for (const auto& check : checks) {
    check->check_places();
    paths.push_back(check->path());
  }
  Reports reports;
  std::string wrong = reports.disagree(paths, with_compat);
  totals.findings += reports.evidence.findings.size();
  for (const Finding& finding : reports.evidence.findings) {
    totals.occurrences += finding.occurrences.size();
  }
  for (const SourceCoverage& source : reports.evidence.coverage.sources) {
    totals.commits += source.commits;
    totals.blobs += source.blobs;
  }
  totals.read_by_git += with_compat ? checks.size() : 0;
  if (wrong.empty()) return;
  for (const auto& check : checks) {
    std::string alone = Reports().disagree({check->path()}, with_compat);
    EXPECT_EQ(alone, "") << check->name();
  }
  ADD_FAILURE() << checks[0]->name() << " and the " << checks.size() << " next: " << wrong;
}

TEST(Histories, GiveTheSameFindingsInAllWaysOfReadingAndMatchingThem) {
  auto signatures = Database::builtin_signatures();
  ASSERT_TRUE(signatures);
  auto [first, last] = seeds();
  const uint64_t together = last - first < 1000 ? kTogether : kManyTogether;
  Totals totals;
  for (uint64_t seed = first; seed <= last && !HasFailure();) {
    std::vector<std::unique_ptr<HistoryCheck>> checks;
    bool with_compat = seed / together % 4 == 0;
    do {
      checks.push_back(std::make_unique<HistoryCheck>(*signatures, seed, totals));
    } while (seed++ < last && seed % together != 0);
    check_together(std::move(checks), with_compat, totals);
  }
  std::printf(
      "%lu repositories, %lu commits, %lu blobs (%lu of them deltas, %lu deltas of trees, up "
      "to "
      "%lu deep): %lu findings at %lu places; %lu read by git; %lu places attributed, %lu as "
      "git does\n",
      totals.repositories, totals.commits, totals.blobs, totals.blob_deltas, totals.tree_deltas,
      totals.longest_chain, totals.findings, totals.occurrences, totals.read_by_git,
      totals.places, totals.checked_by_git);
  if (last - first < 30) return;  // a few, to look at them
  uint64_t count = last - first + 1;
  EXPECT_GT(totals.findings, 20 * count) << "few findings: this would prove little";
  EXPECT_GT(totals.blob_deltas, 5 * count);
  EXPECT_GT(totals.tree_deltas, 2 * count);
  EXPECT_GT(totals.longest_chain, 5u);
  EXPECT_GT(totals.checked_by_git, count);
  EXPECT_GT(totals.read_by_git, count / 10);
}

}  // namespace
}  // namespace straykey
