"""The secret behind every id: made once, kept in the vault, never printed, logged or put into SQL text."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def identity_key(path: Path) -> str:
    """Return the key in `path`; make it (256 random bits, readable by its owner alone) where there is none."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        return path.read_text(encoding="ascii").strip()
