#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Packs a folder with bin/, lib/, share/ and licenses/ into a wheel, and prints its name.

    wheel.py FOLDER SBOM README VERSION MACHINE OUT

The program goes to the environment's bin, what it needs to lib/straykey beside that, so that it
finds it as it does anywhere else. The tag names the glibc that the program and what it carries
really ask for, not less: pip then refuses it where it would not start.
Format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/,
tag: PEP 600, the SBOM's place: PEP 770.
"""
import base64, hashlib, os, re, subprocess, sys, time, zipfile

folder, sbom, readme, version, machine, out = sys.argv[1:]
moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]


def files(under):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(os.path.join(folder, under)) for name in names)


binaries = files("bin") + files("lib")
symbols = subprocess.run(["objdump", "-T", *binaries], check=True, capture_output=True, text=True).stdout
glibc = max(tuple(map(int, v.split("."))) for v in re.findall(r"\(?GLIBC_(\d+\.\d+)", symbols))
tag = f"py3-none-manylinux_{glibc[0]}_{glibc[1]}_{machine}"
name = f"straykey-{version}-{tag}.whl"
data, info = f"straykey-{version}.data", f"straykey-{version}.dist-info"

licences = [(f"{info}/licenses/{os.path.relpath(p, os.path.join(folder, 'licenses'))}", p)
            for p in files("licenses")]
metadata = f"""Metadata-Version: 2.4
Name: straykey
Version: {version}
Summary: Finds credentials in git history and files, and says what each is, whose it is and what it means
License-Expression: Apache-2.0
""" + "".join(f"License-File: {p.removeprefix(info + '/licenses/')}\n" for p, _ in licences) + """\
Keywords: secrets,credentials,git,security,scanner
Classifier: Environment :: Console
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Security
Requires-Python: >=3.7
Description-Content-Type: text/markdown

""" + open(readme, encoding="utf-8").read()

members = [(f"{data}/scripts/{os.path.basename(p)}", open(p, "rb").read(), 0o755) for p in files("bin")]
members += [(f"{data}/data/{os.path.relpath(p, folder)}", open(p, "rb").read(), 0o644)
            for p in files("lib") + files("share")]
members += [(place, open(p, "rb").read(), 0o644) for place, p in licences]
members += [
    (f"{info}/METADATA", metadata.encode(), 0o644),
    (f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: straykey\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(), 0o644),
    (f"{info}/sboms/straykey.cdx.json", open(sbom, "rb").read(), 0o644),
]
record = ""
with zipfile.ZipFile(os.path.join(out, name), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
    def add(path, content, mode):
        entry = zipfile.ZipInfo(path, moment)
        entry.external_attr = (0o100000 | mode) << 16
        entry.create_system = 3
        entry.compress_type = zipfile.ZIP_DEFLATED
        wheel.writestr(entry, content, compresslevel=9)

    for path, content, mode in members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(content)}\n"
        add(path, content, mode)
    add(f"{info}/RECORD", (record + f"{info}/RECORD,,\n").encode(), 0o644)
print(name)
