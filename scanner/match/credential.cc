// SPDX-License-Identifier: Apache-2.0
// A value is first looked at as a whole: what stands for something else has marks of its own
// (braces, schemes, calls), and hashes of passwords say that they are. What is left is
// weighed. letters.inc knows, from text that people wrote, which letter follows two others
// within a word, and which class of character follows two others within a name. The bits
// that this model needs, less those of drawing each character from the value's alphabet, say
// who made it: a person naming something, or a generator.
//
// Passwords that people choose are made of words, so the model calls them words. They differ
// from names in what stands between the words: digits and marks that no identifier has.
//
// The limits below are where the curves of docs/accuracy.md bend.
#include "scanner/match/credential.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "scanner/base/encoding.h"
#include "scanner/match/letters.inc"

namespace straykey {
namespace {

// Bits per character from which on a value is drawn, not named.
constexpr double kDrawn = 0.9;
constexpr double kDrawnPassword = 0.75;  // the name already says that something is secret
constexpr double kDrawnMixture = 0.3;    // as does a digit among small letters and capitals
constexpr double kDisguised = 2.0;       // and below it, the words still show
constexpr double kDisguisedWord = 0.4;   // one word, its digit read as a letter
// Bits in all. Short values reach the limit per character by chance.
constexpr double kDrawnBits = 12;
constexpr double kDrawnMixtureBits = 4;
// Beside digits and marks, a person's password has this many characters at least; below the
// second number the digits must be more.
constexpr size_t kShortestChosen = 6;
constexpr size_t kShortChosen = 8;
constexpr size_t kShortestKey = 16;
constexpr size_t kShortestHexKey = 20;  // what is shorter names an object: .NET assemblies
constexpr size_t kHexOfDigest = 32;     // so many hex digits are drawn, however few are letters

enum Class : uint8_t { kNone, kLower, kUpper, kDigit, kDash, kDot, kOther };
constexpr size_t kClasses = 7;

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> out{};
  for (uint8_t& c : out) c = kOther;
  for (int c = 'a'; c <= 'z'; ++c) out[static_cast<size_t>(c)] = kLower;
  for (int c = 'A'; c <= 'Z'; ++c) out[static_cast<size_t>(c)] = kUpper;
  for (int c = '0'; c <= '9'; ++c) out[static_cast<size_t>(c)] = kDigit;
  for (char c : {'-', '_'}) out[static_cast<size_t>(c)] = kDash;
  for (char c : {'.', '/', ':', '@'}) out[static_cast<size_t>(c)] = kDot;
  return out;
}
constexpr std::array<uint8_t, 256> kClassOf = make_classes();

Class class_of(char c) { return static_cast<Class>(kClassOf[static_cast<uint8_t>(c)]); }
bool is_letter(char c) { return class_of(c) == kLower || class_of(c) == kUpper; }
bool is_digit(char c) { return class_of(c) == kDigit; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
size_t letter(char c) { return static_cast<size_t>((c | 0x20) - 'a') + 1; }

double bits(char c) { return (c - '!') / 8.0; }

// What a digit or mark costs within its class: one of 10, of 2, of 4, of about 22.
constexpr std::array<double, kClasses> kWithin = {0, 0, 0, 3.32, 1, 2, 4.5};

template <class Test>
bool all(ByteView text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

struct Counts {
  std::array<size_t, kClasses> of{};
  size_t distinct = 0;
  size_t steps = 0;  // characters that repeat or continue the one before
  size_t leaps = 0;  // or the one before that: A1B2C3
  bool is_hex = true;

  explicit Counts(ByteView value) {
    std::array<bool, 256> seen{};
    for (size_t i = 0; i < value.size(); ++i) {
      ++of[class_of(value[i])];
      bool& known = seen[static_cast<uint8_t>(value[i])];
      distinct += known ? 0 : 1;
      known = true;
      is_hex = is_hex && straykey::is_hex(value[i]);
      const int step = i > 0 ? value[i] - value[i - 1] : -1;
      steps += step == 0 || step == 1 ? 1 : 0;
      const int leap = i > 1 ? value[i] - value[i - 2] : -1;
      leaps += leap == 0 || leap == 1 ? 1 : 0;
    }
  }
  size_t letters() const { return of[kLower] + of[kUpper]; }
};

double bits_of_alphabet(const Counts& counts) {
  size_t size = 0;
  if (counts.is_hex && (counts.of[kLower] == 0 || counts.of[kUpper] == 0)) {
    size = 16;
  } else {
    static constexpr std::array<size_t, kClasses> kSizes = {0, 26, 26, 10, 2, 4, 16};
    for (size_t i = 0; i < kClasses; ++i) size += counts.of[i] > 0 ? kSizes[i] : 0;
  }
  return std::log2(static_cast<double>(std::max<size_t>(size, 2)));
}

double bits_as_text(ByteView value) {
  double sum = 0;
  size_t a = 0, b = 0;  // classes of the two characters before
  size_t x = 0, y = 0;  // letters before, within the word
  auto class_bits = [&](size_t c) {
    return bits(kClassBits[(a * kClasses + b) * kClasses + c]);
  };
  for (char c : value) {
    const Class k = class_of(c);
    sum += class_bits(k) + kWithin[k];
    if (k == kLower || k == kUpper) {
      if (k == kUpper && b == kLower) x = y = 0;             // aB: a word begins at B
      if (k == kLower && b == kUpper && a == kUpper) x = 0;  // XMLe: and at L
      sum += bits(kLetterBits[(x * 27 + y) * 26 + letter(c) - 1]);
      x = y;
      y = letter(c);
    } else {
      x = y = 0;
    }
    a = b;
    b = k;
  }
  return sum + class_bits(kNone);
}

// Words, or their beginnings, that say what a value stands for; no credential is named so.
// In the order of the alphabet, for kTellingFrom.
constexpr std::array kTelling = std::to_array<ByteView>(
    {"abc123",  "access",   "admin",   "aes1",    "aes2",    "apikey",     "asdf",
     "base64",  "bearer",   "change",  "client",  "config",  "credential", "decrypt",
     "default", "dummy",    "ecdsa",   "encrypt", "example", "fake",       "foobar",
     "header",  "hmac",     "hunter2", "insert",  "invalid", "keyboard",   "letmein",
     "pass",    "passphra", "passwd",  "passwor", "pbkdf",   "placeho",    "public",
     "qwerty",  "redacted", "replace", "sample",  "secret",  "sha1",       "sha2",
     "sha3",    "sha5",     "test",    "testing", "token",   "unused",     "username",
     "version", "welcome",  "xxxx",    "your"});
// Too short to mean something within other words.
constexpr ByteView kTellingAlone[] = {"rsa",  "tls",  "utf",  "foo", "demo", "todo",  "here",
                                      "user", "root", "int",  "md",  "hs",   "rs",    "es",
                                      "uint", "http", "key",  "bar", "my",   "oauth", "field",
                                      "secp", "prime", "fernet", "tlsv", "curve", "ed"};
// Those that ask to be replaced. People do take the others for passwords.
constexpr ByteView kAsking[] = {"change", "dummy",   "example", "fake",    "foobar", "insert", "invalid",
                                "placeho", "redacted", "replace", "sample", "unused", "xxxx",   "your"};

// Lower case, with the digits and marks that stand for letters taken as those.
std::string folded(ByteView value) {
  std::string out(value);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::string without_leet(std::string text) {
  static constexpr ByteView kFrom = "0134$5@7!";
  static constexpr ByteView kTo = "oieassati";
  for (char& c : text) {
    const size_t at = kFrom.find(c);
    if (at != ByteView::npos) c = kTo[at];
  }
  return text;
}

// Where the words of each first letter begin.
constexpr std::array<size_t, 27> make_telling_from() {
  std::array<size_t, 27> out{};
  for (size_t first = 0; first < 27; ++first) {
    while (out[first] < kTelling.size() &&
           kTelling[out[first]].front() < static_cast<char>('a' + first)) {
      ++out[first];
    }
  }
  return out;
}
constexpr std::array<size_t, 27> kTellingFrom = make_telling_from();

bool has_telling(ByteView text, size_t least) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 'a' || text[i] > 'z') continue;
    const auto first = static_cast<size_t>(text[i] - 'a');
    for (size_t at = kTellingFrom[first]; at < kTellingFrom[first + 1]; ++at) {
      if (kTelling[at].size() >= least && text.substr(i).starts_with(kTelling[at])) return true;
    }
  }
  return false;
}

bool stands_alone(ByteView text, ByteView word) {
  const size_t at = text.find(word);
  if (at == ByteView::npos) return false;
  const size_t end = at + word.size();
  return (at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]));
}

