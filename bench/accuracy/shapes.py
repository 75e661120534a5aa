# SPDX-License-Identifier: Apache-2.0
"""The shapes of files: how a name is given a value, and how a text is quoted inside another.

A shape of ASSIGN writes one record, a name (list of words) and a value. A shape of EMBED takes a
whole text, such as a command, as it is. Both give lines; HEADS and TAILS make files of them. The
value may hold marks (see corpus.py), which are private characters that no escaping touches.
"""
import json
import re
from xml.sax.saxutils import escape

from words import camel, dotted, kebab, pascal, snake, upper


def bare(value):
    """What can stand without quotes in most formats."""
    return re.fullmatch(r"[\w./+=!@~^%*,?-]+", strip(value)) is not None and not value.startswith("*")


def strip(value):
    return "".join(c for c in value if ord(c) < 0xE000 or ord(c) == 0xFEFF)


def esc(value):  # of C-like string literals
    return value.replace("\\", "\\\\").replace('"', '\\"')


def one(value):  # of single quotes
    return value.replace("\\", "\\\\").replace("'", "\\'")


def q(value, rng):
    return f'"{esc(value)}"' if rng.random() < 0.5 else f"'{one(value)}'"


def yaml_value(value, rng):
    if bare(value) and strip(value)[0] not in "@%!?,-*" and rng.random() < 0.6:
        return value
    return q(value, rng)


def xml(value):
    return escape(value, {'"': "&quot;"})


def env_value(value, rng):
    return value if bare(value) and rng.random() < 0.6 else f'"{esc(value)}"'


