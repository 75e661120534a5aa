// SPDX-License-Identifier: Apache-2.0
// Archives through libarchive, from memory to memory: nothing is ever written by the names
// that an archive holds, so names need no cleaning.
//
// What an archive can do to a scanner, and what is done about it:
//
//   grow without end (zip bombs)   every byte that comes out counts against the limits,
//                                  also those that are only passed over; what libarchive
//                                  passes over by itself is seen by read_piece()
//   hold itself (quines)           the depth is limited; a filter is one level, so that
//                                  compressed data in compressed data is, too
//   hold very many files           their number is limited
//   fill the memory                a member is in a Spool; one per level is alive
//   run programs                   libarchive replaces a decompressor that it was built
//                                  without by a command ("gzip -d"): see is_built_in()
//   claim what is not so           sizes in headers are never allocated, holes of sparse
//                                  files are not filled
//   look empty                     a tar ends with zeros, so a compressed file that begins
//                                  with zeros looks like an empty tar, and what stands
//                                  behind the end of a tar is hidden. The first is read as
//                                  one file, the second is read on or called damaged
//
// From damaged compressed data comes what stands before the damage but for the last block,
// up to 64 KiB or what the filter takes for one: libarchive drops the block it fails in.
//
// Only formats and filters that are common, and that libarchive's fuzzing has seen for long,
// are switched on: no rar, cab, iso, lha, xar, mtree, warc.
#include "scanner/source/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/base/file.h"

