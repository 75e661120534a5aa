// SPDX-License-Identifier: Apache-2.0
// The style and the script of the HTML report as bytes of the program itself.
#include "scanner/report/page/page.h"

__asm__(
    ".section .rodata\n"
    "straykey_page_css_begin: .incbin \"" STRAYKEY_PAGE "/page.css\"\n"
    "straykey_page_css_end:\n"
    "straykey_page_js_begin: .incbin \"" STRAYKEY_PAGE "/page.js\"\n"
    "straykey_page_js_end:\n"
    ".previous\n");

extern "C" {
extern const char straykey_page_css_begin[];
extern const char straykey_page_css_end[];
extern const char straykey_page_js_begin[];
extern const char straykey_page_js_end[];
}

namespace straykey {

ByteView page_style() {
  return ByteView(straykey_page_css_begin,
                  static_cast<size_t>(straykey_page_css_end - straykey_page_css_begin));
}

ByteView page_script() {
  return ByteView(straykey_page_js_begin,
                  static_cast<size_t>(straykey_page_js_end - straykey_page_js_begin));
}

}  // namespace straykey