bool is_telling(ByteView value) {
  constexpr size_t kLeastDisguised = 6;
  const std::string text = folded(value);
  return has_telling(text, 0) || has_telling(without_leet(text), kLeastDisguised) ||
         std::any_of(std::begin(kTellingAlone), std::end(kTellingAlone),
                     [&](ByteView word) { return stands_alone(text, word); });
}

bool encloses(ByteView value, ByteView open, ByteView close) {
  const size_t at = value.find(open);
  return at != ByteView::npos && value.find(close, at + open.size()) != ByteView::npos;
}

bool ends_with_digits(ByteView value, size_t least) {
  return value.size() > least && all(value.substr(value.size() - least), is_digit);
}

// %NAME%, @name@: of a year, as in @Walnut1987@, no variable is named.
bool names_between(ByteView value, char mark) {
  return value.size() > 2 && value.front() == mark && value.back() == mark &&
         !ends_with_digits(value.substr(1, value.size() - 2), 3);
}

bool wraps(ByteView value, ByteView open, ByteView close) {
  return value.size() > open.size() + close.size() && value.starts_with(open) &&
         value.ends_with(close);
}

// The same few characters again and again.
bool is_periodic(ByteView value) {
  constexpr size_t kLongestPeriod = 10;
  for (size_t period = 2; period <= kLongestPeriod && period * 2 <= value.size(); ++period) {
    if (value.substr(period) == value.substr(0, value.size() - period)) return true;
  }
  return false;
}

