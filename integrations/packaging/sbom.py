#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a straykey program is made of, as a CycloneDX 1.6 SBOM on standard output.

    sbom.py BUILD PROGRAM MAP VERSION PURL   the SBOM; MAP is the linker's map, or empty
    sbom.py --carried PROGRAM                libraries to carry along: name and path
    sbom.py --packages PROGRAM MAP           packages whose files are linked in or carried along

Nothing here is a list that someone keeps: archives that were linked stand in the linker's map,
shared libraries in the program, headers in what ninja noted while compiling. Debian's
database knows the package and the version of each such file.
"""
import datetime, hashlib, json, os, re, subprocess, sys, uuid
from urllib.parse import quote

LIBC = "libc6"  # the one that a portable program takes from the system
DECLARATIONS = ("linux-libc-dev", "libpq-dev")  # headers that hold no code


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def owners(paths):
    """The package of each path. Debian's database knows a file by one of its names: with /usr or
    without, and by a symbolic link or by what that leads to."""
    names = {}
    for path in paths:
        for name in (path, os.path.realpath(path)):
            name = name.removeprefix("/usr")
            names.setdefault(path, []).extend(("/usr" + name, name))
    asked = subprocess.run(["dpkg-query", "--search", *{n for all in names.values() for n in all}],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    known = {}
    for line in asked.splitlines():
        packages, _, name = line.rpartition(": ")
        known[name] = packages.split(",")[0].split(":")[0]
    found = {path: next((known[n] for n in names[path] if n in known), None) for path in paths}
    for path, package in found.items():
        if not package:
            sys.exit(f"sbom: {path}: no package of this system has it")
    return found


def resolved(program):
    """Shared libraries of a program and of its libraries: name -> path."""
    return dict(re.findall(r"^\s*(\S+) => (/\S+)", output("ldd", program), re.M))


def needed(path):
    return re.findall(r"NEEDED\s+(\S+)", output("objdump", "-p", path))


def archives(map_file):
    """Archives of which a member was linked; ours have no slash before their name."""
    with open(map_file, encoding="utf-8", errors="replace") as lines:
        return sorted({os.path.normpath(m[1]) for m in (re.match(r"(/\S+\.a)\(", l) for l in lines) if m})


def headers(build):
    """Headers of the system that the objects of the program were compiled with."""
    found, wanted = set(), False
    for line in output("ninja", "-C", build, "-t", "deps").splitlines():
        if line and line[0] != " ":
            wanted = line.startswith("CMakeFiles/straykey")
        elif wanted and line.strip().startswith("/usr/include/"):
            found.add(os.path.normpath(line.strip()))
    # One of each folder: a folder belongs to a library, as far as that matters here.
    return sorted({os.path.dirname(p) if p.count("/") > 3 else p: p for p in sorted(found)}.values())


def shared(program):
    """The shared libraries that a program names: name -> path."""
    known = resolved(program)
    return {name: known[name] for name in needed(program) if name in known}


def carried(program):
    """Of all shared libraries those that are not glibc's."""
    known = resolved(program)
    of = owners(known.values())
    return {name: path for name, path in sorted(known.items()) if of[path] != LIBC}


def describe(packages):
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\n"
    rows = output("dpkg-query", "--show", "--showformat", form, *sorted(packages)).splitlines()
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def main():
    if sys.argv[1] == "--carried":
        for name, path in carried(sys.argv[2]).items():
            print(name, path)
        return
    if sys.argv[1] == "--packages":
        files = [*archives(sys.argv[3]), *carried(sys.argv[2]).values()]
        print("\n".join(sorted(set(owners(files).values()))))
        return
    build, program, map_file, version, purl = sys.argv[1:]
    known = resolved(program)
    static = archives(map_file) if map_file else []
    beside = set(carried(program).values()) if map_file else set()
    package = owners([*static, *known.values(), *headers(build)])
    about = describe(set(package.values()))
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', open("/etc/os-release").read(), re.M))

    # The strongest bond that one of a package's files has. A header says something only of a
    # library that is nothing but headers: the others are there by themselves.
    linkage = {}
    for path in known.values():
        linkage.setdefault(package[path], "carried" if path in beside else "system")
    for path in static:
        linkage[package[path]] = "static"
    sources = {about[name][2] for name in linkage}
    for path in headers(build):
        if package[path] not in DECLARATIONS and about[package[path]][2] not in sources:
            linkage[package[path]] = "headers"

    def reference(name):
        version, architecture, _ = about[name]
        return (f"pkg:deb/{release['ID']}/{quote(name, safe='')}@{quote(version, safe='')}"
                f"?arch={architecture}&distro={release['ID']}-{release.get('VERSION_ID', 'sid')}")

    components = [{
        "type": "library", "bom-ref": reference(name), "name": name, "version": about[name][0],
        "purl": reference(name),
        "properties": [{"name": "straykey:linkage", "value": bond},
                       {"name": "straykey:source", "value": about[name][2]}],
    } for name, bond in sorted(linkage.items())]

    edges = {reference(name): set() for name in linkage}
    for name, path in known.items():
        own = reference(package[path])
        edges[own] |= {reference(package[known[n]]) for n in needed(path) if n in known} - {own}
    direct = {reference(package[path]) for path in [*static, *shared(program).values()]}
    direct |= {reference(name) for name, bond in linkage.items() if bond == "headers"}

    epoch = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {
            "timestamp": epoch.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": {"type": "application", "bom-ref": purl, "name": "straykey",
                          "version": version, "purl": purl,
                          "licenses": [{"license": {"id": "Apache-2.0"}}]},
        },
        "components": components,
        "dependencies": [{"ref": purl, "dependsOn": sorted(direct)}] +
                        [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(edges.items())],
    }
    digest = hashlib.sha256(json.dumps(bom, sort_keys=True).encode()).hexdigest()
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}"
    print(json.dumps(bom, indent=1))


main()
