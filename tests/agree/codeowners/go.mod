module straykey/tests/agree/codeowners

go 1.18

require github.com/hmarr/codeowners v1.2.1