bool is_made_up(ByteView value, const Counts& counts) {
  return counts.distinct < 5 || counts.steps * 2 >= value.size() ||
         counts.leaps * 2 >= value.size() || is_periodic(value) ||
         value.find("...") != ByteView::npos;
}

// As a URL writes it, "pass%40word"; "" when a % says something else.
std::string percent_decoded(ByteView value) {
  auto digit = [](char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      out += value[i];
    } else if (i + 2 < value.size() && is_hex(value[i + 1]) && is_hex(value[i + 2])) {
      out += static_cast<char>(digit(value[i + 1]) * 16 + digit(value[i + 2]));
      i += 2;
    } else {
      return "";
    }
  }
  return out;
}

// The first characters up to one of `ends`, when they are a lower-case word.
bool begins_with_word(ByteView value, ByteView ends, size_t least) {
  const size_t end = value.find_first_of(ends);
  if (end == ByteView::npos || end < least) return false;
  return all(value.substr(0, end),
             [](char c) { return class_of(c) == kLower || c == '+' || c == '-'; });
}

// name(...), name.other(...): what is in front of the bracket is named, not drawn.
bool is_call(ByteView value) {
  const size_t open = value.find('(');
  if (open == 0 || open == ByteView::npos || value.back() != ')') return false;
  const ByteView callee = value.substr(0, open);
  return !is_digit(callee.front()) && all(callee, [](char c) {
    return is_name(c) || c == '.' || c == ':' || c == '>' || c == '-' || c == '$';
  }) && surprise(callee) < kDrawn;
}

