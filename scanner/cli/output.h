// SPDX-License-Identifier: Apache-2.0
// Where reports go, and in which clothes. A report that could not be written whole is an
// error of the run, whatever the run found: nobody may take a cut report for a clean one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/cli/options.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

// The format that is what --template says.
inline constexpr const char* kTemplateFormat = "template";

// Names of --format: "text", "json", ...
const std::vector<std::string>& format_names();

// Writes every report that `options` asks for, then tell_summary() when no text report on
// standard output has told the same.
Result<void> write_reports(const Evidence& evidence, const ScanOptions& options);

// What was not scanned and, unless quiet, the summary line, on standard error.
void tell_summary(const Evidence& evidence, const ScanOptions& options);

// All of `bytes` to standard output. A reader that went away (EPIPE) has read enough and
// is no error; a full disk is.
Result<void> write_stdout(ByteView bytes);

// From the program to its user, on standard error: "straykey: <message>". What strangers
// chose in it (paths, keys) cannot move the cursor.
void tell(const std::string& message);

// Whether output to the file descriptor `fd` is coloured: `mode` goes before NO_COLOR, that
// before CLICOLOR_FORCE and FORCE_COLOR, and these before TERM=dumb and whether `fd` is a
// terminal.
bool use_color(ColorMode mode, int fd);

// Columns of the terminal at `fd`, else COLUMNS, else 100.
uint32_t output_width(int fd);

// Columns for a table on standard output: those of the terminal, else COLUMNS; as many as it
// takes when another program reads it, for which an id that is cut would be none.
size_t table_width();

}  // namespace straykey
