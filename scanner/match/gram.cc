// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/gram.h"

#include <cmath>
#include <vector>

namespace straykey {
namespace {

// How often ASCII bytes are met, in 100,000 bytes of C, Java and minified JavaScript.
constexpr uint16_t kFrequency[128] = {
    1,    1,    1,     1,    1,    1,    1,    1,    1,   1055, 1991, 1,    1,    1,    1,
    1,    1,    1,     1,    1,    1,    1,    1,    1,   1,    1,    1,    1,    1,    1,
    1,    1,    10277, 227,  961,  134,  95,   55,   345, 157,  1726, 1727, 704,  184,  1588,
    449,  2149, 355,   494,  362,  248,  163,  122,  102, 110,  72,   83,   73,   540,  924,
    172,  1568, 212,   110,  126,  449,  192,  541,  269, 514,  213,  111,  154,  380,  52,
    73,   443,  296,   372,  348,  313,  31,   421,  623, 563,  240,  102,  134,  51,   76,
    33,   248,  195,   247,  7,    869,  23,   4263, 971, 2587, 1928, 7308, 1513, 1278, 1551,
    4400, 147,  440,   2716, 1288, 4576, 4018, 1839, 111, 4666, 3822, 6243, 2207, 703,  526,
    491,  754,  140,   523,  183,  523,  9,    1};

double frequency_of(size_t byte) { return byte < 128 ? kFrequency[byte] / 100'000.0 : 1e-5; }

// What has a symbol of its own beside letters and digits.
constexpr char kSigns[] = "_-./:= \"'()\n";
constexpr size_t kDigit = 26, kFirstSign = 27;
static_assert(kSymbols == kFirstSign + sizeof kSigns);

size_t symbol_of(size_t byte) {
  const auto c = static_cast<char>(byte);
  if (c >= 'a' && c <= 'z') return byte - 'a';
  if (c >= 'A' && c <= 'Z') return byte - 'A';
  if (c >= '0' && c <= '9') return kDigit;
  if (c == '`') return symbol_of('\'');
  if (c == '\t') return symbol_of(' ');
  if (c == '\r') return symbol_of('\n');
  for (size_t i = 0; kSigns[i] != 0; ++i) {
    if (c == kSigns[i]) return kFirstSign + i;
  }
  return kSymbols - 1;
}

// How often the symbol of a column follows that of a row, in the same text: the character
// '#' + k stands for 2^(-k/4).
constexpr char kFollows[kSymbols][kSymbols + 1] = {
    R"~(H946HD7L9N=151E5V01.8<C@:OC@F8TG=;HU?<N6)~",
    R"~(3A=B1B@G66I/IG2GZ58;/JVO7N=@E2GE8=DR96E1)~",
    R"~(1H>H0CM2;R53?K,ES9>.6JUIBY><B;II<8FR=;L7)~",
    R"~(3<?8,AEF/KK9B@5;Z:7>8EHC@Z?9B7J@9/=K78=3)~",
    R"~(6?64<:?FANN890>:?/21D?:6?SD;B7N@<0>M9;@5)~",
    R"~(3DC>67GL-OJ5FB0H_3=:0POLA_<=E;KH:0CI1=A6)~",
    R"~(:?=D,6>75MN:<:9BZ3562@KQGOI9@2>C:2=M8;E4)~",
    R"~(/B?A+GIK,NMFCB2@E7@4>JNTDSB@B8MC<6@P5<D5)~",
    R"~(=936746ROVL45,/<Q:/2J;]AX:RJK>RQ@CNWAAL;)~",
    R"~(->;:*@ABADCC9A5=E@0?3@HJKOC=E7XL<7AR5=L6)~",
    R"~(5A<A+B=A2JB=B:@C@A4@@AFPHVB9B/L>92=K58A1)~",
    R"~(1AB6-BGH.TF/BD2?]C764CJK9QH;E;JD;7AN<<D4)~",
    R"~(,9A<+GHH2KI>9F1.FG:A;HPH>\G?I>HIA9DP>@J;)~",
    R"~(5E32271J9O@@@<6@RE2/5>KQBZHAE:MD=0=I6;C4)~",
    R"~(>;66C6?L7B=86+85U-:54;9GORLEG@QMB9GV@CJ=)~",
    R"~(1I><-GH<7QJ1DI/5Z-834INI:XF=F?NC@;CP<AJ8)~",
    R"~(7:<@=ABA=DB2I@D:M9>>&JGIKND@@8NF99@N6;L7)~",
    R"~(2F:=,C6H1U<=;32A[783;=IS9_H?D:ND>1BO8=F7)~",
    R"~(:H:?-CH74S?<>A76IB2-:IAUAJL<E2B>=1>K9:C5)~",
    R"~(3D;B/AI//JL@AB4<[4895CCE7RE;D6L@>2@M8:@5)~",
    R"~(78:;4=>P7US.7.J7_,10JD[EROAJNCUP@=JWADS<)~",
    R"~()FAE)GEG3NM?@H0IZDAEHKLOIQ=>F=JG@=CR=?J8)~",
    R"~(0C?B0FH4,KG@@60DO39EHK6NROB@F8OD@.DR;BL;)~",
    R"~(8B2B5?DC7JK?=C?0VB=+KLB?;L38<9H=:5<F77E1)~",
    R"~(?>;=:BAD<KF::96-Q94:D?>NLC=7>5M<:-:J28?1)~",
    R"~(5?=A'<BB5FE;>>:BN<8@;FIG<?@>B6IE99<J:;D4)~",
    R"~(>@>=><MMJGJIIKJIQNIKDNOBON(>;6D885:DA2:+)~",
    R"~(481645:85F=55684F511;9;?@A?6OAMNBCJTEBH<)~",
    R"~(:<899;?>9FE;;;;5K;87?@=DE@/M,CJNA5BKADC,)~",
    R"~(360777595<D66894G614:=:>?B68\>M_X9BQWL5>)~",
    R"~(;=7==A<?;@N2<@=;K<::@B6BPM7PME3UF8?G?C,+)~",
    R"~(792;93<?:D@?>4>@C5<6>:C@DE3GBI68K.3H9U71)~",
    R"~(468:76==;D?>=4=AB;=2?>B@BC5GBLF^,.8F<[B4)~",
    R"~(6<7<::@@7CC:<:8;K975=><IDH:KADBL;(:E>GR0)~",
    R"~(7=8;=7A>;DA:;<:<L;68=BAAJI6EA@A3749?H/8+)~",
    R"~(<@8:><A<@KA:=>@=L;44?AABNI;G9:B8;.4:G04,)~",
    R"~(274949><8AA8;3;9F770=;CEEE6EDJL__;3B;/G5)~",
    R"~(HEHLIDQQAYRMRIMOV;G?OMSUW\NXE4A9E/EKD04&)~",
    R"~(EHAID@PN4MQJJKN>VG?BKBNYSSNRPT:^^%GMNX/3)~",
    R"~(896:78@@7FC<?6=>F6:4>;CBEE5FDA;G8/:H:;..)~",
};

struct Frequencies {
  std::array<float, kSymbols> symbols{};  // how often each is met
  std::array<Shares, kSymbols> follows;   // [row][column]
  std::array<Share, 256> shares;

  Frequencies() {
    for (size_t b = 0; b < 256; ++b) {
      symbols[symbol_of(b)] += static_cast<float>(frequency_of(b));
    }
    for (size_t b = 0; b < 256; ++b) {
      shares[b] = {symbol_of(b), static_cast<float>(frequency_of(b)) / symbols[symbol_of(b)]};
    }
    for (size_t row = 0; row < kSymbols; ++row) {
      for (size_t column = 0; column < kSymbols; ++column) {
        follows[row][column] = std::exp2(static_cast<float>(kFollows[row][column] - '#') / -4);
      }
    }
  }
};

const Frequencies& frequencies() {
  static const Frequencies all;
  return all;
}

// Words that sources are full of. What stands in one of them is met at least so often.
constexpr char kWords[] =
    "key key key key keys keys keyed "
    "this return null function import test license case context name type class void string "
    "assert curl that with data value springframework file length state error configuration "
    "const boot bean server else node client http path property default under version "
    "source break size object static typeof properties config from private push public list "
    "result factory application include exception self author copy code math array apache "
    "module java distributed connection child link true auto throw ansible flags next https "
    "false create start char json equal event update command redis line info endpoint "
    "spring memoized request target when define mode builder environment call software "
    "color time without content user arguments util message annotation copyright current "
    "should nullable filter struct required element index stream prototype package final "
    "cache base status build mock text each present service parent core either servlet "
    "resource specific endif kind except original input host implied switch licensed "
    "autoconfigure lanes basis matrix entry reply none express output init unless licenses "
    "conditions writing count will permissions response point container easy loader first "
    "texture task obtain warranties language check react applicable light image group "
    "authors empty last tests compliance limitations agreed governing handler override "
    "attribute health format args param token example runner html proxy option details have "
    "sibling props long instance apply pending contains buffer fragment port metadata "
    "children method normal queue root read while timeout used number template listener "
    "values component dict system callback then vertex remove options bind catch write "
    "shadow offset boolean only curlopt prefix document hash customizer match throws "
    "condition registry provider location render utils append position after constructor "
    "password duration manager description enabled verify before collection enable float "
    "project find tasks docker delete depth definition custom internal multi main display "
    "expected width must stack does argument curle defined load debug material header "
    "security extends super failed free order replace register keys encoding uint handle "
    "cluster range view unsigned since protocol attributes action conditional directory "
    "close tvec conn bytes open socket field mapping height reactive item parse rule pars "
    "ifdef style store rest date found annotations given invalid local bool junit post "
    "using headers returns thread fail session segment make logging bundle collections "
    "resolver names jupiter symbol errors script auth world files level mapper alpha single "
    "blocked slice beans remote types address which repository testnumber support configure "
    "platform pattern redirect disable origin instanceof runtime missing inner alternate "
    "curlx parameter assertj methods argv elements parser table database tree scale access "
    "memory contributor library lower redismodule role simple extension side failure "
    "opacity global release stop change pointer suppress process assertions join ";
constexpr double kOfWord = 1e-4;

// Where in the words each byte stands.
std::array<std::vector<size_t>, 256> places_in_words() {
  std::array<std::vector<size_t>, 256> out;
  for (size_t i = 0; i + kGramBytes < sizeof kWords; ++i) {
    out[static_cast<size_t>(kWords[i])].push_back(i);
  }
  return out;
}

}  // namespace

const Share& share_of(uint8_t byte) { return frequencies().shares[byte]; }

double frequency(std::span<const Shares> sets) {
  const Frequencies& all = frequencies();
  Shares reached;
  for (size_t s = 0; s < kSymbols; ++s) reached[s] = all.symbols[s] * sets[0][s];
  for (const Shares& set : sets.subspan(1)) {
    Shares next{};
    for (size_t from = 0; from < kSymbols; ++from) {
      if (reached[from] == 0) continue;
      for (size_t to = 0; to < kSymbols; ++to) next[to] += reached[from] * all.follows[from][to];
    }
    for (size_t s = 0; s < kSymbols; ++s) reached[s] = next[s] * set[s];
  }
  double sum = 0;
  for (float one : reached) sum += one;
  return sum;
}

double frequency(const Gram& gram) {
  std::array<Shares, kGramBytes> sets{};
  for (size_t k = 0; k < kGramBytes; ++k) {
    for (size_t b = gram[k]._Find_first(); b < 256; b = gram[k]._Find_next(b)) {
      const Share share = share_of(static_cast<uint8_t>(b));
      sets[k][share.symbol] += share.part;
    }
  }
  return frequency(sets);
}

double frequency_in_words(const Gram& gram) {
  static const std::array<std::vector<size_t>, 256> places = places_in_words();
  double sum = 0;
  for (size_t b = gram[0]._Find_first(); b < 256; b = gram[0]._Find_next(b)) {
    for (size_t i : places[b]) {
      bool is_met = true;
      for (size_t k = 1; k < kGramBytes && is_met; ++k) {
        const auto byte = static_cast<size_t>(kWords[i + k]);
        // The end of a word is any sign; words that begin in the gram are not thought of.
        is_met =
            gram[k].test(byte) ||
            (byte == ' ' && k + 1 == kGramBytes && (gram[k].test('_') || gram[k].test('=')));
      }
      sum += is_met ? kOfWord : 0;
    }
  }
  return sum;
}

}  // namespace straykey