// What values look like: "[A-Za-z0-9]{32}", "token=%s&user=%d", "required|string".
bool is_format(ByteView value) {
  for (ByteView mark : {"A-Z", "a-z", "0-9", "(?=", "(?:", "(?i"}) {
    if (value.find(mark) != ByteView::npos) return true;
  }
  size_t conversions = 0;
  for (size_t i = 0; i + 1 < value.size(); ++i) {
    const bool is_conversion =
        value[i] == '%' && ByteView("sdvxu").find(value[i + 1]) != ByteView::npos;
    conversions += is_conversion ? 1 : 0;
  }
  return conversions >= 2 || begins_with_word(value, "|", 3);
}

bool is_reference(ByteView value) {
  if (encloses(value, "${", "}") || encloses(value, "$(", ")") || encloses(value, "{{", "}}") ||
      encloses(value, "<%", "%>") || encloses(value, "#{", "}") || encloses(value, "%(", ")") ||
      encloses(value, "%{", "}") || encloses(value, "[[", "]]") || wraps(value, "<", ">") ||
      wraps(value, "{", "}") || wraps(value, "[", "]") || wraps(value, "(", ")") ||
      names_between(value, '%') || wraps(value, "__", "__") || names_between(value, '@') ||
      encloses(value, "&lt;", "&gt;") || wraps(value, "ENC[", "]") ||
      wraps(value, "ENC(", ")") || value.starts_with("!Ref")) {
    return true;
  }
  for (ByteView open : {"${", "$(", "{{", "#{", "<%", "%("}) {  // and what quotes have cut off
    if (value.starts_with(open)) return true;
  }
  // $NAME, &name, :name, @name
  if (ByteView("$&:@%").find(value.front()) != ByteView::npos &&
      all(value.substr(1), is_name) && surprise(value.substr(1)) < kDrawn) {
    return true;
  }
  if (is_format(value)) return true;
  if (begins_with_word(value, ":", 2)) return true;  // a scheme
  if (begins_with_word(value, "/", 4)) return true;  // a path
  if (value.starts_with('/') && begins_with_word(value.substr(1), "/.-_:", 3)) return true;
  if (value.starts_with("--")) return true;  // an option
  if (value.starts_with("/?") || value.starts_with("//")) return true;  // of a URL, of XPath
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/"))
    return true;
  return is_call(value);
}

// $2y$10$..., {SSHA}..., pbkdf2_sha256$..., *94BD..., SCRAM-SHA-256$...
bool is_stored_hash(ByteView value) {
  const auto fields = std::count(value.begin(), value.end(), '$');
  if (value.front() == '$' && fields >= 2) {
    const size_t end = value.find('$', 1);
    return end > 1 && end <= 16 && end + 1 < value.size() &&
           all(value.substr(1, end - 1), [](char c) { return is_name(c) || c == '-'; });
  }
  if (value.front() == '{') {
    const size_t end = value.find('}');
    return end != ByteView::npos && end >= 3 && end <= 16 &&
           all(value.substr(1, end - 1), [](char c) { return is_name(c) || c == '-'; });
  }
  if (value.front() == '*' && value.size() == 41) return all(value.substr(1), is_hex);
  if (value.starts_with("SCRAM-SHA-")) return true;
  for (ByteView name :
       {"pbkdf2", "bcrypt", "scrypt", "argon2", "sha1$", "sha256$", "md5$", "md5:"}) {
    if (value.starts_with(name)) return true;
  }
  for (ByteView name : {"sha1", "sha256", "sha384", "sha512", "SHA256"}) {
    if (value.starts_with(name) && value.size() > name.size() &&
        (value[name.size()] == '-' || value[name.size()] == ':')) {
      return true;
    }
  }
  return false;
}