# (file format, shape, path, function(name words, value, rng) -> line or lines)
ASSIGN = [
    ("env", "env", ".env.{n}", lambda w, v, r: f"{upper(w)}={env_value(v, r)}"),
    ("env", "env-quoted", "deploy/{n}.env", lambda w, v, r: f"{upper(w)}={q(v, r)}"),
    ("yaml", "yaml", "config/{n}.yml", lambda w, v, r: f"  {r.choice((snake, kebab, camel))(w)}: {yaml_value(v, r)}"),
    ("yaml", "yaml-list", "values/{n}.yaml", lambda w, v, r: f"  - {snake(w)}: {yaml_value(v, r)}"),
    ("k8s", "k8s-env", "k8s/deploy-{n}.yaml", lambda w, v, r: f"        - name: {upper(w)}\n          value: {yaml_value(v, r)}"),
    ("k8s", "k8s-string-data", "k8s/secret-{n}.yaml", lambda w, v, r: f"  {kebab(w)}: {yaml_value(v, r)}"),
    ("compose", "compose-map", "docker-compose.{n}.yml", lambda w, v, r: f"      {upper(w)}: {yaml_value(v, r)}"),
    ("compose", "compose-list", "compose.{n}.yaml", lambda w, v, r: f"      - {upper(w)}={v}"),
    ("dockerfile", "dockerfile-env", "docker/{n}/Dockerfile", lambda w, v, r: f"ENV {upper(w)}={env_value(v, r)}"),
    ("dockerfile", "dockerfile-env-space", "images/{n}/Dockerfile", lambda w, v, r: f"ENV {upper(w)} {v}"),
    ("dockerfile", "dockerfile-arg", "build/{n}/Dockerfile", lambda w, v, r: f"ARG {upper(w)}={env_value(v, r)}"),
    ("json", "json", "config/{n}.json", lambda w, v, r: f'  "{r.choice((snake, camel, upper))(w)}": "{esc(v)}",'),
    ("json", "json-minified", "assets/{n}.json", lambda w, v, r: f'{{"id":{r.randrange(999)},"{camel(w)}":"{esc(v)}","enabled":true}}'),
    ("json", "json-name-value", "ecs/task-{n}.json", lambda w, v, r: f'        {{"name": "{upper(w)}", "value": "{esc(v)}"}},'),
    ("json", "postman", "postman/{n}.json", lambda w, v, r: f'    {{\n      "key": "{snake(w)}",\n      "value": "{esc(v)}",\n      "type": "string"\n    }},'),
    ("tfstate", "tfstate", "{n}.tfstate", lambda w, v, r: f'            "{snake(w)}": "{esc(v)}",'),
    ("toml", "toml", "settings/{n}.toml", lambda w, v, r: f'{r.choice((snake, kebab))(w)} = {q(v, r)}'),
    ("ini", "ini", "etc/{n}.ini", lambda w, v, r: f"{snake(w)} = {v}"),
    ("ini", "conf", "etc/{n}.conf", lambda w, v, r: f"{snake(w)}={v}"),
    ("properties", "properties", "src/main/resources/{n}.properties", lambda w, v, r: f"{r.choice((dotted, camel, snake))(w)}={v}"),
    ("xml", "xml-element", "conf/{n}.xml", lambda w, v, r: f"    <{camel(w)}>{xml(v)}</{camel(w)}>"),
    ("xml", "xml-add", "{n}/App.config", lambda w, v, r: f'    <add key="{pascal(w)}" value="{xml(v)}" />'),
    ("xml", "xml-property", "spring/{n}.xml", lambda w, v, r: f'    <property name="{camel(w)}" value="{xml(v)}"/>'),
    ("xml", "xml-attribute", "conf/server-{n}.xml", lambda w, v, r: f'  <resource id="r{r.randrange(99)}" {camel(w)}="{xml(v)}" type="pool"/>'),
    ("plist", "plist", "ios/{n}.plist", lambda w, v, r: f"  <key>{pascal(w)}</key>\n  <string>{xml(v)}</string>"),
    ("hcl", "tfvars", "terraform/{n}.tfvars", lambda w, v, r: f'{snake(w)} = "{esc(v)}"'),
    ("hcl", "tf-variable", "terraform/{n}.tf", lambda w, v, r: f'variable "{snake(w)}" {{\n  type    = string\n  default = "{esc(v)}"\n}}'),
    ("hcl", "tf-resource", "infra/{n}.tf", lambda w, v, r: f'  {snake(w)}      = "{esc(v)}"'),
    ("shell", "shell-export", "scripts/{n}.sh", lambda w, v, r: f"export {upper(w)}={q(v, r)}"),
    ("shell", "shell-variable", "bin/{n}.sh", lambda w, v, r: f"{r.choice((upper, snake))(w)}={q(v, r)}"),
    ("shell", "shell-inline", "ci/{n}.sh", lambda w, v, r: f"{upper(w)}='{one(v)}' ./start.sh --port {r.randrange(9999)}"),
    ("shell", "docker-run", "ops/{n}.sh", lambda w, v, r: f"docker run -d -e {upper(w)}={env_value(v, r)} acme/{r.choice(('web', 'api'))}:1.2"),
    ("batch", "batch", "win/{n}.bat", lambda w, v, r: f"set {upper(w)}={v}"),
    ("powershell", "powershell", "win/{n}.ps1", lambda w, v, r: f"${pascal(w)} = {q(v, r)}"),
    ("powershell", "powershell-env", "win/env-{n}.ps1", lambda w, v, r: f'$env:{upper(w)} = "{v}"'),
    ("python", "python", "app/{n}.py", lambda w, v, r: f"{r.choice((upper, snake))(w)} = {q(v, r)}"),
    ("python", "python-keyword", "app/client_{n}.py", lambda w, v, r: f"    client = connect(host, {snake(w)}={q(v, r)}, timeout=30)"),
    ("python", "python-dict", "app/settings_{n}.py", lambda w, v, r: f"    {q(r.choice((snake, upper))(w), r)}: {q(v, r)},"),
    ("python", "python-environ", "tests/{n}_test.py", lambda w, v, r: f'os.environ["{upper(w)}"] = {q(v, r)}'),
    ("javascript", "js-const", "src/{n}.js", lambda w, v, r: f"const {camel(w)} = {q(v, r)};"),
    ("javascript", "js-object", "src/config.{n}.js", lambda w, v, r: f"    {camel(w)}: {q(v, r)},"),
    ("javascript", "js-env", "src/env.{n}.js", lambda w, v, r: f"process.env.{upper(w)} = {q(v, r)};"),
    ("javascript", "js-default", "src/default.{n}.js", lambda w, v, r: f"  {camel(w)}: process.env.{upper(w)} || {q(v, r)},"),
    ("typescript", "ts", "src/{n}.ts", lambda w, v, r: f"  private readonly {camel(w)}: string = {q(v, r)};"),
    ("java", "java", "src/main/java/C{n}.java", lambda w, v, r: f'    private static final String {upper(w)} = "{esc(v)}";'),
    ("java", "java-setter", "src/main/java/S{n}.java", lambda w, v, r: f'        config.set{pascal(w)}("{esc(v)}");'),
    ("java", "java-put", "src/main/java/P{n}.java", lambda w, v, r: f'        properties.put("{dotted(w)}", "{esc(v)}");'),
    ("kotlin", "kotlin", "src/{n}.kt", lambda w, v, r: f'    val {camel(w)} = "{esc(v)}"'),
    ("groovy", "groovy", "build-{n}.gradle", lambda w, v, r: f"    {camel(w)} = '{one(v)}'"),
    ("scala", "hocon", "conf/{n}.conf", lambda w, v, r: f'  {kebab(w)} = "{esc(v)}"'),
    ("go", "go", "pkg/{n}.go", lambda w, v, r: f'\t{camel(w)} := "{esc(v)}"'),
    ("go", "go-const", "pkg/const_{n}.go", lambda w, v, r: f'const {pascal(w)} = "{esc(v)}"'),
    ("go", "go-struct", "pkg/struct_{n}.go", lambda w, v, r: f'\t\t{pascal(w)}: "{esc(v)}",'),
    ("ruby", "ruby", "lib/{n}.rb", lambda w, v, r: f"{upper(w)} = {q(v, r)}.freeze"),
    ("ruby", "ruby-config", "config/initializers/{n}.rb", lambda w, v, r: f"  config.{snake(w)} = {q(v, r)}"),
    ("ruby", "ruby-hash", "spec/{n}.rb", lambda w, v, r: f"    {snake(w)}: {q(v, r)}," if r.random() < 0.5 else f"    :{snake(w)} => {q(v, r)},"),
    ("php", "php-array", "config/{n}.php", lambda w, v, r: f"    '{snake(w)}' => '{one(v)}',"),
    ("php", "php-define", "wp/{n}.php", lambda w, v, r: f"define('{upper(w)}', '{one(v)}');"),
    ("php", "php-variable", "lib/{n}.php", lambda w, v, r: f"${snake(w)} = '{one(v)}';"),
    ("csharp", "csharp", "src/{n}.cs", lambda w, v, r: f'        private const string {pascal(w)} = "{esc(v)}";'),
    ("c", "c-define", "firmware/{n}.h", lambda w, v, r: f'#define {upper(w)} "{esc(v)}"'),
    ("c", "c", "firmware/{n}.c", lambda w, v, r: f'static const char *{snake(w)} = "{esc(v)}";'),
    ("cpp", "cpp", "src/{n}.cc", lambda w, v, r: f'const std::string k{pascal(w)} = "{esc(v)}";'),
    ("rust", "rust", "src/{n}.rs", lambda w, v, r: f'const {upper(w)}: &str = "{esc(v)}";'),
    ("rust", "rust-let", "src/bin/{n}.rs", lambda w, v, r: f'    let {snake(w)} = "{esc(v)}".to_string();'),
    ("swift", "swift", "ios/{n}.swift", lambda w, v, r: f'    let {camel(w)} = "{esc(v)}"'),
    ("dart", "dart", "lib/{n}.dart", lambda w, v, r: f"  static const String {camel(w)} = '{one(v)}';"),
    ("perl", "perl", "lib/{n}.pm", lambda w, v, r: f"my ${snake(w)} = '{one(v)}';"),
    ("lua", "lua", "conf/{n}.lua", lambda w, v, r: f'  {snake(w)} = "{esc(v)}",'),
    ("elixir", "elixir", "config/{n}.exs", lambda w, v, r: f'  {snake(w)}: "{esc(v)}",'),
    ("r", "r", "analysis/{n}.R", lambda w, v, r: f'Sys.setenv({upper(w)} = "{esc(v)}")'),
    ("sql", "sql-insert", "db/{n}.sql", lambda w, v, r: f"INSERT INTO settings (name, value) VALUES ('{snake(w)}', '{one(v)}');"),
    ("sql", "sql-set", "db/set_{n}.sql", lambda w, v, r: f"SET @{snake(w)} = '{one(v)}';"),
    ("csv", "csv", "data/{n}.csv", lambda w, v, r: f"{r.randrange(9999)},{snake(w)},{v},2024-0{r.randint(1, 9)}-1{r.randrange(9)}"),
    ("log", "log", "logs/{n}.log", lambda w, v, r: f"2024-0{r.randint(1, 9)}-1{r.randrange(9)} 10:0{r.randrange(9)}:42,{r.randrange(999):03} DEBUG [main] config - {dotted(w)}={v}"),
    ("markdown", "markdown-code", "docs/{n}.md", lambda w, v, r: f"\n```\n{upper(w)}={v}\n```\n"),
    ("markdown", "markdown-inline", "notes/{n}.md", lambda w, v, r: f"* set `{snake(w)}: {v}` on the {r.choice(('staging', 'build'))} host"),
    ("notebook", "notebook", "notebooks/{n}.ipynb", lambda w, v, r: "    " + json.dumps(f"{upper(w)} = {q(v, r)}\n", ensure_ascii=False) + ","),
    ("github-actions", "github-actions", ".github/workflows/{n}.yml", lambda w, v, r: f"      {upper(w)}: {yaml_value(v, r)}"),
    ("gitlab-ci", "gitlab-ci", "ci/{n}.gitlab-ci.yml", lambda w, v, r: f"  {upper(w)}: {yaml_value(v, r)}"),
    ("jenkins", "jenkins", "{n}/Jenkinsfile", lambda w, v, r: f"        {upper(w)} = '{one(v)}'"),
    ("ansible", "ansible", "group_vars/{n}.yml", lambda w, v, r: f"{snake(w)}: {yaml_value(v, r)}"),
    ("systemd", "systemd", "systemd/{n}.service", lambda w, v, r: f'Environment="{upper(w)}={v}"'),
    ("make", "make", "{n}.mk", lambda w, v, r: f"{upper(w)} := {v}"),
    ("html", "html-input", "web/{n}.html", lambda w, v, r: f'  <input type="hidden" name="{snake(w)}" value="{xml(v)}">'),
    ("http", "url-query", "http/{n}.http", lambda w, v, r: f"GET https://api.acme.test/v1/items?page=2&{snake(w)}={v}"),
    ("shell", "command-flag", "tools/{n}.sh", lambda w, v, r: f"acme-cli login --{kebab(w)} {v if bare(v) else q(v, r)} --quiet"),
    ("shell", "command-flag-equals", "tools/e{n}.sh", lambda w, v, r: f"acme-cli deploy --region eu-1 --{kebab(w)}={v if bare(v) else q(v, r)}"),
]


