// SPDX-License-Identifier: Apache-2.0
// A JSON document in which some lists are too long to be made before they are written. The
// document is made with streamed_list("name") where such a list goes, and is written by
// write_streamed(), which asks for the items of each as it comes to it.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scanner/report/pack.h"

namespace straykey {

// Stands for the list of that name.
nlohmann::ordered_json streamed_list(const std::string& name);

// Gives the items of a list one after another.
using Items = std::function<void(const std::function<void(const nlohmann::ordered_json&)>& item)>;

// Two blanks a level, one item a line; ends with a line end. REQUIRES: `lists` has all names.
void write_streamed(const nlohmann::ordered_json& document,
                    const std::map<std::string, Items>& lists, const Out& out);

}  // namespace straykey