// 00:1b:44:..., of a network card, a certificate or a public key.
bool is_fingerprint(ByteView value) {
  if (value.size() < 17 || value.size() % 3 != 2) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (i % 3 == 2 ? value[i] != ':' : !is_hex(value[i])) return false;
  }
  return true;
}

bool is_uuid(ByteView value) {
  if (value.size() != 36) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? value[i] != '-' : !is_hex(value[i])) return false;
  }
  return true;
}

// Keys that are meant to be known: publishable ones; SSH and X.509 begin with their types.
bool is_public_key(ByteView value) {
  return value.starts_with("pk_") || value.starts_with("AAAAB3NzaC1") ||
         value.starts_with("AAAAC3NzaC1") || value.starts_with("AAAAE2VjZHNh") ||
         value.starts_with("MIIBIjANBgkqhkiG9w0BAQEF") ||
         value.starts_with("MFkwEwYHKoZIzj0") || value.starts_with("MCowBQYDK2Vw");
}

size_t marks_in(ByteView value, const Counts& counts) {
  return counts.of[kOther] + static_cast<size_t>(std::count(value.begin(), value.end(), '@'));
}

// Marks that passwords have and hardly anything else within a word: not those of lists, types
// and assignments, nor what stands between name and host.
size_t strong_marks_in(ByteView value) {
  size_t out = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool is_at = value[i] == '@' && (i + 1 == value.size() || !is_letter(value[i + 1]));
    out += is_at || ByteView("!#$%^&*?+~").find(value[i]) != ByteView::npos ? 1 : 0;
  }
  return out;
}

// Word!Word: a mark between letters, and letters of both kinds.
bool is_joined_by_mark(ByteView value, const Counts& counts) {
  if (value.size() < kShortChosen || counts.of[kDigit] > 0 || counts.of[kUpper] == 0 ||
      counts.of[kLower] < 3 || counts.of[kDash] + counts.of[kDot] > 1 ||
      value.find_first_of("=,;()<>[]{}|.:/") != ByteView::npos) {
    return false;
  }
  const size_t at = value.find_first_of("!@#$%^&*?+~");
  return at != ByteView::npos && at >= 3 && at + 3 < value.size() && is_letter(value[at - 1]) &&
         is_letter(value[at + 1]) && value.find_first_of("!@#$%^&*?+~", at + 1) == ByteView::npos;
}

// w0rdword: one digit for a letter, which makes a word of what was none. word9word: between two.
bool is_disguised_word(ByteView value, const Counts& counts) {
  if (value.size() < kShortChosen || counts.of[kDigit] != 1 ||
      counts.letters() + 1 != value.size() || counts.of[kUpper] > 1 ||
      (counts.of[kUpper] == 1 && class_of(value.front()) != kUpper)) {
    return false;
  }
  const size_t at = value.find_first_of("0123456789");
  if (at >= 4 && at + 5 <= value.size()) return true;
  return ByteView("013457").find(value[at]) != ByteView::npos && at > 0 &&
         at + 2 < value.size() && surprise(without_leet(folded(value))) < kDisguisedWord;
}

// word.word87: a name with dots that ends so is a rare one.
bool is_dotted_pair(ByteView value, const Counts& counts) {
  const size_t dot = value.find('.');
  return counts.of[kDigit] == 2 && ends_with_digits(value, 2) &&
         counts.of[kLower] + 3 == value.size() && dot != ByteView::npos && dot >= 3 &&
         dot + 6 <= value.size();
}

// chapter01.html, host2.example.com: a file's or a host's name ends with a few small letters.
bool ends_like_a_name(ByteView value) {
  constexpr size_t kLongestEnding = 4;
  const size_t dot = value.rfind('.');
  return dot != ByteView::npos && value.size() - dot > 2 &&
         value.size() - dot <= kLongestEnding + 1 &&
         all(value.substr(dot + 1), [](char c) { return class_of(c) == kLower; });
}

