"""How windows and settings of the calendar, and series of posts, are stored."""

from __future__ import annotations

from typing import Any, Final

import mongoengine as me

from chassis.mongo.documents import TenantDocument
from chassis.mongo.mapping import Mapping
from services.workflow.domain.calendar.series import ContentSeries
from services.workflow.domain.calendar.settings import CalendarSettings
from services.workflow.domain.calendar.window import CalendarWindow


class CalendarWindowDocument(TenantDocument):
    """Few are active at a time; the others are history."""

    meta = {
        "collection": "calendar_windows",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "is_active", "id"),
            ("org_id", "starts_at", "id"),
            ("org_id", "-starts_at", "-id"),
        ],
    }

    kind = me.StringField(required=True)
    scope = me.StringField(required=True)
    scope_id = me.StringField(null=True)
    starts_at = me.DateTimeField(required=True)
    ends_at = me.DateTimeField(required=True)
    starts_wall = me.StringField(required=True)
    ends_wall = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    ends_zone = me.StringField(required=True)
    reason = me.StringField(required=True)
    tags = me.ListField(me.StringField())
    exempt_content_ids = me.ListField(me.StringField())
    exempt_channel_ids = me.ListField(me.StringField())
    exempt_unit_ids = me.ListField(me.StringField())
    added_by = me.StringField(required=True)
    is_active = me.BooleanField(required=True)
    ended_at = me.DateTimeField(null=True)
    ended_by = me.StringField(null=True)
    end_reason = me.StringField()


class CalendarSettingsDocument(TenantDocument):
    """Its id is derived from the organization's."""

    meta = {
        "collection": "calendar_settings",
        "auto_create_index": False,
        "indexes": [("org_id", "id")],
    }

    gap_minutes = me.IntField(required=True)
    reuses_approval = me.BooleanField(required=True)


class ContentSeriesDocument(TenantDocument):
    """What it made are items of their own, found by ``series_id``."""

    meta = {
        "collection": "content_series",
        "auto_create_index": False,
        "indexes": [
            ("org_id", "state", "id"),
            ("org_id", "unit_id", "id"),
        ],
    }

    unit_id = me.StringField(required=True)
    channel_ids = me.ListField(me.StringField(), required=True)
    author_id = me.StringField(required=True)
    state = me.StringField(required=True)
    variants = me.ListField(me.DictField(), required=True)
    rule = me.StringField(required=True)
    wall_time = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    topic_risk = me.StringField(required=True)
    topic = me.StringField()
    tags = me.ListField(me.StringField())
    language = me.StringField()
    lead_days = me.IntField(required=True)
    created_at = me.DateTimeField(required=True)
    made = me.IntField(required=True)
    recent = me.ListField(me.DictField())
    ahead = me.ListField(me.DictField())
    end_reason = me.StringField()


MAPPINGS: Final[list[Mapping[Any]]] = [
    Mapping(CalendarWindow, CalendarWindowDocument),
    Mapping(CalendarSettings, CalendarSettingsDocument),
    Mapping(ContentSeries, ContentSeriesDocument),
]