namespace straykey {
namespace {

constexpr size_t kMaxNameBytes = 4096;

struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeArchive>;

using namespace std::string_view_literals;

struct Magic {
  ByteView bytes;
  int filter;
};
constexpr Magic kMagics[] = {
    {"PK\x03\x04"sv, ARCHIVE_FILTER_NONE},
    {"PK\x05\x06"sv, ARCHIVE_FILTER_NONE},  // an empty zip
    {"7z\xBC\xAF\x27\x1C"sv, ARCHIVE_FILTER_NONE},
    {"!<arch>\n"sv, ARCHIVE_FILTER_NONE},  // ar, deb
    {"070701"sv, ARCHIVE_FILTER_NONE},     // cpio in text
    {"070702"sv, ARCHIVE_FILTER_NONE},
    {"070707"sv, ARCHIVE_FILTER_NONE},
    {"\x1F\x8B\x08"sv, ARCHIVE_FILTER_GZIP},
    {"\xFD\x37\x7A\x58\x5A\0"sv, ARCHIVE_FILTER_XZ},
    // The properties that lzma(1) writes: the format has no magic.
    {"]\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, ARCHIVE_FILTER_LZMA},
    {"\x28\xB5\x2F\xFD"sv, ARCHIVE_FILTER_ZSTD},
    {"\x04\x22\x4D\x18"sv, ARCHIVE_FILTER_LZ4},
    {"\xED\xAB\xEE\xDB"sv, ARCHIVE_FILTER_RPM},
};
constexpr int kNoArchive = -1;

// What must be undone before `bytes` are an archive, or kNoArchive.
int filter_of(ByteView bytes) {
  for (const Magic& magic : kMagics) {
    if (bytes.starts_with(magic.bytes)) return magic.filter;
  }
  // "BZh", the block size, and the digits of pi or, when it is empty, of its square root.
  if (bytes.starts_with("BZh") && bytes.size() >= 10) {
    ByteView digits = bytes.substr(4, 6);
    if (digits == "1AY&SY"sv || digits == "\x17rE8P\x90"sv) return ARCHIVE_FILTER_BZIP2;
  }
  return slice(bytes, {257, 262}) == "ustar" ? ARCHIVE_FILTER_NONE : kNoArchive;
}

// Whether libarchive has the filter in itself. One that would start a program says so by
// ARCHIVE_WARN, but is in use from then on; so a reader that reads nothing is asked.
bool is_built_in(int filter) {
  static const std::vector<int> filters = [] {
    constexpr std::pair<int, int (*)(archive*)> kAll[] = {
        {ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
        {ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2},
        {ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
        {ARCHIVE_FILTER_LZMA, archive_read_support_filter_lzma},
        {ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
        {ARCHIVE_FILTER_LZ4, archive_read_support_filter_lz4},
        {ARCHIVE_FILTER_RPM, archive_read_support_filter_rpm},
    };
    std::vector<int> found;
    for (const auto& [code, add] : kAll) {
      Reader probe(archive_read_new());
      if (probe && add(probe.get()) == ARCHIVE_OK) found.push_back(code);
    }
    return found;
  }();
  return std::find(filters.begin(), filters.end(), filter) != filters.end();
}

// libarchive converts names to the charset of the locale. In the C locale those that are
// not ASCII would be lost; this sets UTF-8 for the calling thread while it lives.
class Utf8Names {
 public:
  Utf8Names() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8) before_ = ::uselocale(utf8);
  }
  ~Utf8Names() {
    if (before_) ::uselocale(before_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t before_ = nullptr;
};

// The name of the one file in "dir/dump.sql.gz" is "dump.sql".
std::string name_without_suffix(ByteView path) {
  ByteView name = path.substr(path.find_last_of("/!") + 1);
  for (ByteView suffix : {".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return std::string(name.substr(0, name.size() - suffix.size()));
    }
  }
  return "content";
}

std::string name_of(archive_entry* entry, uint32_t number) {
  const char* name = archive_entry_pathname(entry);
  if (!name) name = archive_entry_pathname_utf8(entry);
  if (!name || !*name) return "entry " + std::to_string(number);
  return std::string(ByteView(name).substr(0, kMaxNameBytes));
}

// For messages: "a/b.zip!c.txt", "blob 1234...!c.txt".
std::string place_of(const Origin& origin) {
  std::string place = origin.path;
  if (place.empty()) {
    const auto& id = origin.object.bytes;
    bool is_sha1 = std::all_of(id.begin() + 20, id.end(), [](uint8_t b) { return b == 0; });
    auto format = is_sha1 ? ObjectFormat::kSha1 : ObjectFormat::kSha256;
    place = "blob " + origin.object.hex(format);
  }
  return origin.member.empty() ? place : place + "!" + origin.member;
}

// Filters end where they find nothing that they know, be it at the start or behind a whole
// stream, and call that the end. Zeros are common there and mean nothing. Not asked for
// cpio, which ends before the filter does.
bool has_unread_rest(archive* reader, ByteView bytes, int filter) {
  int format = archive_format(reader) & ARCHIVE_FORMAT_BASE_MASK;
  if (filter == ARCHIVE_FILTER_NONE || format == ARCHIVE_FORMAT_CPIO) return false;
  auto read = static_cast<uint64_t>(archive_filter_bytes(reader, -1));
  return slice(bytes, {read, bytes.size()}).find_first_not_of('\0') != ByteView::npos;
}

// One call of expand_archive(): what all nested archives share.
class Expansion {
 public:
  Expansion(ByteView outermost, const ArchiveLimits& limits, Sink& sink)
      : input_bytes_(outermost.size()), limits_(limits), sink_(sink) {}

  // Gives the members of `bytes`, an archive that `origin` tells the place of, with `depth`
  // archives open, this one included.
  void expand(const Origin& origin, ByteView bytes, uint32_t depth);

 private:
  // Small, for a piece of bzip2 or zstd can become more than ten thousand times as much.
  static constexpr size_t kPieceBytes = 4096;

  // What compressed data is taken for.
  enum class Inside : uint8_t { kMembers, kOneFile };
  enum class End : uint8_t {
    kWhole,    // all of the member was read
    kDamaged,  // the rest of it cannot be read, or is not as it was, but the next one may be
    kBroken,   // nor can the rest of the archive
    kTooLong,  // it is over its limit, and was passed over
    kStopped,  // a limit of all together is reached
    kNoRoom,   // it could not be kept; was reported
  };
  enum class Wanted : bool { kNo, kYes };
  // Compressed bytes on their way into libarchive.
  struct Input {
    const Expansion& expansion;
    ByteView bytes;
    size_t given = 0;
    const char* over = nullptr;  // the limit that ended it
  };

  static la_ssize_t read_piece(archive* reader, void* input, const void** piece);
  Reader open(Input& input, int filter, Inside inside) const;
  // False when there are no members after all.
  bool read_members(const Origin& origin, ByteView bytes, uint32_t depth, int filter,
                    Inside inside);
  // Reads the data of the current member to its end.
  End read_member(archive* reader, const Input& input, Wanted wanted,
                  const std::string& where, Spool& spool);
  void give(const Origin& member, Spool& spool, uint32_t depth);
  // The limit that is broken when so much comes out of `input` bytes, or nullptr.
  const char* broken_limit(uint64_t output, uint64_t input) const;
  // Ends the whole expansion.
  void stop(const char* limit, const std::string& where) {
    stopped_ = true;
    sink_.left_out(limit, where);
  }

  const uint64_t input_bytes_;
  const ArchiveLimits& limits_;
  Sink& sink_;
  uint64_t output_bytes_ = 0;
  uint32_t entries_ = 0;
  bool stopped_ = false;
};

const char* Expansion::broken_limit(uint64_t output, uint64_t input) const {
  if (output > limits_.total_bytes) return "archive over limit: size";
  bool is_bomb = output > limits_.ratio_from_bytes &&
                 static_cast<double>(output) > limits_.ratio * static_cast<double>(input);
  return is_bomb ? "archive over limit: ratio" : nullptr;
}

la_ssize_t Expansion::read_piece(archive* reader, void* data, const void** piece) {
  Input& input = *static_cast<Input*>(data);
  la_int64_t output = archive_filter_bytes(reader, 0);
  if (output > 0) {
    input.over =
        input.expansion.broken_limit(static_cast<uint64_t>(output), input.bytes.size());
  }
  if (input.over) return ARCHIVE_FATAL;
  ByteView next = input.bytes.substr(input.given, kPieceBytes);
  input.given += next.size();
  *piece = next.data();
  return static_cast<la_ssize_t>(next.size());
}

Reader Expansion::open(Input& input, int filter, Inside inside) const {
  Reader reader(archive_read_new());
  if (!reader) return nullptr;
  archive* it = reader.get();
  int status = ARCHIVE_OK;
  if (filter == ARCHIVE_FILTER_NONE) {
    archive_read_support_format_zip(it);
    archive_read_support_format_tar(it);
    archive_read_support_format_7zip(it);
    archive_read_support_format_cpio(it);
    archive_read_support_format_ar(it);
    status = archive_read_open_memory(it, input.bytes.data(), input.bytes.size());
  } else {
    archive_read_support_format_empty(it);
    archive_read_support_format_raw(it);
    if (inside == Inside::kMembers) {
      archive_read_support_format_tar(it);
      archive_read_support_format_cpio(it);
      archive_read_set_format_option(it, "tar", "read_concatenated_archives", "1");
    }
    status = archive_read_append_filter(it, filter);
    if (status == ARCHIVE_OK) {
      status = archive_read_open(it, &input, nullptr, read_piece, nullptr);
    }
  }
  return status == ARCHIVE_OK ? std::move(reader) : nullptr;
}

void Expansion::expand(const Origin& origin, ByteView bytes, uint32_t depth) {
  int filter = filter_of(bytes);
  if (depth > limits_.depth) {
    sink_.left_out("archive over limit: depth", place_of(origin));
  } else if (filter != ARCHIVE_FILTER_NONE && !is_built_in(filter)) {
    sink_.left_out("unsupported compression", place_of(origin));
  } else if (!read_members(origin, bytes, depth, filter, Inside::kMembers)) {
    read_members(origin, bytes, depth, filter, Inside::kOneFile);
  }
}

bool Expansion::read_members(const Origin& origin, ByteView bytes, uint32_t depth, int filter,
                             Inside inside) {
  std::string place = place_of(origin);
  Input input{*this, bytes};
  Reader reader = open(input, filter, inside);
  if (!reader) {
    sink_.left_out("damaged archive", place);
    return true;
  }
  bool has_member = filter == ARCHIVE_FILTER_NONE || inside == Inside::kOneFile;
  bool is_reported = false;
  while (!stopped_) {
    archive_entry* entry = nullptr;
    int status = archive_read_next_header(reader.get(), &entry);
    bool is_header = status == ARCHIVE_OK || status == ARCHIVE_WARN;
    if (input.over) {
      stop(input.over, place);
      break;
    }
    if (!is_header && !has_member) return false;
    if (status == ARCHIVE_EOF) {
      if (has_unread_rest(reader.get(), bytes, filter) && !is_reported) {
        sink_.left_out("damaged archive", place);
      }
      break;
    }
    if (status == ARCHIVE_FATAL && archive_read_has_encrypted_entries(reader.get()) == 1) {
      sink_.left_out("encrypted archive", place);
      break;
    }
    // After a header that is none, the next one is searched for, block by block.
    if (!is_header && !is_reported) {
      is_reported = true;
      sink_.left_out("damaged archive", place);
    }
    if (status == ARCHIVE_FATAL) break;
    if (++entries_ > limits_.entries) {
      stop("archive over limit: count", place);
      break;
    }
    if (!is_header) continue;
    has_member = true;

    bool is_raw = archive_format(reader.get()) == ARCHIVE_FORMAT_RAW;
    ByteView outer = origin.member.empty() ? origin.path : origin.member;
    std::string name = is_raw ? name_without_suffix(outer) : name_of(entry, entries_);
    Origin member = origin;
    member.member = origin.member.empty() ? name : origin.member + "!" + name;
    std::string where = place_of(member);
    if (archive_entry_is_encrypted(entry)) {
      sink_.left_out("encrypted archive", where);
      continue;
    }
    auto type = archive_entry_filetype(entry);
    bool is_file = type == AE_IFREG || type == 0;
    Spool spool;
    End end = read_member(reader.get(), input, is_file ? Wanted::kYes : Wanted::kNo, where,
                          spool);
    if (end == End::kStopped) break;
    if (end == End::kTooLong) sink_.left_out("archive over limit: size", where);
    if (end == End::kDamaged || end == End::kBroken) {
      sink_.left_out("damaged archive", where);
    }
    bool is_second_name = archive_entry_hardlink(entry) && spool.size() == 0;
    if (is_file && !is_second_name && end != End::kTooLong && end != End::kNoRoom) {
      give(member, spool, depth);
    }
    if (end == End::kBroken) break;
  }
  return true;
}

Expansion::End Expansion::read_member(archive* reader, const Input& input, Wanted wanted,
                                      const std::string& where, Spool& spool) {
  End end = End::kWhole;
  bool is_wanted = wanted == Wanted::kYes;
  for (;;) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;  // not asked for: holes stay away
    int status = archive_read_data_block(reader, &block, &size, &offset);
    if (status == ARCHIVE_EOF) return end;
    if (input.over) {
      stop(input.over, where);
      return End::kStopped;
    }
    // What is damaged after it was too long is still too long.
    bool is_plain = end == End::kWhole || end == End::kDamaged;
    if (status == ARCHIVE_FATAL) return is_plain ? End::kBroken : end;
    // A warning is a checksum that is not as it should be.
    if (status != ARCHIVE_OK && is_plain) end = End::kDamaged;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return end;

    output_bytes_ += size;
    if (const char* limit = broken_limit(output_bytes_, input_bytes_)) {
      stop(limit, where);
      return End::kStopped;
    }
    if (!is_wanted) continue;
    if (spool.size() + size > limits_.entry_bytes) {
      end = End::kTooLong;
      is_wanted = false;
      continue;
    }
    auto written = spool.write(ByteView(static_cast<const char*>(block), size));
    if (!written) {
      sink_.failed(where, written.error().message);
      end = End::kNoRoom;
      is_wanted = false;
    }
  }
}

void Expansion::give(const Origin& member, Spool& spool, uint32_t depth) {
  auto bytes = spool.take();
  if (!bytes) return sink_.failed(place_of(member), bytes.error().message);
  sink_.blob(member, bytes->bytes());
  if (looks_like_archive(bytes->bytes())) expand(member, bytes->bytes(), depth + 1);
}

}  // namespace

bool looks_like_archive(ByteView bytes) { return filter_of(bytes) != kNoArchive; }

void expand_archive(const Origin& origin, ByteView bytes, const ArchiveLimits& limits,
                    Sink& sink) {
  if (!looks_like_archive(bytes)) return;
  Utf8Names names;
  Expansion(bytes, limits, sink).expand(origin, bytes, 1);
}

}  // namespace straykey
