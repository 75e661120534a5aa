// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>

#include "scanner/base/file.h"
#include "scanner/store/schema.h"
#include "scanner/store/verify.h"
#include "tests/support/made_store.h"

namespace straykey {
namespace {

// "### record" and the first cells of the table below it: "record: sequence kind ...".
std::set<std::string> documented_tables() {
  auto text = read_file(STRAYKEY_STORE_PAGE);
  EXPECT_TRUE(text) << text.error().message;
  std::istringstream in(text->substr(text->find("## The tables")));
  std::set<std::string> out;
  std::string table;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("### ")) {
      if (!table.empty()) out.insert(table);
      table = line.substr(4) + ":";
    } else if (line.starts_with("| ") && !line.starts_with("| column ")) {
      table += " " + line.substr(2, line.find(" |", 2) - 2);
    }
  }
  out.insert(table);
  return out;
}

TEST(Schema, IsWhatThePageAboutTheStoreSays) {
  TempDir dir;
  Store store = open_store(dir / "store.db");
  auto tables = store.connection().tables();
  ASSERT_TRUE(tables) << tables.error().message;
  std::set<std::string> there;
  for (const std::string& table : *tables) {
    std::string line = table + ":";
    auto columns = store.connection().query("SELECT name FROM pragma_table_info('" + table +
                                            "') ORDER BY cid");
    ASSERT_TRUE(columns) << columns.error().message;
    for (const Row& column : *columns) line += " " + text(column[0]);
    there.insert(line);
  }
  EXPECT_EQ(documented_tables(), there);
}

TEST(Schema, BringsAStoreOfTheFirstVersionUpToThisOne) {
  StorePlace place;
  {
    auto old = open_connection(place.where(), IfAbsent::kCreate);
    ASSERT_TRUE(old) << old.error().message;
    auto text = read_file(STRAYKEY_STORE_VERSION_1);
    ASSERT_TRUE(text) << text.error().message;
    auto made = (*old)->script(*text);
    ASSERT_TRUE(made) << made.error().message;
    auto refused = check_schema(**old);
    ASSERT_FALSE(refused);
    EXPECT_NE(std::string::npos, refused.error().message.find("written by an older straykey"));
  }
  Store store = open_store(place.where());
  EXPECT_EQ("2\n", rows_of(store, "SELECT version FROM store_schema"));
  EXPECT_EQ("treat|payments\n", rows_of(store, "SELECT action, owner FROM decision"));
  EXPECT_EQ("0\n", rows_of(store, "SELECT COUNT(*) FROM nhi"));
  auto verification = verify_store(store.connection());
  ASSERT_TRUE(verification) << verification.error().message;
  EXPECT_EQ(std::vector<std::string>(), verification->problems);
  EXPECT_EQ(6, verification->head.sequence);
}

}  // namespace
}  // namespace straykey
