"""Read contracts on reporting's collections."""

from __future__ import annotations

from contracts.views import View, view


@view("reporting", "day_documents")
class DayDocumentView(View, frozen=True, kw_only=True):
    """One part of one day of one channel and unit; parts are merged on read.

    Index: (org_id, day, channel_id, unit_id, _id). ``day`` is ``YYYY-MM-DD`` in UTC.
    ``counts``: measure name -> number. ``seconds``: measure name -> {whole second as text -> number},
    so that quantiles of merged documents are exact to one second.
    """

    id: str
    org_id: str
    day: str
    channel_id: str
    unit_id: str
    slot: int
    counts: dict[str, int]
    seconds: dict[str, dict[str, int]]
