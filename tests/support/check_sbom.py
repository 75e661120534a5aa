#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_sbom.py PACKAGES [SCHEMAS]: every package of that folder has an SBOM, within it and
beside it, that is valid CycloneDX 1.6 and names the libraries that are in the package and those
that it asks the system for."""
import glob, json, os, re, subprocess, sys, tarfile, warnings, zipfile

packages, schemas = sys.argv[1:]


def validator():
    warnings.simplefilter("ignore", DeprecationWarning)  # newer ones have another way
    try:
        from jsonschema import Draft7Validator, RefResolver
    except ImportError:
        return print("passed over: python3-jsonschema is not installed")
    if not os.path.exists(f"{schemas}/cyclonedx-bom-1.6.schema.json"):
        return print(f"passed over: the CycloneDX schema is not in '{schemas}'")

    def schema(name):
        # Python has no \p{L}: https://docs.python.org/3/library/re.html
        text = open(f"{schemas}/{name}.schema.json").read()
        return json.loads(text.replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d"))
    others = [schema(n) for n in ("cyclonedx-spdx", "cyclonedx-jsf-0.82", "cyclonedx-cryptography-defs")]
    bom = schema("cyclonedx-bom-1.6")
    return Draft7Validator(bom, resolver=RefResolver(bom["$id"], bom, {o["$id"]: o for o in others}))


def inside(path):
    """The SBOM in a package, the libraries it carries, and those it asks for."""
    if path.endswith(".whl"):
        wheel = zipfile.ZipFile(path)
        names = wheel.namelist()
        text = wheel.read(next(n for n in names if n.endswith(".dist-info/sboms/straykey.cdx.json")))
    elif path.endswith(".deb"):
        data = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], check=True, capture_output=True).stdout
        text = subprocess.run(["tar", "-xO", "./usr/share/doc/straykey/sbom.cdx.json"], input=data,
                              check=True, capture_output=True).stdout
        depends = subprocess.run(["dpkg-deb", "-f", path, "Depends"], check=True, capture_output=True,
                                 text=True).stdout
        return text, set(), set(re.findall(r"(\S+) \(", depends))
    else:
        tar = tarfile.open(path)
        names = tar.getnames()
        text = tar.extractfile(next(n for n in names if n.endswith("sbom.cdx.json"))).read()
    return text, {os.path.basename(n) for n in names if "/lib/straykey/" in n}, {"libc6"}


valid = validator()
paths = [p for kind in ("*.deb", "*-linux-*.tar.gz", "*.whl", "straykey-linux-*.tgz")
         for p in glob.glob(f"{packages}/{kind}")]
assert len(paths) == 4, paths
for path in paths:
    text, carried, asked = inside(path)
    assert text == open(path + ".cdx.json", "rb").read(), path
    bom = json.loads(text)
    if valid:
        faults = [f"{list(e.absolute_path)}: {e.message[:200]}" for e in valid.iter_errors(bom)]
        assert not faults, (path, faults[:5])
        assert list(valid.iter_errors({**bom, "specVersion": 16})), "a broken document passes"
    bonds = {c["name"]: c["properties"][0]["value"] for c in bom["components"]}
    assert all(c["version"] and c["purl"].startswith("pkg:deb/") for c in bom["components"])
    references = {c["bom-ref"] for c in bom["components"]} | {bom["metadata"]["component"]["bom-ref"]}
    assert {d["ref"] for d in bom["dependencies"]} == references
    assert all(set(d["dependsOn"]) <= references for d in bom["dependencies"])
    assert asked <= {n for n, bond in bonds.items() if bond == "system"}, (path, asked, bonds)
    assert len([n for n, bond in bonds.items() if bond == "carried"]) == len(carried), (path, carried)
    linked = "static" if carried else "system"
    for library in ("libgit2", "libhyperscan", "libre2", "libsqlite3", "libarchive", "libyaml-cpp"):
        assert any(n.startswith(library) and bond == linked for n, bond in bonds.items()), (path, library)
    assert bonds["nlohmann-json3-dev"] == bonds["libcli11-dev"] == bonds["libfmt-dev"] == "headers"