def lines(text):
    return text.rstrip("\n").split("\n")


# Shapes for a text as it stands: (file format, shape, path, function(text, rng) -> text)
EMBED = [
    ("markdown", "markdown-fence", "docs/m{n}.md", lambda t, r: "\n```\n" + t.rstrip("\n") + "\n```\n"),
    ("text", "plain", "notes/{n}.txt", lambda t, r: "\n" + t + "\n"),
    ("shell", "heredoc", "scripts/h{n}.sh", lambda t, r: f"cat > /etc/acme.conf <<'EOF'\n{t.rstrip(chr(10))}\nEOF"),
    ("shell", "comment", "scripts/c{n}.sh", lambda t, r: "\n".join("# " + x for x in lines(t))),
    ("yaml", "block-scalar", "config/b{n}.yml", lambda t, r: "  data: |\n" + "\n".join("    " + x for x in lines(t))),
    ("github-actions", "run-block", ".github/workflows/r{n}.yml", lambda t, r: "      - run: |\n" + "\n".join("          " + x for x in lines(t))),
    ("json", "json-string", "fixtures/{n}.json", lambda t, r: f'  "text{r.randrange(999)}": {json.dumps(t, ensure_ascii=False)},'),
    ("notebook", "notebook-cell", "notebooks/c{n}.ipynb", lambda t, r: "\n".join("    " + json.dumps(x + "\n", ensure_ascii=False) + "," for x in lines(t))),
    ("diff", "diff", "patches/{n}.patch", lambda t, r: f"@@ -1,3 +1,{len(lines(t))} @@\n" + "\n".join("+" + x for x in lines(t))),
    ("python", "triple-quoted", "tests/d{n}.py", lambda t, r: 'DATA = """\n' + t.rstrip("\n") + '\n"""'),
    ("java", "line-comment", "src/main/java/K{n}.java", lambda t, r: "\n".join("    // " + x for x in lines(t))),
    ("go", "raw-string", "pkg/raw_{n}.go", lambda t, r: "var raw = `\n" + t.rstrip("\n") + "\n`"),
    ("html", "pre", "web/p{n}.html", lambda t, r: "<pre>\n" + xml(t.rstrip("\n")) + "\n</pre>"),
    ("log", "log-line", "logs/l{n}.log", lambda t, r: "\n".join(f"2024-05-1{r.randrange(9)}T08:1{r.randrange(9)}:02Z INFO stdout: {x}" for x in lines(t))),
]

