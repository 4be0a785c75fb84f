#!/usr/bin/env python3
"""Checks an evidence copy of Huiyin: the record of one case, its words, its files and the seals over it.
核验回音工单证据副本：一张工单的过程记录、文字、附件和封存。

    python3 verify.py                 the folder in which this file lies / 本文件所在的文件夹
    python3 verify.py COPY.zip        a copy that was not unpacked / 未解压的副本
    python3 verify.py --seal DIGEST   a seal that was kept elsewhere must be among the seals / 另行保存的封存摘要

Needs Python 3.8 or newer and nothing else; sends nothing anywhere. Exit status 1 when something is wrong.
只需 Python 3.8 或更新版本，不联网。发现问题时退出码为 1。
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, Callable, Iterator, Optional, Tuple

MANIFEST, SUM = "manifest.json", "manifest.sha256"
LINE = {"seq", "digest", "entry", "withheld", "words", "files"}
WORDS = {"text", "salt", "erased", "withheld", "digest"}
FILES = ({"sha256", "name", "member"}, {"sha256", "name", "missing"}, {"sha256", "withheld"})
"""What a line of events.jsonl, its words and its files may say."""
Fault = Tuple[str, str]
Read = Callable[[str], bytes]


class Copy:
    """The members of a copy, in a folder or in a zip file. `faults`: what is wrong; `notes`: what is good to know."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.names: list[str] = []
        self.read: Read = self._zipped() if path.is_file() else self._unpacked()
        self.manifest: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []

    def _zipped(self) -> Read:
        packed = zipfile.ZipFile(str(self.path))
        self.names = packed.namelist()
        if len(set(self.names)) < len(self.names):
            self.wrong("the archive has two members of one name", "压缩包内有同名成员")
        return packed.read

    def _unpacked(self) -> Read:
        paths = [path for path in self.path.rglob("*") if path.is_file()]
        self.names = sorted(path.relative_to(self.path).as_posix() for path in paths)
        return lambda name: (self.path / name).read_bytes()

    def wrong(self, english: str, chinese: str) -> None:
        """Something is not as it was."""
        self.faults.append((english, chinese))

    def note(self, english: str, chinese: str) -> None:
        """Something that a reader should know."""
        self.notes.append((english, chinese))


def canonical(value: Any) -> bytes:
    """The one way in which Huiyin writes what a digest covers."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def link(previous: str, entry: Any) -> str:
    """The digest of an entry: over the bytes of the digest before it, and the entry."""
    return sha256(bytes.fromhex(previous) + canonical(entry))


def genesis(uid: str) -> str:
    """The digest before the first entry of a chain."""
    return sha256(b"genesis:" + uid.encode())


# --- members ---------------------------------------------------------------------------------------------------------


def check_members(copy: Copy) -> None:
    """Is each member there, and the one that the manifest means?"""
    for name in (MANIFEST, SUM):
        if name not in copy.names:
            copy.wrong(f"{name} is missing", f"缺少 {name}")
            return
    content = copy.read(MANIFEST)
    if copy.read(SUM) != f"{sha256(content)}  {MANIFEST}\n".encode():
        copy.wrong(f"{MANIFEST} or {SUM} was changed", f"{MANIFEST} 或 {SUM} 被改动")
    found = read_line(copy, MANIFEST, 1, content)
    if not found:
        return
    copy.manifest = found[0]
    members = copy.manifest["members"]
    for name in sorted(set(members) - set(copy.names)):
        copy.wrong(f"{name} is missing", f"缺少 {name}")
    for name in sorted(set(copy.names) - set(members) - {MANIFEST, SUM}):
        if copy.path.is_file():
            copy.wrong(f"{name} was added", f"{name} 是后加的")
        else:
            copy.note(f"{name} is no part of the copy", f"{name} 不属于本副本")
    for name in sorted(set(members) & set(copy.names)):
        if sha256(copy.read(name)) != members[name]["sha256"]:
            copy.wrong(f"{name} was changed", f"{name} 被改动")


# --- events ----------------------------------------------------------------------------------------------------------


def read_lines(copy: Copy, name: str) -> list[dict[str, Any]]:
    """The lines of a member; none when it isn't there. What people write may hold other ends of lines than ours."""
    if name not in copy.names:
        return []
    lines = [line for line in copy.read(name).split(b"\n") if line]
    return [found for number, line in enumerate(lines, 1) for found in read_line(copy, name, number, line)]


def read_line(copy: Copy, name: str, number: int, line: bytes) -> list[dict[str, Any]]:
    """One line; none when it can't be read any more."""
    try:
        found = json.loads(line.decode("utf-8"))
    except ValueError:  # bytes that are no UTF-8, or no JSON
        found = None
    if isinstance(found, dict):
        return [found]
    copy.wrong(f"{name}: line {number} can't be read", f"{name} 第 {number} 行无法读取")
    return []


