// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/archive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/make_archive.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

using Names = std::vector<std::string>;

struct Collected : Sink {
  void blob(const Origin& origin, ByteView bytes) override {
    members.push_back(origin.member);
    contents[origin.member] = bytes;
  }
  void left_out(const std::string& reason, const std::string& where) override {
    out[reason].push_back(where);
  }
  void failed(const std::string& where, const std::string& reason) override {
    ADD_FAILURE() << where << ": " << reason;
  }
  Names members;
  std::map<std::string, std::string> contents;
  std::map<std::string, Names> out;
};

Collected expand(ByteView bytes, const std::string& path = "dir/it",
                 const ArchiveLimits& limits = {}) {
  EXPECT_TRUE(looks_like_archive(bytes));
  Collected sink;
  Origin origin;
  origin.path = path;
  expand_archive(origin, bytes, limits, sink);
  return sink;
}

std::string make_zip(const Files& files) {
  return make_archive(archive_write_set_format_zip, archive_write_add_filter_none, files);
}
std::string make_tar_gz(const Files& files) {
  return make_archive(archive_write_set_format_pax_restricted, archive_write_add_filter_gzip, files);
}

// Text that does not compress well.
std::string noise(size_t bytes) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < bytes) text += static_cast<char>(' ' + random() % 95);
  return text;
}

TEST(ExpandArchive, GivesMembersOfEveryFormatAndFilter) {
  const Files files = {{"a.txt", "one"}, {"b/c.txt", "two"}, {"empty", ""}};
  struct Case {
    const char* name;
    int (*format)(archive*);
    int (*filter)(archive*);
  };
  for (const Case& kind : {
           Case{"zip", archive_write_set_format_zip, archive_write_add_filter_none},
           Case{"ustar", archive_write_set_format_ustar, archive_write_add_filter_none},
           Case{"pax", archive_write_set_format_pax, archive_write_add_filter_none},
           Case{"gnutar", archive_write_set_format_gnutar, archive_write_add_filter_none},
           Case{"tar.gz", archive_write_set_format_ustar, archive_write_add_filter_gzip},
           Case{"tar.bz2", archive_write_set_format_ustar, archive_write_add_filter_bzip2},
           Case{"tar.xz", archive_write_set_format_ustar, archive_write_add_filter_xz},
           Case{"tar.lzma", archive_write_set_format_ustar, archive_write_add_filter_lzma},
           Case{"tar.zst", archive_write_set_format_ustar, archive_write_add_filter_zstd},
           Case{"tar.lz4", archive_write_set_format_ustar, archive_write_add_filter_lz4},
           Case{"v7 tar.gz", archive_write_set_format_v7tar, archive_write_add_filter_gzip},
           Case{"7z", archive_write_set_format_7zip, archive_write_add_filter_none},
           Case{"cpio", archive_write_set_format_cpio_newc, archive_write_add_filter_none},
           Case{"odc", archive_write_set_format_cpio_odc, archive_write_add_filter_none},
           Case{"cpio.gz", archive_write_set_format_cpio_newc, archive_write_add_filter_gzip},
       }) {
    SCOPED_TRACE(kind.name);
    Collected got = expand(make_archive(kind.format, kind.filter, files));
    EXPECT_EQ(got.members.size(), 3u);  // 7z has its own order
    EXPECT_EQ(got.contents["a.txt"], "one");
    EXPECT_EQ(got.contents["b/c.txt"], "two");
    EXPECT_TRUE(got.out.empty());
  }
}

TEST(ExpandArchive, ReadsWhatTheUsualToolsWrite) {
  TempDir dir;
  dir.write("in/a.txt", "one");
  dir.write("in/b/c.txt", "two");
  for (const char* command :
       {"tar -cf out in", "tar -czf out in", "tar -cJf out in", "tar -c --zstd -f out in",
        "tar -cjf out in", "tar -c --format=pax -f out in",
        "rm -f out.zip; zip -qr out.zip in && mv out.zip out",
        "python3 -m zipfile -c out in/"}) {
    SCOPED_TRACE(command);
    if (dir.run(std::string("{ ") + command + "; } 2>/dev/null") != 0) continue;
    Collected got = expand(dir.read("out"));
    EXPECT_EQ(got.members.size(), 2u);
    EXPECT_EQ(got.contents["in/b/c.txt"], "two");
    EXPECT_TRUE(got.out.empty());
  }
}

