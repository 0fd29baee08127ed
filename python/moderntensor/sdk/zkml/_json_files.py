"""JSON files as they are found: some editors put a byte order mark in front, or write UTF-16."""

from __future__ import annotations

import json
from typing import Any


def parse(content: bytes) -> Any:
    """The document in `content`, which is UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Raises ``ValueError`` for anything else.
    """
    try:
        return json.loads(content)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is neither UTF-8 nor UTF-16 nor UTF-32: {error}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def plain(content: bytes) -> bytes:
    """`content` in UTF-8 without a byte order mark, as ezkl and the native module read it."""
    encoding = json.detect_encoding(content)
    return content if encoding == "utf-8" else content.decode(encoding, "replace").encode()