// aes-256-gcm, scram-sha-256: words and sizes of keys, one of each at least.
bool is_algorithm(ByteView value) {
  size_t words = 0, sizes = 0;
  for (size_t at = 0; at <= value.size();) {
    const size_t end = std::min(value.size(), value.find('-', at));
    const ByteView part = value.substr(at, end - at);
    const bool is_size = part == "128" || part == "192" || part == "224" || part == "256" ||
                         part == "384" || part == "512";
    if (!is_size && (part.size() < 2 || !all(part, is_letter))) return false;
    ++(is_size ? sizes : words);
    at = end + 1;
  }
  return words > 0 && sizes > 0;
}

// Chosen by a person: words, and among them digits and marks as few names have them.
bool is_chosen(ByteView value, const Counts& counts) {
  if (value.size() < kShortestChosen) return false;
  if (counts.of[kDash] + counts.of[kDot] > 3) return false;  // a path, a list of options
  const size_t digits = counts.of[kDigit];
  const size_t marks = marks_in(value, counts);
  if (is_joined_by_mark(value, counts) || is_disguised_word(value, counts) ||
      is_dotted_pair(value, counts)) {
    return true;
  }
  if (counts.letters() < 2 || digits == 0) return false;
  if (value.size() < kShortChosen) return digits >= 2 || marks > 0;
  if (marks > 0) return digits >= 2 || counts.of[kUpper] > 0;
  const size_t dots = static_cast<size_t>(std::count(value.begin(), value.end(), '.'));
  // word1987, 77words, word-word-19, word.1987; a name with dots has smaller numbers.
  return digits >= (dots > 0 && counts.of[kUpper] == 0 ? 3 : 2) && dots <= 2 &&
         !ends_like_a_name(value);
}

// Of all four kinds, as policies ask for: Word@123. Whatever the word, it was meant to sign in.
bool meets_policy(ByteView value, const Counts& counts) {
  const size_t joints = counts.of[kDash] + counts.of[kDot];  // Word_123 has its mark in one
  return value.size() >= kShortChosen && counts.of[kLower] > 0 && counts.of[kUpper] > 0 &&
         counts.of[kDigit] > 0 && joints <= 2 &&
         (marks_in(value, counts) > 0 || (joints == 1 && counts.of[kDigit] > 2));
}

bool asks_to_be_replaced(ByteView value) {
  const std::string text = folded(value);
  return std::any_of(std::begin(kAsking), std::end(kAsking),
                     [&](ByteView word) { return text.find(word) != std::string::npos; });
}

// test#23 signs in as well; password!23 does not.
bool is_marked(ByteView value, const Counts& counts, size_t least_digits) {
  return value.size() >= kShortChosen && counts.of[kDigit] >= least_digits &&
         counts.letters() >= 4 && strong_marks_in(value) > 0 &&
         value.find_first_of("=,;()<>[]{}|:/") == ByteView::npos &&
         !asks_to_be_replaced(value) &&
         without_leet(folded(value)).find("passwor") == std::string::npos;
}

// A date or the keys of a number pad, where a password is asked for.
bool is_pin(ByteView value) {
  return value.size() >= kShortestChosen && value.size() <= 12 && all(value, is_digit);
}

}  // namespace

const char* name(ValueClass value) {
  switch (value) {
    case ValueClass::kCredential: return "credential";
    case ValueClass::kPlaceholder: return "placeholder";
    case ValueClass::kReference: return "reference";
    case ValueClass::kWord: return "word";
    case ValueClass::kNumber: return "number";
    case ValueClass::kHash: return "hash";
    case ValueClass::kId: return "id";
  }
  return "";
}

double surprise(ByteView value) {
  if (value.empty()) return 0;
  const double size = static_cast<double>(value.size());
  return bits_as_text(value) / size - bits_of_alphabet(Counts(value));
}

