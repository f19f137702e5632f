"""The collections of reporting, with their indexes; all of them are written by folding alone."""

from __future__ import annotations

from typing import Final

from pymongo import IndexModel

FACT_LOG: Final = "fact_log"
"""Every fact the groups have read, as long as the organization lives, without what is personal."""
FOLDS: Final = "folds"
"""Working documents: the state of each aggregate and its shares of the days, by generation."""
DAYS: Final = "day_documents"
"""The read contract ``contracts.views.reporting``."""
GENERATIONS: Final = "generations"
"""Per organization: which generation of folds is ``live``, and the ``latest`` that was begun."""
TURNS: Final = "turns"
"""Per organization, topic and slot: written by every batch, so that an exchange of generations
conflicts with it. Batches of different groups or partitions write different ones."""

COLLECTIONS: Final = {
    FACT_LOG: (
        IndexModel(
            [("org_id", 1), ("topic", 1), ("aggregate_id", 1), ("sequence", 1)],
            name="line",
            unique=True,
        ),
    ),
    FOLDS: (),
    DAYS: (
        IndexModel(
            [("org_id", 1), ("day", 1), ("channel_id", 1), ("unit_id", 1), ("_id", 1)], name="days"
        ),
    ),
    GENERATIONS: (),
    TURNS: (),
}
