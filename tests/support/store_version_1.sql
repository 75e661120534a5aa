-- A store as schema version 1 wrote it: one run, one finding, a decision and an event.
CREATE TABLE store_schema (version BIGINT NOT NULL);
INSERT INTO store_schema VALUES(1);
CREATE TABLE record (
  sequence BIGINT PRIMARY KEY,
  kind     TEXT NOT NULL,
  time     BIGINT NOT NULL,
  body     TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash     TEXT NOT NULL
);
INSERT INTO record VALUES(1,'store',1795263463,'{"id":"f5f29f48-24c2-4740-858b-8a08e3fba534"}','0000000000000000000000000000000000000000000000000000000000000000','14e9e845b16f731ba47fe8ab3012615e7426b70bd80fa252df0f593975cebc8c');
INSERT INTO record VALUES(2,'run-started',1795263463,'{"arguments":["scan",".","-q","--store","/tmp/shop.db","--no-working-tree"],"host":"vm","id":"0f53bbdb-ff7b-4d75-8f90-674f7b7b5d8f","number":1,"started_at":1795263463,"version":"0.1.0"}','14e9e845b16f731ba47fe8ab3012615e7426b70bd80fa252df0f593975cebc8c','8e5e46284d0ee7b9136eea718a7322f34fa47e185e90f16e6c8ce30434833913');
INSERT INTO record VALUES(3,'finding',1795263463,'{"attributes":{"last-eight":"NA2PaGJS"},"committed_at":1795263463,"confidence":"high","digest":"a5d8c74b61ff43d0c8bbc663f1bdc1fe12b70dce47eae40f3c2c643e8cca90c2","encoding":"","id":"e689b755ee77da0259a82d2a8148a329","length":40,"nhi":"candidate:b60e4dd2f32cc90f","occurrences":[{"author":"Ann","author_email":"ann@example.test","blob":"65c1d8e03e422175c0ae706937b9a79616370a35","column_from":1,"commit_id":"ba37344b943f0252e93b36088ca1ea99c2c8a55d","committed_at":1795263463,"end_column":40,"end_line":1,"line":1,"object":"blob","path":"a.txt","presence":"tip"}],"redacted":"ghp_****","run":1,"severity":"critical","signature":"github.personal-token","source":"/tmp/shop","standing":"tip","structure":"valid"}','8e5e46284d0ee7b9136eea718a7322f34fa47e185e90f16e6c8ce30434833913','1894e7f324fdfd06bc111b021834decd17332cbd0dd90ac04336b529c877bfd4');
INSERT INTO record VALUES(4,'run-finished',1795263463,'{"allowed":[],"failed":[],"failing":1,"findings":1,"finished_at":1795263463,"left_out":[],"number":1,"outcome":"complete","policy_digest":"","reason":null,"scope":"whole","signatures_count":1058,"signatures_digest":"275f6303d22fe99ce6dde0c8ea4a957d6ffc76e0e8ad3a673c849174d1380cde","sources":[{"blobs":2,"bytes":191,"commits":1,"kind":"repository","path":".","refs":2,"refs_digest":"033ed1b1c5c6d1dd5f6460f0c64c8a1eb154edcfdc61ae6e1ac0edf4dfb2e94b","shallow_commits":0,"source":"/tmp/shop","whole":1}]}','1894e7f324fdfd06bc111b021834decd17332cbd0dd90ac04336b529c877bfd4','62450b4f2f37e8a738688d69a9f034526dc9f14b19023ca2fa13fe93a54840f3');
INSERT INTO record VALUES(5,'decision',1795263463,'{"action":"treat","approver":"","decided_by":"root","due":4951843199,"finding":"e689b755ee77da0259a82d2a8148a329","owner":"payments","proof":"","reason":"to be rotated","until":null}','62450b4f2f37e8a738688d69a9f034526dc9f14b19023ca2fa13fe93a54840f3','5fbf14d52b79dcbb8b8a72e71201cb9f5dd3fccae948d7d1d0e35b755fbde481');
INSERT INTO record VALUES(6,'event',1795263463,'{"artefact":"","digest":"","happened_at":1795263463,"note":"","recorded_by":"root","reference":"OPS-1","subject":"e689b755ee77da0259a82d2a8148a329","what":"reviewed"}','5fbf14d52b79dcbb8b8a72e71201cb9f5dd3fccae948d7d1d0e35b755fbde481','a29f46dbbafc6b9786123d335a5f85eeacb51d9f63afdd1feba678274df97f3e');
CREATE TABLE head (
  id       BIGINT PRIMARY KEY CHECK (id = 1),
  sequence BIGINT NOT NULL,
  hash     TEXT NOT NULL
);
INSERT INTO head VALUES(1,6,'a29f46dbbafc6b9786123d335a5f85eeacb51d9f63afdd1feba678274df97f3e');
CREATE TABLE run (
  number            BIGINT PRIMARY KEY,
  id                TEXT NOT NULL,
  started_at        BIGINT NOT NULL,
  finished_at       BIGINT,
  outcome           TEXT NOT NULL,
  reason            TEXT,
  scope             TEXT,
  arguments         TEXT NOT NULL,
  host              TEXT NOT NULL,
  version           TEXT NOT NULL,
  signatures_count  BIGINT,
  signatures_digest TEXT,
  policy_digest     TEXT,
  findings          BIGINT,
  failing           BIGINT,
  started_record    BIGINT NOT NULL,
  finished_record   BIGINT
);
INSERT INTO run VALUES(1,'0f53bbdb-ff7b-4d75-8f90-674f7b7b5d8f',1795263463,1795263463,'complete',NULL,'whole','["scan",".","-q","--store","/tmp/shop.db","--no-working-tree"]','vm','0.1.0',1058,'275f6303d22fe99ce6dde0c8ea4a957d6ffc76e0e8ad3a673c849174d1380cde','',1,1,2,4);
CREATE TABLE run_source (
  run             BIGINT NOT NULL,
  position        BIGINT NOT NULL,
  source          TEXT NOT NULL,
  kind            TEXT NOT NULL,
  path            TEXT NOT NULL,
  refs            BIGINT NOT NULL,
  refs_digest     TEXT NOT NULL,
  commits         BIGINT NOT NULL,
  blobs           BIGINT NOT NULL,
  bytes           BIGINT NOT NULL,
  shallow_commits BIGINT NOT NULL,
  whole           BIGINT NOT NULL,
  PRIMARY KEY (run, position)
);
INSERT INTO run_source VALUES(1,0,'/tmp/shop','repository','.',2,'033ed1b1c5c6d1dd5f6460f0c64c8a1eb154edcfdc61ae6e1ac0edf4dfb2e94b',1,2,191,0,1);
CREATE TABLE run_left_out (
  run      BIGINT NOT NULL,
  reason   TEXT NOT NULL,
  count    BIGINT NOT NULL,
  examples TEXT NOT NULL,
  PRIMARY KEY (run, reason)
);
CREATE TABLE run_allowed (
  run    BIGINT NOT NULL,
  reason TEXT NOT NULL,
  count  BIGINT NOT NULL,
  PRIMARY KEY (run, reason)
);
CREATE TABLE run_failure (
  run      BIGINT NOT NULL,
  position BIGINT NOT NULL,
  place    TEXT NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (run, position)
);
CREATE TABLE finding (
  id              TEXT PRIMARY KEY,
  signature       TEXT NOT NULL,
  severity        TEXT NOT NULL,
  confidence      TEXT NOT NULL,
  structure       TEXT NOT NULL,
  redacted        TEXT NOT NULL,
  length          BIGINT NOT NULL,
  encoding        TEXT NOT NULL,
  attributes      TEXT NOT NULL,
  nhi             TEXT,
  standing        TEXT NOT NULL,
  first_run       BIGINT NOT NULL,
  first_seen      BIGINT NOT NULL,
  committed_at    BIGINT,
  removed_run     BIGINT,
  removed_at      BIGINT,
  returned_record BIGINT,
  returned_at     BIGINT
);
INSERT INTO finding VALUES('e689b755ee77da0259a82d2a8148a329','github.personal-token','critical','high','valid','ghp_****',40,'','{"last-eight":"NA2PaGJS"}','candidate:b60e4dd2f32cc90f','tip',1,1795263463,1795263463,NULL,NULL,NULL,NULL);
CREATE TABLE presence (
  finding   TEXT NOT NULL,
  source    TEXT NOT NULL,
  standing  TEXT NOT NULL,
  first_run BIGINT NOT NULL,
  gone_run  BIGINT,
  digest    TEXT NOT NULL,
  record    BIGINT NOT NULL,
  PRIMARY KEY (finding, source)
);
INSERT INTO presence VALUES('e689b755ee77da0259a82d2a8148a329','/tmp/shop','tip',1,NULL,'a5d8c74b61ff43d0c8bbc663f1bdc1fe12b70dce47eae40f3c2c643e8cca90c2',3);
CREATE TABLE occurrence (
  finding      TEXT NOT NULL,
  source       TEXT NOT NULL,
  position     BIGINT NOT NULL,
  path         TEXT NOT NULL,
  line         BIGINT NOT NULL,
  column_from  BIGINT NOT NULL,
  end_line     BIGINT NOT NULL,
  end_column   BIGINT NOT NULL,
  object       TEXT NOT NULL,
  blob         TEXT NOT NULL,
  commit_id    TEXT NOT NULL,
  author       TEXT NOT NULL,
  author_email TEXT NOT NULL,
  committed_at BIGINT,
  last_held_at BIGINT,
  presence     TEXT NOT NULL,
  PRIMARY KEY (finding, source, position)
);
INSERT INTO occurrence VALUES('e689b755ee77da0259a82d2a8148a329','/tmp/shop',0,'a.txt',1,1,1,40,'blob','65c1d8e03e422175c0ae706937b9a79616370a35','ba37344b943f0252e93b36088ca1ea99c2c8a55d','Ann','ann@example.test',1795263463,NULL,'tip');
CREATE TABLE decision (
  record     BIGINT PRIMARY KEY,
  finding    TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  action     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  approver   TEXT NOT NULL,
  owner      TEXT NOT NULL,
  due        BIGINT,
  until      BIGINT,
  proof      TEXT NOT NULL
);
INSERT INTO decision VALUES(5,'e689b755ee77da0259a82d2a8148a329',1795263463,'root','treat','to be rotated','','payments',4951843199,NULL,'');
CREATE TABLE event (
  record      BIGINT PRIMARY KEY,
  subject     TEXT NOT NULL,
  what        TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  reference   TEXT NOT NULL,
  artefact    TEXT NOT NULL,
  digest      TEXT NOT NULL,
  note        TEXT NOT NULL
);
INSERT INTO event VALUES(6,'e689b755ee77da0259a82d2a8148a329','reviewed',1795263463,1795263463,'root','OPS-1','','','');
CREATE TABLE signed_head (
  record   BIGINT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  hash     TEXT NOT NULL,
  key_id   TEXT NOT NULL,
  envelope TEXT NOT NULL
);
CREATE INDEX run_source_by_source ON run_source (source, run);
CREATE INDEX finding_by_nhi ON finding (nhi);
CREATE INDEX presence_by_source ON presence (source);
CREATE INDEX decision_by_finding ON decision (finding, record);
CREATE INDEX event_by_subject ON event (subject, record);