std::string without_joints(ByteView written) {
  std::string out;
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '"' || written[i] == '\'') {
      const size_t next = written.find_first_of("\"'", i + 1);
      if (next == ByteView::npos) break;
      i = next;
    } else {
      out += written[i];
    }
  }
  return out;
}

ValueClass classify(ByteView written, ValueKind kind) {
  if (kind == ValueKind::kAny) return ValueClass::kCredential;
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7f; };
  std::string decoded;
  if (kind == ValueKind::kPassword && written.size() >= kShortChosen && written.size() % 4 == 0) {
    // As Secrets of Kubernetes hold it: what it says once decoded counts.
    const auto text = base64_decode(written);
    if (text && text->size() > kShortestChosen - 2 && all(*text, is_printable)) {
      const ValueClass inner = classify(*text, kind);
      if (inner == ValueClass::kCredential || inner == ValueClass::kPlaceholder ||
          inner == ValueClass::kWord) {
        return inner;
      }
    }
  }
  if (written.find('%') != ByteView::npos) decoded = percent_decoded(written);
  if (!all(decoded, is_printable)) decoded.clear();  // a % of its own
  const ByteView value = decoded.empty() ? written : ByteView(decoded);
  if (value.size() < 4) return ValueClass::kPlaceholder;
  if (!all(value, is_printable)) return ValueClass::kWord;
  if (is_stored_hash(value)) return ValueClass::kHash;
  if (is_reference(value)) return ValueClass::kReference;
  const Counts counts(value);
  const bool is_password = kind == ValueKind::kPassword;
  if (is_made_up(value, counts)) return ValueClass::kPlaceholder;
  if (is_password && is_pin(value)) return ValueClass::kCredential;
  if (counts.letters() == 0 || all(value, [](char c) {
        return is_digit(c) || ByteView("-:.TZ+/x").find(c) != ByteView::npos;
      })) {
    return ValueClass::kNumber;
  }
  if (is_algorithm(value)) return ValueClass::kWord;
  if (is_public_key(value) || is_fingerprint(value)) return ValueClass::kId;
  if (is_uuid(value))
    return kind == ValueKind::kToken ? ValueClass::kId : ValueClass::kCredential;
  const double per_character = surprise(value);
  const double all_bits = per_character * static_cast<double>(value.size());
  const bool is_long_hex =
      counts.is_hex && value.size() >= kHexOfDigest && counts.distinct >= kShortChosen;
  const bool is_mixture = is_password && counts.of[kLower] > 0 && counts.of[kUpper] > 1 &&
                          counts.of[kDigit] > 0 && counts.of[kDash] + counts.of[kDot] == 0 &&
                          value.size() >= kShortChosen;
  const bool is_drawn =
      is_long_hex ||
      (is_mixture && per_character >= kDrawnMixture && all_bits >= kDrawnMixtureBits) ||
      (per_character >= (is_password ? kDrawnPassword : kDrawn) && all_bits >= kDrawnBits &&
      (is_password || value.size() >= (counts.is_hex ? kShortestHexKey : kShortestKey)));
  // Letters written as digits and marks surprise as well: P4ssw0rd. Among many hex digits there
  // are words by chance.
  if (is_drawn && (is_long_hex || !is_password || per_character >= kDisguised)) {
    return ValueClass::kCredential;
  }
  if (is_password && meets_policy(value, counts)) {
    return asks_to_be_replaced(value) ? ValueClass::kPlaceholder : ValueClass::kCredential;
  }
  const bool is_told = is_telling(value);
  if (is_password && is_marked(value, counts, is_told ? 2 : 1)) return ValueClass::kCredential;
  if (is_told) return ValueClass::kPlaceholder;
  if (is_drawn || (is_password && is_chosen(value, counts))) return ValueClass::kCredential;
  return ValueClass::kWord;
}

}  // namespace straykey