TEST(ExpandArchive, CompressedFileIsNamedWithoutItsSuffix) {
  TempDir dir;
  dir.write("dump", "select 1;");
  for (const char* command : {"gzip -nc dump", "xz -c dump", "zstd -qc dump", "bzip2 -c dump",
                              "lz4 -qc dump", "xz -Flzma -c dump"}) {
    SCOPED_TRACE(command);
    if (dir.run(std::string(command) + " >out 2>/dev/null") != 0) continue;
    Collected got = expand(dir.read("out"), "x/dump.sql.gz");
    EXPECT_EQ(got.members, (Names{"dump.sql"}));
    EXPECT_EQ(got.contents["dump.sql"], "select 1;");
  }
  ASSERT_EQ(dir.run("gzip -nc dump >out"), 0);
  EXPECT_EQ(expand(dir.read("out"), "x/blob").members, (Names{"content"}));
  EXPECT_EQ(expand(dir.read("out"), "").members, (Names{"content"}));
  EXPECT_EQ(expand(dir.read("out"), "x/dump.xz").members, (Names{"dump"}));

  Collected got = expand(make_zip({{"in/log.gz", dir.read("out")}}));
  EXPECT_EQ(got.members, (Names{"in/log.gz", "in/log.gz!log"}));
}

TEST(ExpandArchive, DebianPackageIsAnArchiveOfArchives) {
  std::string data = make_tar_gz({{"etc/conf", "key"}});
  std::string deb = make_archive(archive_write_set_format_ar_svr4, archive_write_add_filter_none,
                         {{"debian-binary", "2.0\n"}, {"data.tar.gz", data}});
  Collected got = expand(deb);
  EXPECT_EQ(got.members,
            (Names{"debian-binary", "data.tar.gz", "data.tar.gz!etc/conf"}));
}