def check_events(copy: Copy) -> None:
    """Are all events there, in their order, and is each the one that its digest covers?"""
    case = copy.manifest["case"]
    copy.events = read_lines(copy, "events.jsonl")
    digest = genesis(case["uid"])
    for number, line in enumerate(copy.events, 1):
        if line.get("seq") != number:
            copy.wrong(f"event {number} is missing or out of its place", f"第 {number} 条记录缺失或次序不对")
            return
        entry = line.get("entry")
        if entry is not None and (entry.get("seq") != number or link(digest, entry) != line["digest"]):
            copy.wrong(f"event {number} was changed, or one before it", f"第 {number} 条记录或其前一条被改动")
            return
        digest = line["digest"]
        rows = line.get("files", [])
        if not well_formed(line) or any(set(row) not in FILES for row in rows):
            copy.wrong(f"event {number} says what no copy says", f"第 {number} 条记录含有副本中不应有的内容")
        check_words(copy, line)
    if (len(copy.events), digest) != (case["events"], case["digest"]):
        copy.wrong("events were cut off at the end, or added", "末尾的记录被截去或添加")
    hidden = sum(1 for line in copy.events if line.get("withheld"))
    if hidden:
        copy.note(
            f"{hidden} events are withheld: of them only digests stand here", f"{hidden} 条记录未提供内容，仅有摘要"
        )


def well_formed(line: dict[str, Any]) -> bool:
    """Has a line the parts that a copy gives it, and no others?"""
    words = line.get("words", {})
    return (
        set(line) <= LINE and ("entry" in line) != ("withheld" in line) and all(set(w) <= WORDS for w in words.values())
    )


def check_words(copy: Copy, line: dict[str, Any]) -> None:
    """Are the words of an event those that it was written with?"""
    number, words = line["seq"], line.get("words", {})
    entry = line.get("entry")
    expected = entry["data"].get("words", {}) if entry else {part: said["digest"] for part, said in words.items()}
    for part in sorted(set(words) | set(expected)):
        said = words.get(part)
        if part not in expected:
            copy.wrong(f"event {number}: words were added ({part})", f"第 {number} 条记录：文字是后加的（{part}）")
        elif said is None:
            copy.wrong(f"event {number}: words are missing ({part})", f"第 {number} 条记录：缺少文字（{part}）")
        elif said.get("erased"):
            if said.get("text") or said.get("salt"):
                copy.wrong(f"event {number}: erased words stand there", f"第 {number} 条记录：已依法删除的文字仍在")
            copy.note(
                f"event {number}: words were erased by law ({part})", f"第 {number} 条记录：文字已依法删除（{part}）"
            )
        elif not said.get("withheld") and sha256(bytes.fromhex(said["salt"]) + said["text"].encode()) != expected[part]:
            copy.wrong(f"event {number}: words were changed ({part})", f"第 {number} 条记录：文字被改动（{part}）")
    if any(said.get("withheld") for said in words.values()):
        copy.note(f"event {number}: words are withheld or crossed out", f"第 {number} 条记录：文字未提供或已隐去")


# --- files -----------------------------------------------------------------------------------------------------------


def check_files(copy: Copy) -> None:
    """Is each file there that an event speaks of, and no other?"""
    spoken = set(copy.manifest.get("elsewhere", []))
    for line in copy.events:
        entry, number = line.get("entry"), line["seq"]
        rows = line.get("files", [])
        for digest in sorted(set(entry["data"].get("files", [])) if entry else ()):
            if not any(row["sha256"] == digest for row in rows):
                copy.wrong(f"event {number}: a file is missing", f"第 {number} 条记录：缺少附件")
        for row in rows:
            spoken.add(row.get("member", ""))
            check_file(copy, number, row, entry)
    for name in copy.names:
        if name.startswith("files/") and name not in spoken and name in copy.manifest["members"]:
            copy.wrong(f"{name}: no event speaks of it", f"{name}：没有记录提到它")
        elif name.startswith("files/") and sha256(copy.read(name)) != name.split("/")[1]:
            copy.wrong(f"{name} is not the file of this digest", f"{name} 与其摘要不符")


def check_file(copy: Copy, number: int, row: dict[str, Any], entry: dict[str, Any] | None) -> None:
    """Is one file of an event there, and the event's own?"""
    digest, name = row["sha256"], row.get("member", "")
    if entry is not None and digest not in entry["data"].get("files", []):
        copy.wrong(f"event {number}: a file was added", f"第 {number} 条记录：附件是后加的")
    if row.get("missing"):
        copy.wrong(
            f"event {number}: {row['name']} was already gone when the copy was made",
            f"第 {number} 条记录：{row['name']} 在制作副本时已不存在",
        )
    elif row.get("withheld"):
        copy.note(f"event {number}: a file is withheld", f"第 {number} 条记录：有附件未提供")
    elif not name.startswith(f"files/{digest}/") or name not in copy.names:
        copy.wrong(f"event {number}: {row['name']} is missing", f"第 {number} 条记录：缺少 {row['name']}")


