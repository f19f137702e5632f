"""What a fold looks at beside the rows that it folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Beside:
    """Further rows that a fold finds under a name among its arguments.

    They decide what is said of the rows in sight and are not shown themselves, so that they are read
    whatever the viewer sees of them; ``where`` is pure. More than ``most`` are refused.
    """

    source: str
    reads: Sequence[str]
    where: Callable[[Mapping[str, Any]], dict[str, Any]]
    most: int = 10_000