KEEPS_LINES = ("markdown-fence", "plain", "heredoc", "block-scalar", "run-block", "triple-quoted", "raw-string")

HEADS = {
    "yaml": "---\nservice:\n  name: billing\n  replicas: 3\nsettings:\n",
    "k8s": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: billing\n  namespace: shop\nstringData:\n",
    "compose": "services:\n  web:\n    image: acme/web:1.4.2\n    environment:\n",
    "dockerfile": "FROM debian:12-slim\nWORKDIR /srv\nRUN apt-get update && apt-get install -y curl\n",
    "json": "{\n  \"version\": 2,\n", "tfstate": "{\n  \"version\": 4,\n  \"serial\": 12,\n",
    "toml": "title = \"billing\"\n\n[server]\nport = 8080\n\n[service]\n",
    "ini": "; made by hand\n[DEFAULT]\nverbose = true\n\n[service]\n",
    "xml": "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<configuration>\n",
    "plist": "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n",
    "shell": "#!/bin/sh\nset -eu\n", "powershell": "param([string]$Region = 'eu')\n",
    "python": "import os\n\nfrom acme import connect\n\n", "javascript": "'use strict';\n\nmodule.exports = {\n",
    "typescript": "import { Injectable } from '@nestjs/common';\n\nexport class Config {\n",
    "java": "package net.acme.billing;\n\npublic class Config {\n",
    "go": "package config\n\nimport \"os\"\n\n", "ruby": "# frozen_string_literal: true\n\n",
    "php": "<?php\n\nreturn [\n", "csharp": "namespace Acme.Billing\n{\n    public class Config\n    {\n",
    "c": "#pragma once\n#include <stdint.h>\n", "cpp": "#include <string>\n\nnamespace acme {\n",
    "rust": "use std::env;\n\n", "sql": "BEGIN;\nCREATE TABLE IF NOT EXISTS settings (name text, value text);\n",
    "csv": "id,name,value,changed\n", "markdown": "# Setup\n\nHow the service is installed.\n",
    "notebook": "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n",
    "github-actions": "name: build\non: [push]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n",
    "gitlab-ci": "stages: [build, test]\n\nvariables:\n", "html": "<!doctype html>\n<html>\n<body>\n",
    "systemd": "[Unit]\nDescription=billing\n\n[Service]\nExecStart=/usr/bin/billing\n",
}
TAILS = {"xml": "</configuration>\n", "plist": "</dict>\n</plist>\n", "json": "  \"end\": 0\n}\n",
         "tfstate": "  \"end\": 0\n}\n", "html": "</body>\n</html>\n", "java": "}\n", "typescript": "}\n",
         "notebook": "    \"pass\"\n   ]\n  }\n ]\n}\n", "cpp": "}  // namespace acme\n", "sql": "COMMIT;\n",
         "javascript": "};\n", "php": "];\n", "csharp": "    }\n}\n"}
