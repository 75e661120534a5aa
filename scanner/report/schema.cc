// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of the finding JSON, as `straykey report --schema` prints it. It is
// written by hand and strict, so that a key that json.cc gains or loses unseen fails a
// test. $defs/jsonl_line describes one line of the jsonl format.
//
// Members of the contract that this version always leaves null (nhi, decision) have their
// shape here already: readers can be written once.
#include "scanner/report/report.h"

namespace straykey {

std::string json_schema() {
  return R"schema({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:straykey:report:1",
  "title": "straykey report",
  "description": "one run: what looked at what, what it found, what it left out",
  "type": "object",
  "additionalProperties": false,
  "required": ["schema_version", "tool", "run", "coverage", "findings", "summary"],
  "properties": {
    "schema_version": {"const": 1},
    "tool": {"$ref": "#/$defs/tool"},
    "run": {"$ref": "#/$defs/run"},
    "coverage": {"$ref": "#/$defs/coverage"},
    "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
    "summary": {"$ref": "#/$defs/summary"}
  },
  "$defs": {
    "count": {"type": "integer", "minimum": 0},
    "position": {
      "description": "from 1; columns in bytes; ends inclusive",
      "type": "integer",
      "minimum": 1
    },
    "text": {
      "description": "%80 to %FF: bytes that are not UTF-8; %25: a % that would read so",
      "type": ["string", "null"]
    },
    "time": {
      "description": "ISO 8601; the year may have any number of digits: commits lie",
      "type": ["string", "null"],
      "pattern": "^-?[0-9]+-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    },
    "object_id": {"type": ["string", "null"], "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"},
    "severity": {"enum": ["critical", "high", "medium", "low", "info"]},
    "level": {"enum": ["direct", "correlated", "inferred"]},
    "counts": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}},
    "tool": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "version", "signatures", "engines"],
      "properties": {
        "name": {"const": "straykey"},
        "version": {"type": "string"},
        "signatures": {
          "type": "object",
          "additionalProperties": false,
          "required": ["count", "digest"],
          "properties": {
            "count": {"$ref": "#/$defs/count"},
            "digest": {
              "description": "SHA-256 over all that decides what is found",
              "type": "string"
            }
          }
        },
        "engines": {"type": "object", "additionalProperties": {"type": "string"}}
      }
    },
    "run": {
      "description": "With --reproducible: id is empty, arguments are empty, all else is null.",
      "type": "object",
      "additionalProperties": false,
      "required": ["id", "sequence", "started_at", "finished_at", "arguments", "host"],
      "properties": {
        "id": {"type": "string"},
        "sequence": {
          "description": "the number of the run in the store, when there is one",
          "type": ["integer", "null"]
        },
        "started_at": {"$ref": "#/$defs/time"},
        "finished_at": {"$ref": "#/$defs/time"},
        "arguments": {"type": "array", "items": {"type": "string"}},
        "host": {"$ref": "#/$defs/text"}
      }
    },
    "coverage": {
      "type": "object",
      "additionalProperties": false,
      "required": ["complete", "interrupted", "sources", "left_out", "failed"],
      "properties": {
        "complete": {
          "description": "false when something in scope was not looked at",
          "type": "boolean"
        },
        "interrupted": {"type": "boolean"},
        "sources": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["kind", "path", "refs", "commits", "blobs", "bytes",
            "shallow_commits"],
            "properties": {
              "kind": {"enum": ["repository", "folder", "file", "archive", "stream"]},
              "path": {"type": "string"},
              "refs": {
                "description": "name -> object id",
                "type": "object",
                "additionalProperties": {"type": "string"}
              },
              "commits": {"$ref": "#/$defs/count"},
              "blobs": {
                "description": "pieces of bytes looked at: git blobs, files, messages",
                "$ref": "#/$defs/count"
              },
              "bytes": {"$ref": "#/$defs/count"},
              "shallow_commits": {
                "description": "commits whose parents a shallow clone lacks",
                "$ref": "#/$defs/count"
              }
            }
          }
        },
        "left_out": {
          "description": "not looked at on purpose",
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["reason", "count", "examples"],
            "properties": {
              "reason": {"type": "string"},
              "count": {"$ref": "#/$defs/count"},
              "examples": {"type": "array", "items": {"type": "string"}}
            }
          }
        },
        "failed": {
          "description": "in scope, but could not be read",
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["origin", "reason"],
            "properties": {"origin": {"type": "string"}, "reason": {"type": "string"}}
          }
        }
      }
    },
    "finding": {"$ref": "#/$defs/finding_members", "unevaluatedProperties": false},
    "finding_members": {
      "description": "one secret with all its places",
      "type": "object",
      "required": [
        "id", "state", "signature", "severity", "confidence", "structure", "secret",
        "identity", "nhi", "first_seen", "last_seen", "at_tip", "occurrences", "conditions",
        "mappings", "decision"
      ],
      "properties": {
        "id": {
          "description": "the fingerprint: independent of line, path and commit",
          "type": "string",
          "minLength": 1
        },
        "state": {
          "description": "new: nobody has decided yet; known: in the baseline, or to be treated",
          "enum": ["new", "known", "accepted", "accepted-expired", "closed", "regressed"]
        },
        "signature": {
          "type": "object",
          "additionalProperties": false,
          "required": ["id", "name"],
          "properties": {"id": {"type": "string"}, "name": {"type": "string"}}
        },
        "severity": {"$ref": "#/$defs/severity"},
        "confidence": {"enum": ["high", "medium", "low"]},
        "structure": {
          "description": "what an offline check of the format says",
          "enum": ["valid", "invalid", "unknown"]
        },
        "secret": {
          "type": "object",
          "additionalProperties": false,
          "required": ["redacted", "length"],
          "properties": {
            "redacted": {"type": "string"},
            "length": {"description": "in bytes, decoded", "$ref": "#/$defs/count"},
            "encoding": {
              "description": "how it stood in the bytes, when not plain",
              "type": "string"
            },
            "value": {"description": "only with --show-secrets; exact", "type": "string"},
            "value_base64": {
              "description": "instead of value, when it is not UTF-8",
              "type": "string"
            }
          },
          "not": {"required": ["value", "value_base64"]}
        },
        "identity": {
          "description": "what the secret itself, or the lines by it, say about the principal",
          "type": "object",
          "additionalProperties": false,
          "required": ["kind", "attributes", "class"],
          "properties": {
            "kind": {"$ref": "#/$defs/text"},
            "attributes": {"type": "object", "additionalProperties": {"type": "string"}},
            "class": {"enum": ["service", "human", "unknown"]}
          }
        },
        "nhi": {
          "description": "the non-human identity that it belongs to; null when it was not asked",
          "type": ["object", "null"],
          "additionalProperties": false,
          "required": [
            "id", "name", "owner", "owner_kind", "resolved_by", "confidence", "registered",
            "owner_attested", "owner_suggested", "owner_left", "environment", "supplier",
            "component", "reasons"
          ],
          "properties": {
            "id": {
              "description": "of the register, or 'candidate:' and 16 hexadecimal digits",
              "type": "string",
              "minLength": 1
            },
            "name": {"$ref": "#/$defs/text"},
            "owner": {"$ref": "#/$defs/text"},
            "owner_kind": {"enum": ["person", "team", "system", "process", "unknown", null]},
            "resolved_by": {
              "enum": ["register", "catalogue", "codeowners", "owner-map", "history", null]
            },
            "confidence": {"enum": ["high", "medium", "low", null]},
            "registered": {"type": "boolean"},
            "owner_attested": {"type": "boolean"},
            "owner_suggested": {
              "description": "from history: nobody has said so",
              "type": "boolean"
            },
            "owner_left": {"description": "the roster says so", "type": "boolean"},
            "environment": {"$ref": "#/$defs/text"},
            "supplier": {"$ref": "#/$defs/text"},
            "component": {"$ref": "#/$defs/text"},
            "reasons": {
              "type": "array",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["step", "what", "confidence"],
                "properties": {
                  "step": {"type": "string"},
                  "what": {"type": "string"},
                  "confidence": {"enum": ["high", "medium", "low"]}
                }
              }
            }
          }
        },
        "first_seen": {"$ref": "#/$defs/time"},
        "last_seen": {"$ref": "#/$defs/time"},
        "at_tip": {
          "description": "at a branch tip, in the index, in a work tree or in a file",
          "type": "boolean"
        },
        "occurrences": {
          "description": "oldest first",
          "type": "array",
          "minItems": 1,
          "items": {"$ref": "#/$defs/occurrence"}
        },
        "conditions": {"$ref": "#/$defs/conditions"},
        "mappings": {"$ref": "#/$defs/mappings"},
        "decision": {
          "description": "the one in force, when a store was asked",
          "type": ["object", "null"],
          "additionalProperties": false,
          "required": ["action", "reason", "approver", "owner", "due", "until", "proof",
          "decided_at", "decided_by", "overdue"],
          "properties": {
            "action": {"enum": ["treat", "accept", "avoid", "transfer", "close"]},
            "reason": {"$ref": "#/$defs/text"},
            "approver": {"$ref": "#/$defs/text"},
            "owner": {"$ref": "#/$defs/text"},
            "due": {"$ref": "#/$defs/time"},
            "until": {"$ref": "#/$defs/time"},
            "proof": {"$ref": "#/$defs/text"},
            "decided_at": {"$ref": "#/$defs/time"},
            "decided_by": {"$ref": "#/$defs/text"},
            "overdue": {
              "description": "what was to be done by the due date is not",
              "type": "boolean"
            }
          }
        }
      }
    },
    "conditions": {
      "description": "what holds, and because of what; see docs/conditions.md",
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "level", "because"],
        "properties": {
          "id": {"type": "string", "pattern": "^C[0-9]{2}$"},
          "level": {"$ref": "#/$defs/level"},
          "because": {"type": "string"}
        }
      }
    },
    "mappings": {
      "description": "ids of frameworks that the conditions support",
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["framework", "id", "title", "kind", "level", "relation", "guidance",
        "by_analogy", "conditions"],
        "properties": {
          "framework": {"type": "string"},
          "id": {"type": "string"},
          "title": {"type": "string"},
          "kind": {
            "description": "of ISO/IEC 27001, a clause is a requirement, an Annex A id a control",
            "enum": ["requirement", "control", "guidance", "risk", "outcome", "weakness",
                     "criterion", "tenet", "section", "step"]
          },
          "level": {"$ref": "#/$defs/level"},
          "relation": {
            "description": "primary: the conditions are evidence for it; secondary: related",
            "enum": ["primary", "secondary"]
          },
          "guidance": {
            "description": "the id in ISO/IEC 27002 that belongs to a control",
            "type": ["string", "null"]
          },
          "by_analogy": {
            "description": "the framework was not written for machines",
            "type": "boolean"
          },
          "conditions": {"type": "array", "minItems": 1, "items": {"type": "string"}}
        }
      }
    },
    "occurrence": {
      "description": "one place of a secret",
      "type": "object",
      "additionalProperties": false,
      "required": [
        "repository", "path", "line", "column", "end_line", "end_column", "blob", "commit",
        "author",
        "author_email", "committed_at", "presence", "object", "last_held_at"
      ],
      "properties": {
        "repository": {"description": "null outside of repositories", "$ref": "#/$defs/text"},
        "path": {
          "description": "with !member for archives; null for messages and streams",
          "$ref": "#/$defs/text"
        },
        "line": {"$ref": "#/$defs/position"},
        "column": {"$ref": "#/$defs/position"},
        "end_line": {"$ref": "#/$defs/position"},
        "end_column": {"$ref": "#/$defs/position"},
        "blob": {"description": "the git object; null for files", "$ref": "#/$defs/object_id"},
        "commit": {"description": "the first that holds it here", "$ref": "#/$defs/object_id"},
        "author": {"$ref": "#/$defs/text"},
        "author_email": {"$ref": "#/$defs/text"},
        "committed_at": {"$ref": "#/$defs/time"},
        "presence": {"enum": ["tip", "history", "index", "working-tree", "file",
                              "unreachable"]},
        "object": {"enum": ["blob", "commit message", "tag message", "file", "stream"]},
        "last_held_at": {
          "description": "date of the newest commit known to hold it",
          "$ref": "#/$defs/time"
        }
      }
    },
    "summary": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "findings", "new", "known", "by_severity", "by_signature", "occurrences", "allowed",
        "unused_baseline", "complete", "seconds", "commits", "blobs", "bytes", "left_out",
        "failed", "conditions", "mappings"
      ],
      "properties": {
        "findings": {"$ref": "#/$defs/count"},
        "new": {
          "description": "new, accepted-expired, regressed or overdue: they fail a scan",
          "$ref": "#/$defs/count"
        },
        "known": {"description": "all others", "$ref": "#/$defs/count"},
        "by_severity": {
          "$ref": "#/$defs/counts",
          "propertyNames": {"$ref": "#/$defs/severity"},
          "required": ["critical", "high", "medium", "low", "info"]
        },
        "by_signature": {"$ref": "#/$defs/counts"},
        "occurrences": {"$ref": "#/$defs/count"},
        "allowed": {
          "description": "secrets found but not reported: why -> how many",
          "$ref": "#/$defs/counts"
        },
        "unused_baseline": {"type": "array", "items": {"type": "string"}},
        "complete": {"type": "boolean"},
        "seconds": {"type": ["number", "null"], "minimum": 0},
        "commits": {"$ref": "#/$defs/count"},
        "blobs": {"$ref": "#/$defs/count"},
        "bytes": {"$ref": "#/$defs/count"},
        "left_out": {"$ref": "#/$defs/count"},
        "failed": {"$ref": "#/$defs/count"},
        "conditions": {"description": "of the run itself", "$ref": "#/$defs/conditions"},
        "mappings": {"$ref": "#/$defs/mappings"}
      }
    },
    "jsonl_line": {
      "description": "a line of the jsonl format; the last one is the summary",
      "oneOf": [
        {
          "$ref": "#/$defs/finding_members",
          "required": ["type"],
          "properties": {"type": {"const": "finding"}},
          "unevaluatedProperties": false
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["type", "schema_version", "tool", "run", "coverage", "summary"],
          "properties": {
            "type": {"const": "summary"},
            "schema_version": {"const": 1},
            "tool": {"$ref": "#/$defs/tool"},
            "run": {"$ref": "#/$defs/run"},
            "coverage": {"$ref": "#/$defs/coverage"},
            "summary": {"$ref": "#/$defs/summary"}
          }
        }
      ]
    }
  }
}
)schema";
}

}  // namespace straykey
