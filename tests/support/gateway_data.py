"""Hand-made documents in the shape of the read contracts, for tests of the gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
Doc = dict[str, Any]


def at(minutes: float) -> datetime:
    """A moment of the tests' day."""
    return START + timedelta(minutes=minutes)


def an_organization(org: str = "org-a", **changes: Any) -> Doc:
    """One organization; its document carries its own id."""
    made = {"slug": org, "name": f"Name of {org}", "time_zone": "UTC", "created_at": START}
    return {"_id": org, "org_id": org, **made, **changes}


def a_unit(ident: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {"name": f"Unit {ident}", "parent_id": None, "time_zone": "UTC", "created_at": START}
    return {"_id": ident, "org_id": org, **made, **changes}


def a_person(ident: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "account_id": f"account-{ident}",
        "email": f"{ident}@example.org",
        "name": f"Person {ident}",
        "unit_id": None,
        "is_active": True,
        "created_at": START,
    }
    return {"_id": ident, "org_id": org, **made, **changes}


def a_grant(person: str, role: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "person_id": person,
        "role": role,
        "scope": "organization",
        "scope_id": org,
        "starts_at": None,
        "ends_at": None,
        "is_revoked": False,
        "created_at": START,
    }
    scope = changes.get("scope_id", org)
    return {"_id": f"grant-{person}-{role}-{scope}", "org_id": org, **made, **changes}


def a_channel(ident: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "platform": "mastodon",
        "name": f"Channel {ident}",
        "handle": f"@{ident}",
        "base_url": "https://social.example",
        "unit_id": "unit-1",
        "steward_id": "ann",
        "deputy_ids": ["bob"],
        "state": "active",
        "health": {"state": "ok", "detail": "", "since": START, "next_try_at": None},
        "can_publish": True,
        "text_limit": 500,
        "created_at": START,
    }
    return {"_id": ident, "org_id": org, **made, **changes}


def a_conversation(ident: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "rev": 1,
        "channel_id": "chan-1",
        "unit_id": "unit-1",
        "state": "open",
        "preview": f"Hello from {ident}",
        "mention_count": 1,
        "opened_at": START,
        "last_message_at": START,
        "assignee_id": None,
        "claimed_by_id": None,
        "claim_until": None,
        "clock": {
            "kind": "first",
            "state": "running",
            "started_at": START,
            "due_at": at(24 * 60),
            "stopped_at": None,
            "credited_to": None,
        },
        "merged_into_id": None,
        "routed_by": "channel",
        "updated_at": START,
    }
    return {"_id": ident, "org_id": org, **made, **changes}


def a_mention(ident: str, conversation: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "conversation_id": conversation,
        "channel_id": "chan-1",
        "external_id": f"ext-{ident}",
        "direction": "incoming",
        "kind": "mention",
        "author": {"external_id": "x", "handle": "@pub", "name": "Public", "url": ""},
        "text": f"Text of {ident}",
        "url": "",
        "language": "en",
        "in_reply_to": None,
        "attachments": [{"url": "https://media.example/1", "type": "image", "description": "a"}],
        "is_deleted": False,
        "posted_at": START,
        "arrived_at": START,
        "stored_at": START,
    }
    return {"_id": ident, "org_id": org, **made, **changes}


def a_content_item(ident: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {
        "rev": 3,
        "kind": "post",
        "state": "draft",
        "author_id": "ann",
        "co_author_ids": ["bob"],
        "unit_id": "unit-1",
        "channel_ids": ["chan-1"],
        "conversation_id": None,
        "topic_risk": "R2",
        "variants": [{"channel_id": "chan-1", "text": "Words", "media": []}],
        "version": 0,
        "version_hash": None,
        "round_id": None,
        "findings": [],
        "explanation": "",
        "due_at": None,
        "wall_time": None,
        "time_zone": None,
        "machine_written": False,
        "created_at": START,
        "updated_at": START,
    }
    return {"_id": ident, "org_id": org, **made, **changes}


def a_day(day: str, org: str = "org-a", **changes: Any) -> Doc:
    made = {"day": day, "channel_id": "chan-1", "unit_id": "unit-1", "slot": 0}
    found = {**made, "counts": {}, "seconds": {}, **changes}
    ident = "/".join(str(found[k]) for k in ("day", "channel_id", "unit_id", "slot"))
    return {"_id": f"{org}/{ident}", "org_id": org, **found}