# --- seals -----------------------------------------------------------------------------------------------------------


def check_seals(copy: Copy, kept: list[str]) -> None:
    """Do the seals hold, and which events do they cover?"""
    seals = read_lines(copy, "seals.jsonl")
    covered = 0
    before: Optional[dict[str, Any]] = None
    for seal in seals:
        number = seal["seal"]
        if not holds(copy, seal, before):
            copy.wrong(f"seal {number} doesn't hold", f"第 {number} 号封存不成立")
        for first, last, digest in entries_of(copy, seal):
            if first != covered + 1:
                copy.wrong(
                    f"seal {number}: events before {first} are not sealed", f"第 {number} 号封存：其前有记录未封存"
                )
            if last > len(copy.events) or copy.events[last - 1].get("digest") != digest:
                copy.wrong(
                    f"seal {number}: event {last} is another one or missing",
                    f"第 {number} 号封存：第 {last} 条记录不符或缺失",
                )
            covered = last
        before = seal
    if covered < copy.manifest.get("sealed", 0):
        copy.wrong("seals are missing", "缺少封存")
    for digest in kept:
        if all(seal["digest"] != digest for seal in seals):
            copy.wrong(f"seal {digest} is not among the seals", f"封存 {digest} 不在其中")
    if covered < len(copy.events):
        copy.note(
            f"events {covered + 1} to {len(copy.events)} are under no seal",
            f"第 {covered + 1} 至 {len(copy.events)} 条记录尚未封存",
        )


def holds(copy: Copy, seal: dict[str, Any], before: dict[str, Any] | None) -> bool:
    """Is a seal what its digest covers, and does it follow the one before it?"""
    content = seal_lines(copy, seal)
    head = {key: seal[key] for key in ("seal", "at", "cases", "events")}
    rows = [line.split() for line in content.decode().split("\n") if line]
    if len(rows) != seal["cases"] or sum(int(row[2]) - int(row[1]) + 1 for row in rows) != seal["events"]:
        return False
    if before is not None and before["seal"] + 1 == seal["seal"] and before["digest"] != seal["previous"]:
        return False
    return bool(link(seal["previous"], {**head, "entries": sha256(content)}) == seal["digest"])


def seal_lines(copy: Copy, seal: dict[str, Any]) -> bytes:
    """The lines that a seal covers."""
    name = f"seals/{seal['seal']:08d}.txt"
    return copy.read(name) if name in copy.names else b""


def entries_of(copy: Copy, seal: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    """What a seal says of this case: first event, last event, digest of the last."""
    for line in filter(None, seal_lines(copy, seal).decode().split("\n")):
        case, first, last, digest = line.split(" ")
        if int(case) == copy.manifest["case"]["key"]:
            yield int(first), int(last), digest


# --- all of it -------------------------------------------------------------------------------------------------------


def check(copy: Copy, kept: list[str]) -> None:
    """Everything; what can't be read at all is a fault too."""
    try:
        check_members(copy)
        if not copy.manifest:
            return
        if copy.manifest.get("format") != 1:
            copy.wrong("the copy is of a newer format: use its own verify.py", "副本格式较新，请使用其自带的 verify.py")
            return
        check_events(copy)
        check_files(copy)
        check_seals(copy, kept)
    except Exception as error:  # whatever a damaged copy does to a reader, it is a fault of the copy
        kind = type(error).__name__  # for whoever is asked about it; to the reader it says nothing
        copy.wrong(f"the copy is damaged: it can't be read to its end ({kind})", f"副本已损坏，无法读完（{kind}）")


def say(mark: str, line: Fault) -> None:
    """A line in both languages, also where the terminal has only one."""
    text = f"{mark} {line[1]}\n  {line[0]}\n"
    sys.stdout.buffer.write(text.encode("utf-8"))


def main(arguments: list[str]) -> int:
    """Exit status."""
    kept: list[str] = []
    while "--seal" in arguments:
        at = arguments.index("--seal")
        kept += arguments[at + 1 : at + 2]
        del arguments[at : at + 2]
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        copy = Copy(path)
    except Exception as error:
        say("✗", (f"{path} can't be read: {error}", f"无法读取 {path}:{error}"))
        return 1
    check(copy, kept)
    for note in copy.notes:
        say("·", note)
    for fault in copy.faults:
        say("✗", fault)
    if copy.faults:
        say("✗", (f"{len(copy.faults)} things are wrong.", f"发现 {len(copy.faults)} 处问题。"))
        return 1
    case = copy.manifest["case"]
    say(
        "✓",
        (
            f"Case {case['number']}: {case['events']} events, everything is as it was written.",
            f"工单 {case['number']}:共 {case['events']} 条记录，与写入时一致。",
        ),
    )
    if path.is_file():
        digest = sha256(path.read_bytes())
        say("·", (f"SHA-256 of the copy: {digest}", f"副本的 SHA-256:{digest}"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
