// SPDX-License-Identifier: Apache-2.0
// The tables of a store; docs/store.md tells what each column means, and a test holds the
// two together.
//
// Two tables are the store: `record`, which is only ever added to, and `head`, which says
// where it ends. All others are derived from the records (store/derive.h), for questions
// in SQL, and can be made anew from them at any time.
#pragma once

#include <string>
#include <vector>

#include "scanner/store/connection.h"

namespace straykey {

// Makes the tables when there are none, and brings those of an older version up to this
// one. A newer version is refused, and so is a database of somebody else.
Result<void> prepare_schema(Connection& connection);

// Reading needs no more than this: that the tables are those of this version.
Result<void> check_schema(Connection& connection);

// The derived tables, each with the columns that name a row.
struct DerivedTable {
  std::string name;
  std::string key;  // "run, position"
};
const std::vector<DerivedTable>& derived_tables();

}  // namespace straykey
