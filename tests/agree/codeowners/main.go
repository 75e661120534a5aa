// SPDX-License-Identifier: Apache-2.0
// Reads {"file": ..., "path": ...} a line and says which line of the file decides for the path
// and whom it names, by another implementation of GitHub's rules: "3 @a @b", or "0".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/hmarr/codeowners"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var c struct{ File, Path string }
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			panic(err)
		}
		rules, err := codeowners.ParseFile(strings.NewReader(c.File))
		if err != nil {
			panic(err)
		}
		rule, err := rules.Match(c.Path)
		if err != nil {
			panic(err)
		}
		if rule == nil {
			fmt.Fprintln(out, "0")
			continue
		}
		fmt.Fprint(out, rule.LineNumber)
		for _, owner := range rule.Owners {
			fmt.Fprint(out, " ", owner)
		}
		fmt.Fprintln(out)
	}
}
