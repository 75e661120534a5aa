# SPDX-License-Identifier: Apache-2.0
"""Copies of a repository to measure with. The repository itself is only read."""
import pathlib
import shutil
import subprocess
import zlib

# A clone that lacks objects must not fetch them while it is measured.
OFFLINE = ["-c", "protocol.allow=never"]


def git(path, *arguments, **how):
    command = ["git", *OFFLINE, "-C", str(path), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, **how).stdout


def objects_of(path):
    return (pathlib.Path(path) / git(path, "rev-parse", "--git-path", "objects").decode().strip())


def newest_commit(path):
    return git(path, "log", "-1", "--all", "--format=%cs").decode().strip()


def empty_copy(path, copy):
    """The refs of `path`, without objects. They must be there when refs are set."""
    object_format = git(path, "rev-parse", "--show-object-format").decode().strip()
    command = ["git", "init", "-q", "--bare", f"--object-format={object_format}", str(copy)]
    subprocess.run(command, check=True)
    shallow = pathlib.Path(path) / git(path, "rev-parse", "--git-path", "shallow").decode().strip()
    if shallow.exists():
        shutil.copy(shallow, copy / "shallow")


def set_refs(path, copy):
    refs = git(path, "for-each-ref", "--format=create %(refname) %(objectname)")
    git(copy, "update-ref", "--stdin", input=refs)
    head = (objects_of(path).parent / "HEAD").read_text().strip()
    if head.startswith("ref: "):
        git(copy, "symbolic-ref", "HEAD", head.removeprefix("ref: "))
    else:
        git(copy, "update-ref", "--no-deref", "HEAD", head)


def lend_objects(path, copy):
    (copy / "objects/info/alternates").write_text(f"{objects_of(path).resolve()}\n")


def missing_objects(path):
    listed = git(path, "rev-list", "--objects", "--all", "--missing=print").split(b"\n")
    return [line[1:].decode() for line in listed if line.startswith(b"?")]


def without_gaps(path, copy):
    """Borrows all objects of `path`. What that lacks is there as an empty blob under the
    name of what is missing, so that `git log -p`, which ends at the first missing object,
    comes to the end. Gives how many those are."""
    empty_copy(path, copy)
    lend_objects(path, copy)
    set_refs(path, copy)
    missing = missing_objects(copy)
    for name in missing:
        loose = copy / "objects" / name[:2] / name[2:]
        loose.parent.mkdir(exist_ok=True)
        loose.write_bytes(zlib.compress(b"blob 0\0"))
    return len(missing)


def packed_anew(path, copy, packs, seconds):
    """All reachable objects of `path` in so many packs, each a part of history as fetches
    would have brought it. One pack is made as `git repack -adf` does, with all deltas found
    anew; of several, deltas are kept as far as their bases are in the same pack. Raises
    subprocess.TimeoutExpired."""
    empty_copy(path, copy)
    listed = git(
        path, "rev-list", "--objects", "--all", "--in-commit-order", "--reverse",
        "--missing=allow-any", timeout=seconds,
    ).splitlines(keepends=True)  # fmt: skip
    each = -(-len(listed) // packs)
    lend_objects(path, copy)
    name = str(copy / "objects/pack/pack")
    options = ["--delta-base-offset", "-q", *(["--no-reuse-delta"] if packs == 1 else [])]
    for first in range(0, len(listed), each):
        part = b"".join(listed[first : first + each])
        git(copy, "pack-objects", *options, name, input=part, timeout=seconds)
    (copy / "objects/info/alternates").unlink()
    set_refs(path, copy)
