// SPDX-License-Identifier: MIT
#include <http/message/charset.hpp>

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <fmt/core.h>

#include <eddy/http/error.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

struct encoding {
  std::string_view label;
  const char* name;  // as iconv has it
};

// The encodings of the WHATWG standard under their usual labels, and no others: the C library knows
// hundreds more, whose code no page should be able to reach. Latin-1 is read as browsers read it.
constexpr encoding encodings[] = {
    {"iso-8859-1", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"us-ascii", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"windows-1252", "WINDOWS-1252"},
    {"cp1252", "WINDOWS-1252"},
    {"windows-1250", "WINDOWS-1250"},
    {"windows-1251", "WINDOWS-1251"},
    {"cp1251", "WINDOWS-1251"},
    {"windows-1253", "WINDOWS-1253"},
    {"windows-1254", "WINDOWS-1254"},
    {"iso-8859-9", "WINDOWS-1254"},
    {"windows-1255", "WINDOWS-1255"},
    {"windows-1256", "WINDOWS-1256"},
    {"windows-1257", "WINDOWS-1257"},
    {"windows-1258", "WINDOWS-1258"},
    {"windows-874", "WINDOWS-874"},
    {"tis-620", "WINDOWS-874"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"ibm866", "IBM866"},
    {"macintosh", "MACINTOSH"},
    {"gb2312", "GBK"},
    {"gbk", "GBK"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "CP932"},
    {"windows-31j", "CP932"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"utf-16", "UTF-16LE"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
};

class converter {
 public:
  /// `unit`: bytes of which a text is a multiple.
  converter(const char* from, std::size_t unit)
      : handle_(::iconv_open("UTF-8", from)), unit_(unit) {}
  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;
  ~converter() {
    if (opened()) ::iconv_close(handle_);
  }

  [[nodiscard]] bool opened() const noexcept {
    return handle_ != reinterpret_cast<iconv_t>(-1);  // NOLINT: how iconv_open says it
  }

  std::string convert(std::string& text) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::string utf8;
    utf8.reserve(text.size() + text.size() / 2);
    char* from = text.data();
    std::size_t left = text.size();
    while (left > 0) {
      const bool failed = step(&from, &left, utf8);
      if (!failed || errno == E2BIG) continue;
      utf8 += replacement;
      if (errno == EINVAL) break;  // it ends inside a character
      const std::size_t skipped = std::min(unit_, left);
      from += skipped;
      left -= skipped;
    }
    (void)step(nullptr, nullptr, utf8);  // what it held back
    return utf8;
  }

 private:
  bool step(char** from, std::size_t* left, std::string& out) {
    std::array<char, 4096> piece;
    char* to = piece.data();
    std::size_t room = piece.size();
    const bool failed = ::iconv(handle_, from, left, &to, &room) == static_cast<std::size_t>(-1);
    const int reason = errno;
    out.append(piece.data(), piece.size() - room);
    errno = reason;
    return failed;
  }

  iconv_t handle_;
  std::size_t unit_;
};

bool is_utf16(std::string_view name) noexcept { return name.starts_with("UTF-16"); }

// The mark at its start says in which order the bytes of UTF-16 go, whatever its label says.
const char* take_byte_order(std::string& text, const char* labelled) {
  const bool big = text.starts_with("\xfe\xff");
  if (!big && !text.starts_with("\xff\xfe")) return labelled;
  text.erase(0, 2);
  return big ? "UTF-16BE" : "UTF-16LE";
}

}  // namespace

std::string to_utf8(std::string text, std::string_view charset) {
  const auto is = [charset](std::string_view label) { return equal_ignoring_case(charset, label); };
  if (charset.empty() || is("utf-8") || is("utf8")) return text;
  const auto* known = std::ranges::find_if(encodings, is, &encoding::label);
  if (known != std::end(encodings)) {
    const bool wide = is_utf16(known->name);
    converter to_utf8(wide ? take_byte_order(text, known->name) : known->name, wide ? 2 : 1);
    if (to_utf8.opened()) return to_utf8.convert(text);
  }
  throw protocol_error(protocol_fault::bad_encoding,
                       fmt::format("body: the charset {} of its Content-Type is not known; read it "
                                   "as bytes",
                                   quoted(charset)));
}

}  // namespace eddy::http::detail