TEST(ExpandArchive, RpmIsReadThroughItsHeaders) {
  std::string lead("\xED\xAB\xEE\xDB\x03\0\0\0", 8);
  lead.resize(96, '\0');
  // Signature and main header: magic, four reserved bytes, no index entries, no data.
  std::string header("\x8E\xAD\xE8\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
  std::string payload =
      make_archive(archive_write_set_format_cpio_newc, archive_write_add_filter_gzip, {{"./a", "one"}});
  Collected got = expand(lead + header + header + payload);
  EXPECT_EQ(got.members, (Names{"content", "content!./a"}));
}

TEST(ExpandArchive, NamesThatAreNotAsciiSurvive) {
  const std::string name = "gr\xC3\xBC\xC3\x9F" "e/\xE9\x8D\xB5";
  TempDir dir;
  dir.write("in/" + name, "x");
  for (const char* command :
       {"tar -cf out in", "tar -c --format=pax -f out in", "python3 -m zipfile -c out in/"}) {
    SCOPED_TRACE(command);
    ASSERT_EQ(dir.run(command), 0);
    EXPECT_EQ(expand(dir.read("out")).members, (Names{"in/" + name}));
  }
  ASSERT_EQ(dir.run("rm -rf in && mkdir in && printf x >in/$(printf 'a\\377b') && "
                    "tar -cf out in"),
            0);
  EXPECT_EQ(expand(dir.read("out")).members, (Names{"in/a\xFF" "b"}));
}

TEST(ExpandArchive, NestedArchivesAreOpenedToTheDepth) {
  std::string bytes = make_zip({{"x.txt", "deep"}});
  for (int level = 5; level > 0; --level) {  // six archives, the outermost included
    std::string name = "n" + std::to_string(level) + (level % 2 ? ".zip" : ".tgz");
    bytes = level % 2 ? make_tar_gz({{name, bytes}, {"y", "y"}}) : make_zip({{name, bytes}});
  }
  Collected got = expand(bytes);
  EXPECT_TRUE(std::count(got.members.begin(), got.members.end(), "n1.zip!y") == 0);
  EXPECT_TRUE(got.contents.contains("n1.zip"));
  EXPECT_TRUE(got.contents.contains("n1.zip!n2.tgz!n3.zip!n4.tgz"));
  EXPECT_FALSE(got.contents.contains("n1.zip!n2.tgz!n3.zip!n4.tgz!n5.zip"));
  EXPECT_EQ(got.out["archive over limit: depth"],
            (Names{"dir/it!n1.zip!n2.tgz!n3.zip!n4.tgz"}));

  Collected all = expand(bytes, "dir/it", {.depth = 6});
  EXPECT_EQ(all.contents["n1.zip!n2.tgz!n3.zip!n4.tgz!n5.zip!x.txt"], "deep");
  EXPECT_TRUE(all.out.empty());
}

TEST(ExpandArchive, BombIsStoppedByRatio) {
  TempDir dir;
  ASSERT_EQ(dir.run("head -c 60000000 /dev/zero | gzip -nc >out"), 0);
  Collected got = expand(dir.read("out"));
  EXPECT_TRUE(got.members.empty());
  EXPECT_EQ(got.out["archive over limit: ratio"], (Names{"dir/it"}));
  ASSERT_EQ(dir.run("{ echo text; head -c 60000000 /dev/zero; } | bzip2 -c >out"), 0);
  got = expand(dir.read("out"));
  EXPECT_TRUE(got.members.empty());
  EXPECT_EQ(got.out["archive over limit: ratio"], (Names{"dir/it!content"}));

  // The same over two levels, each of which would pass alone.
  std::string inner = make_zip({{"zeros", std::string(30u << 20, '\0')}});
  Collected nested = expand(make_zip({{"pad", noise(120000)}, {"inner.zip", inner}}));
  EXPECT_EQ(nested.members, (Names{"pad", "inner.zip"}));
  EXPECT_EQ(nested.out["archive over limit: ratio"], (Names{"dir/it!inner.zip!zeros"}));
}

TEST(ExpandArchive, ZerosAtTheStartOrBehindTheEndHideNothing) {
  TempDir dir;
  ASSERT_EQ(dir.run("{ head -c 100000 /dev/zero; echo key; } | gzip -nc >out"), 0);
  Collected got = expand(dir.read("out"), "disk.img.gz");
  ASSERT_EQ(got.members, (Names{"disk.img"}));
  EXPECT_EQ(got.contents["disk.img"].substr(100000), "key\n");

  dir.write("a", "one");
  dir.write("b", "two");
  ASSERT_EQ(dir.run("{ tar -c a; tar -c b; } | gzip -nc >out"), 0);
  EXPECT_EQ(expand(dir.read("out")).members, (Names{"a", "b"}));

  ASSERT_EQ(dir.run("{ tar -c a; head -c 2000 /bin/sh; } | gzip -nc >out"), 0);
  got = expand(dir.read("out"));
  EXPECT_EQ(got.members, (Names{"a"}));
  EXPECT_EQ(got.out["damaged archive"], (Names{"dir/it"}));
}

TEST(ExpandArchive, MemberOverItsSizeIsPassedOver) {
  std::string bytes = make_zip({{"large", noise(5000)}, {"small", "x"}});
  Collected got = expand(bytes, "dir/it", {.entry_bytes = 4000});
  EXPECT_EQ(got.members, (Names{"small"}));
  EXPECT_EQ(got.out["archive over limit: size"], (Names{"dir/it!large"}));
}

TEST(ExpandArchive, TotalSizeIsSharedByNestedArchives) {
  std::string inner = make_zip({{"a", noise(4000)}, {"b", noise(4000)}});
  std::string bytes = make_zip({{"1.zip", inner}, {"2.zip", inner}, {"3", "x"}});
  Collected got = expand(bytes, "dir/it", {.total_bytes = inner.size() + 9000});
  EXPECT_EQ(got.members, (Names{"1.zip", "1.zip!a", "1.zip!b"}));
  EXPECT_EQ(got.out["archive over limit: size"], (Names{"dir/it!2.zip"}));
}

TEST(ExpandArchive, NumberOfMembersIsLimited) {
  Files files;
  for (int i = 0; i < 30; ++i) files.emplace_back(std::to_string(i), "x");
  Collected got = expand(make_tar_gz(files), "dir/it", {.entries = 20});
  EXPECT_EQ(got.members.size(), 20u);
  EXPECT_EQ(got.out["archive over limit: count"], (Names{"dir/it"}));
}

TEST(ExpandArchive, EncryptedMembersAreLeftOut) {
  TempDir dir;
  dir.write("secret", "x");
  dir.write("plain", "y");
  if (dir.run("zip -q -P password out.zip secret && zip -q out.zip plain") != 0) {
    GTEST_SKIP() << "there is no zip";
  }
  Collected got = expand(dir.read("out.zip"));
  EXPECT_EQ(got.members, (Names{"plain"}));
  EXPECT_EQ(got.out["encrypted archive"], (Names{"dir/it!secret"}));
}

TEST(ExpandArchive, TruncatedArchiveGivesWhatCouldBeRead) {
  std::string bytes = make_tar_gz({{"a", "one"}, {"b", noise(1u << 20)}, {"c", "three"}});
  Collected got = expand(ByteView(bytes).substr(0, bytes.size() / 2));
  EXPECT_EQ(got.members, (Names{"a", "b"}));
  EXPECT_EQ(got.contents["a"], "one");
  EXPECT_GT(got.contents["b"].size(), 300000u);
  EXPECT_TRUE(noise(1u << 20).starts_with(got.contents["b"]));
  EXPECT_EQ(got.out["damaged archive"], (Names{"dir/it!b"}));
}

TEST(ExpandArchive, DamagedMemberOfAZipDoesNotHideTheNext) {
  std::string bytes = make_zip({{"a", "one"}, {"b", noise(10000)}, {"c", "three"}});
  size_t data = bytes.find("b", bytes.find("PK\x03\x04", 4));
  for (size_t i = 0; i < 64; ++i) bytes[data + 1000 + i] = static_cast<char>(0xFF);
  Collected got = expand(bytes);
  EXPECT_EQ(got.contents["a"], "one");
  EXPECT_EQ(got.contents["c"], "three");
  EXPECT_EQ(got.out["damaged archive"], (Names{"dir/it!b"}));
}

TEST(ExpandArchive, BytesThatOnlyBeginLikeAnArchiveAreDamaged) {
  for (ByteView bytes : {ByteView("PK\x03\x04 and no more"), ByteView("\x1F\x8B\x08 no gzip"),
                         ByteView("070701 is no number of an inode")}) {
    Collected got = expand(bytes);
    EXPECT_TRUE(got.members.empty());
    EXPECT_EQ(got.out["damaged archive"], (Names{"dir/it"}));
  }
}

TEST(ExpandArchive, BytesBehindACompressedFileAreReported) {
  TempDir dir;
  dir.write("empty", "");
  dir.write("a", "one");
  for (const char* tool : {"gzip -nc", "xz -c", "bzip2 -c", "zstd -qc", "lz4 -qc"}) {
    SCOPED_TRACE(tool);
    std::string packed = std::string(tool) + " a 2>/dev/null";
    if (dir.run(packed + " >/dev/null") != 0) continue;
    dir.run("{ " + packed + "; " + packed + "; } >twice; { " + packed +
            "; echo garbage behind it; } >more; " + tool + " empty >nothing");
    Collected got = expand(dir.read("twice"));
    EXPECT_EQ(got.contents["content"], "oneone");
    EXPECT_TRUE(got.out.empty());
    got = expand(dir.read("more"));
    EXPECT_TRUE(ByteView("one").starts_with(got.contents["content"]));  // some drop it
    EXPECT_EQ(got.out["damaged archive"].size(), 1u);
    EXPECT_TRUE(expand(dir.read("nothing")).out.empty());
  }
}

TEST(ExpandArchive, BlobWithoutPathIsNamedByItsId) {
  Collected sink;
  Origin origin;
  origin.kind = OriginKind::kBlob;
  origin.object = ObjectId::from_raw(std::string(20, '\x11'));
  expand_archive(origin, "PK\x03\x04 and no more", {}, sink);
  std::string id;
  for (int i = 0; i < 20; ++i) id += "11";
  EXPECT_EQ(sink.out["damaged archive"], (Names{"blob " + id}));
}

TEST(ExpandArchive, FoldersAndLinksAreNoMembers) {
  TempDir dir;
  dir.write("in/a", "one");
  ASSERT_EQ(dir.run("ln -s a in/link && ln in/a in/second && mkdir in/empty && "
                    "mkfifo in/pipe && tar -cf out in"),
            0);
  Collected got = expand(dir.read("out"));
  EXPECT_EQ(got.members.size(), 1u);  // `a` or `second`: tar takes them as they come
  EXPECT_TRUE(got.out.empty());
}

TEST(ExpandArchive, SparseFileIsNotFilled) {
  TempDir dir;
  ASSERT_EQ(dir.run("printf begin >f && truncate -s 3G f && printf end >>f && "
                    "tar -S -cf out f"),
            0);
  Collected got = expand(dir.read("out"));
  EXPECT_EQ(got.members, (Names{"f"}));
  EXPECT_LT(got.contents["f"].size(), 1u << 20);
  EXPECT_EQ(got.contents["f"].substr(0, 5), "begin");
}

// Whatever is broken, an expansion ends and says so; run with sanitizers it shows more.
TEST(ExpandArchive, RandomDamageEndsInOrder) {
  const Files files = {{"a", noise(3000)}, {"b/c.txt", "two"}, {"d", make_zip({{"e", "f"}})}};
  std::mt19937 random(11);
  for (auto format : {archive_write_set_format_zip, archive_write_set_format_7zip,
                      archive_write_set_format_pax, archive_write_set_format_cpio_newc}) {
    const std::string whole = make_archive(format, archive_write_add_filter_none, files);
    for (int round = 0; round < 200; ++round) {
      std::string bytes = whole;
      for (size_t i = 1 + random() % 8; i-- > 0;) {
        bytes[8 + random() % (bytes.size() - 8)] = static_cast<char>(random());
      }
      if (random() % 4 == 0) bytes.resize(8 + random() % (bytes.size() - 8));
      Collected sink;
      expand_archive(Origin{}, bytes, {}, sink);
      EXPECT_LE(sink.members.size(), 5u);
    }
  }
}

TEST(LooksLikeArchive, TextAndShortBytesDoNot) {
  for (ByteView bytes : {ByteView(""), ByteView("P"), ByteView("PK"), ByteView("BZh9"),
                         ByteView("BZh9 is no archive"), ByteView("some text")}) {
    EXPECT_FALSE(looks_like_archive(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace straykey
