"""What the fact log leaves out: the one table of fields that are personal or free text (C2).

The log lives as long as the organization, so it holds no words of or about people: texts, reasons,
remarks of reviewers, answers of platforms. No measure folds them. Ids of people stay: they name
nobody once the person is erased. A field that is left out holds the neutral value below, so that
the body keeps its shape and is read like any other.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from contracts.facts import Fact
from contracts.workflow import (
    content,
    conversations,
    corrections,
    deliveries,
    holds,
    media,
    review,
    trust,
)

PERSONAL: Final[dict[type[Fact], dict[str, Any]]] = {
    conversations.ConversationOpened: {},
    conversations.MentionsAttached: {},
    conversations.MentionRevised: {},
    conversations.ConversationMerged: {},
    conversations.ConversationStateChanged: {"reason": ""},
    conversations.ConversationReplied: {},
    content.ContentDrafted: {"variants": (), "tags": ()},
    content.ContentEdited: {"variants": ()},
    content.ContentSubmitted: {"variants": ()},
    content.ContentChecked: {"findings": ()},
    content.ReviewOpened: {"explanation": ""},
    content.VoteCast: {"reason": ""},
    content.ContentStateChanged: {"reason": ""},
    content.ContentScheduled: {},
    media.MediaAdded: {},
    review.StageOpened: {},
    review.StageClosed: {},
    review.StageReminded: {},
    review.SeatsChanged: {},
    review.ContentDescribed: {"tags": ()},
    review.GlassBroken: {"reason": ""},
    review.DebtOpened: {},
    review.DebtOverdue: {},
    review.DebtSettled: {"reason": ""},
    review.ReviewLinkIssued: {},
    review.ReviewLinkEnded: {},
    trust.TrustNoted: {},
    corrections.CorrectionReported: {"what_was_wrong": ""},
    corrections.CorrectionAssessed: {},
    corrections.CorrectionDrafted: {"what_was_wrong": "", "what_is_right": "", "words": ()},
    corrections.CorrectionStateChanged: {"reason": ""},
    corrections.CorrectionTaskSet: {},
    corrections.CorrectionTaskSettled: {"reason": ""},
    corrections.CorrectionTaskOverdue: {},
    holds.LegalHoldSet: {"matter": "", "reason": ""},
    holds.LegalHoldLifted: {"reason": ""},
    deliveries.DeliveryPlanned: {},
    deliveries.DeliveryDue: {},
    deliveries.AttemptBegan: {},
    deliveries.AttemptEnded: {"detail": ""},
    deliveries.DeliveryStateChanged: {"reason": ""},
    deliveries.DeliveryHeld: {"reason": ""},
    deliveries.PublishingStopped: {"reason": ""},
    deliveries.PublishingResumed: {"reason": ""},
}
"""Every type of fact that reporting reads -> its personal fields with what stands there instead."""


def redacted(fact: Fact) -> Fact:
    """The fact as the log keeps it. LookupError names a type that the table does not know."""
    try:
        blanks = PERSONAL[type(fact)]
    except KeyError:
        raise LookupError(f"say in PERSONAL what is personal in {type(fact).__name__}") from None
    return msgspec.structs.replace(fact, **blanks) if blanks else fact
