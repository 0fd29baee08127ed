"""ezkl's key files, with or without the header that its next release writes.

Today vk.key and pk.key begin with halo2's format version, a byte 3. A header is planned that holds the
version of ezkl after a magic (https://github.com/zkonduit/ezkl/pull/1035); what stands after it is as before.
Its exact layout is not settled, so it is told by what cannot change: it is short, it does not begin with 3,
it holds the version in ASCII, and after it a key begins.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from .errors import InvalidKey

#: halo2's version of the format "raw bytes".
_FORMAT: Final = 3

#: A header is no longer than this.
_LONGEST: Final = 256

_RELEASE: Final = re.compile(rb"(\d{1,4})\.\d{1,4}\.\d{1,6}[0-9A-Za-z.+-]*")
_UNRELEASED: Final = b"no compatibility guaranteed"

#: Releases whose keys the importer reads, by their first number.
_SUPPORTED: Final = b"23"


def body(content: bytes, name: str) -> bytes:
    """A vk.key, or the beginning of a pk.key, without its header.

    Raises :class:`InvalidKey` for the header of a release whose keys are built differently.
    """
    if not content or content[0] == _FORMAT:
        return content
    for at in range(1, min(_LONGEST, len(content) - 7) + 1):
        version, k, compressed = content[at : at + 3]
        if version != _FORMAT or not 1 <= k <= 28 or compressed > 1:
            continue
        header = content[:at]
        release = _RELEASE.search(header)
        if release is None and _UNRELEASED not in header:
            continue
        if release is not None and release[1] != _SUPPORTED:
            raise InvalidKey(
                f"{name}: a key of ezkl {release[0].decode()}; those of ezkl 23 are read. Make it again with ezkl "
                "23.0.5"
            )
        return content[at:]
    return content


def read_body(path: Path) -> bytes:
    """:func:`body` of the file at `path`."""
    return body(path.read_bytes(), str(path))


def begins_with(path: Path, vk: bytes) -> bool:
    """Whether the pk.key at `path` holds this vk.key, both without their headers."""
    wanted = body(vk, "vk.key")
    with path.open("rb") as file:
        start = file.read(len(wanted) + _LONGEST)
    return body(start, str(path)).startswith(wanted)
