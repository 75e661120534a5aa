// SPDX-License-Identifier: Apache-2.0
// What was looked at: the runs of the period, the sources that there are, what was left out and
// what failed, and where the sequence has gaps. Every sum is made of rows that are in the pack.
#include <algorithm>

#include "scanner/evidence/account.h"

namespace straykey {
namespace {

// How one source fared in the period.
struct SourceLine {
  LedgerSource last;  // as it was looked at last, in the period or before it
  int64_t last_run = 0;
  int64_t last_at = 0;
  int64_t whole = 0, part = 0;  // runs of the period
};

std::map<ByteView, SourceLine> source_lines(const Account& account) {
  std::map<ByteView, SourceLine> out;
  for (const LedgerRun& run : account.ledger.runs) {
    for (const LedgerSource& source : run.sources) {
      SourceLine& line = out[source.name];
      line.last = source;
      line.last_run = run.number;
      line.last_at = run.started_at;
      if (!account.period.contains(run.started_at)) continue;
      ++(source.whole ? line.whole : line.part);
    }
  }
  for (const std::string& source : account.declared.sources()) out[source];  // of some no run knows
  return out;
}

const char* fate(const SourceLine& line) {
  return line.whole > 0      ? "scanned"
         : line.part > 0     ? "in part"
         : line.last_run > 0 ? "not scanned"
                             : "never scanned";
}

Table runs_table(const Account& account) {
  Table out;
  out.name = "runs";
  out.title = "A run that began in the period";
  out.columns = {"run",        "id",       "started_at", "finished_at", "outcome",
                 "reason",     "whole",    "sources",    "blobs",       "bytes",
                 "left_out",   "failed",   "findings",   "failing",     "signatures",
                 "signatures_digest", "policy_digest", "version", "host", "arguments", "record"};
  out.rows = [&account](const auto& row) {
    for (const LedgerRun& run : account.ledger.runs) {
      if (!account.period.contains(run.started_at)) continue;
      int64_t blobs = 0, bytes = 0, left_out = 0;
      for (const LedgerSource& source : run.sources) {
        blobs += source.blobs;
        bytes += source.bytes;
      }
      for (const LedgerLeftOut& what : run.left_out) left_out += what.count;
      row({run.number, run.id, time_cell(run.started_at), time_cell(run.finished_at), run.outcome,
           run.reason, run.whole ? "yes" : "no", run.sources.size(), blobs, bytes, left_out,
           run.failed.size(), run.findings, run.failing, run.signatures, run.signatures_digest,
           run.policy_digest, run.version, run.host, run.arguments, run.record});
    }
  };
  return out;
}

Table sources_table(const Account& account) {
  Table out;
  out.name = "population";
  out.title = "A source of the declared scope, or that any run up to the end of the period saw";
  out.columns = {"source", "kind",    "declared", "fate",  "whole_runs", "partial_runs",
                 "refs",   "commits", "blobs",    "bytes", "last_run",   "last_at"};
  out.rows = [&account](const auto& row) {
    for (const auto& [name, line] : source_lines(account)) {
      const bool is_known = line.last_run > 0;
      row({name, line.last.kind,
           !account.declared.is_there()   ? Cell()
           : account.declared.has(name) ? Cell("yes")
                                        : Cell("no"),
           fate(line), line.whole, line.part, line.last.refs, line.last.commits, line.last.blobs,
           line.last.bytes, is_known ? Cell(line.last_run) : Cell(),
           is_known ? time_cell(line.last_at) : Cell()});
    }
  };
  return out;
}

Table scope_table(const Account& account) {
  Table out;
  out.name = "scope";
  out.title = "A count of the period; listed is the sum of the three others";
  out.columns = {"of", "listed", "scanned", "failed", "left_out", "note"};
  out.rows = [&account](const auto& row) {
    struct Sum {
      int64_t listed = 0, whole = 0, part = 0, none = 0;
      void add(const SourceLine& line) {
        ++listed;
        ++(line.whole > 0 ? whole : line.part > 0 ? part : none);
      }
    };
    Sum all, declared, undeclared;
    for (const auto& [name, line] : source_lines(account)) {
      all.add(line);
      (account.declared.has(name) ? declared : undeclared).add(line);
    }
    row({"sources", all.listed, all.whole, all.part, all.none,
         "failed: looked at in part only; left out: known from before, in no run of the period"});
    if (account.declared.is_there()) {
      row({"sources of the declared scope", declared.listed, declared.whole, declared.part,
           declared.none, "listed: in the file that declares it"});
      row({"sources beside it", undeclared.listed, undeclared.whole, undeclared.part,
           undeclared.none, "known to the store, and not declared"});
    }
    int64_t runs = 0, complete = 0, failed = 0, partial = 0;
    int64_t blobs = 0, unread = 0, left_out = 0;
    for (const LedgerRun& run : account.ledger.runs) {
      if (!account.period.contains(run.started_at)) continue;
      ++runs;
      ++(run.is_complete() ? complete : run.outcome == "complete" ? partial : failed);
      for (const LedgerSource& source : run.sources) blobs += source.blobs;
      for (const LedgerLeftOut& what : run.left_out) left_out += what.count;
      unread += static_cast<int64_t>(run.failed.size());
    }
    row({"runs", runs, complete, failed, partial,
         "failed: began and did not end as complete; left out: an option narrowed them"});
    row({"objects over all runs", blobs + unread + left_out, blobs, unread, left_out,
         "git blobs, files and messages, as often as runs met them"});
  };
  return out;
}

Table left_out_table(const Account& account) {
  Table out;
  out.name = "not-scanned";
  out.title = "Something that a run of the period did not look at, and why";
  out.columns = {"run", "what", "count", "place", "reason"};
  out.rows = [&account](const auto& row) {
    for (const LedgerRun& run : account.ledger.runs) {
      if (!account.period.contains(run.started_at)) continue;
      for (const LedgerLeftOut& what : run.left_out) {
        row({run.number, "left out", what.count, Cell(), what.reason});
      }
      for (const Failure& failure : run.failed) {
        row({run.number, "failed", 1, failure.where, failure.reason});
      }
    }
  };
  return out;
}

Table gaps_table(const Account& account) {
  Table out;
  out.name = "gaps";
  out.title = "Something that is missing in the sequence of runs";
  out.columns = {"kind", "from", "to", "run", "what"};
  out.rows = [&account](const auto& row) {
    for (const Gap& gap : account.gaps) {
      row({gap.kind, time_cell(gap.from), time_cell(gap.to),
           gap.run > 0 ? Cell(gap.run) : Cell(), gap.what});
    }
  };
  return out;
}

}  // namespace

std::vector<Table> run_tables(const Account& account) {
  return {scope_table(account), sources_table(account), runs_table(account),
          left_out_table(account), gaps_table(account)};
}

}  // namespace straykey
