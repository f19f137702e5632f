"""Prints the figures of a file, one line each: ``python -m tests.support.summary build/faults.json``.

Ends with 1 if one of them is not as it must be, or if there are none.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def lines(figures: dict[str, dict[str, Any]]) -> list[str]:
    """One for each figure, in the order of names."""
    return [
        f"{name}: {one['value']:g} {one['unit']} (must: {one['must']})"
        f" {'ok' if one['ok'] else 'FAILED'} seeds={','.join(one.get('seeds', {})) or '-'}"
        for name, one in sorted(figures.items())
    ]


def main(path: Path) -> int:
    """The exit code."""
    figures = json.loads(path.read_text()) if path.exists() else {}
    sys.stdout.write("".join(f"{line}\n" for line in lines(figures)))
    return 0 if figures and all(one["ok"] for one in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
