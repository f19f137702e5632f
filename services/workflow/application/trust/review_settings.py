"""Where the organization's one set of review settings is."""

from __future__ import annotations

from chassis.ports import Work
from services.workflow.domain.trust.settings import ReviewSettings


def settings_id(work: Work) -> str:
    """Not the organization's own id: facts of one aggregate have one line of sequences."""
    return work.ids.derived("review settings", work.org_id)


def settings_of(work: Work) -> ReviewSettings | None:
    """None until something was set."""
    return work.first(ReviewSettings, id=settings_id(work))
