#!/usr/bin/env python3
"""mdBook's preprocessor for docs/: brings pages from outside of docs/ into the book, and checks every link.

SUMMARY.md may list `../README.md` or `../spec/zk-verify.md`; in the book these are pages like any other. Links are
written as they work in the repository. In the book a link to a page of the book stays one, a link to any other file
leads to the repository. A link to a file that does not exist ends the build, as does a page of docs/ that SUMMARY.md
does not list.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
#: `](target)`, and an image's; not a web address.
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(#[^)\s]*)?\)")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(rf"({FENCED.pattern}|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
#: What EIPs begin with: a table of fields that is no part of the text.
FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)

Chapter = dict[str, Any]


def chapters(items: list[Any]) -> Iterator[Chapter]:
    """All chapters, those under others included."""
    for item in items:
        if isinstance(item, dict) and (chapter := item.get("Chapter")):
            yield chapter
            yield from chapters(chapter["sub_items"])


def home(source: Path) -> str:
    """Where a page of the repository stands in the book."""
    if source.is_relative_to(DOCS):
        return source.relative_to(DOCS).as_posix()
    name = source.relative_to(ROOT)
    # spec/vectors/README.md is the page vectors.md, README.md itself the first page.
    if name.stem == "README":
        return f"{name.parent.name or 'index'}.md"
    return f"{name.stem.lower()}.md"


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as mdBook and GitHub make them."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return found


def rewrite(text: str, source: Path, pages: dict[Path, str], repository: str) -> str:
    """The text of a page with its links as the book needs them."""

    def link(match: re.Match[str]) -> str:
        name, anchor = match[1], match[2] or ""
        target = (source.parent / name).resolve() if name else source
        where = f"{source.relative_to(ROOT)}: {match[0][2:-1]}"
        if not target.exists():
            sys.exit(f"{where}: there is no such file")
        if anchor and target.suffix == ".md" and anchor[1:] not in anchors(target.read_text()):
            sys.exit(f"{where}: there is no such heading")
        if target in pages:
            start = Path(pages[source]).parent
            return f"]({os.path.relpath(pages[target], start)}{anchor})"
        if target.is_relative_to(DOCS):
            return match[0]
        kind = "tree" if target.is_dir() else "blob"
        return f"]({repository}/{kind}/main/{target.relative_to(ROOT)}{anchor})"

    parts = CODE.split(text)
    return "".join(part if i % 2 else LINK.sub(link, part) for i, part in enumerate(parts))


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    repository = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["repository"]
    listed = [chapter for chapter in chapters(book["items"]) if chapter["source_path"]]
    sources = {id(chapter): (DOCS / chapter["source_path"]).resolve() for chapter in listed}
    pages = {source: home(source) for source in sources.values()}
    if len(set(pages.values())) < len(pages):
        sys.exit(f"docs/SUMMARY.md: two pages have one name in the book: {', '.join(sorted(pages.values()))}")
    missing = set(DOCS.glob("**/*.md")) - set(pages) - {DOCS / "SUMMARY.md"}
    if missing:
        sys.exit(f"docs/SUMMARY.md does not list {', '.join(sorted(page.name for page in missing))}")
    for chapter in listed:
        source = sources[id(chapter)]
        text = FRONT_MATTER.sub("", chapter["content"])
        chapter["content"] = rewrite(text, source, pages, repository)
        chapter["path"] = pages[source]
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
