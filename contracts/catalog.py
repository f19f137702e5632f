"""Imports every module that registers facts, commands or views, so that the registries are whole."""

from contracts import flow, ingest
from contracts.views import calendar as _calendar_views
from contracts.views import corrections as _correction_views
from contracts.views import flow as _flow_views
from contracts.views import ingest as _ingest_views
from contracts.views import media as _media_views
from contracts.views import policies as _policy_views
from contracts.views import publishing as _publishing_views
from contracts.views import reporting as _reporting_views
from contracts.views import review as _review_views
from contracts.views import trust as _trust_views
from contracts.views import workflow as _workflow_views
from contracts.workflow import (
    calendar,
    channels,
    content,
    content_v1,
    conversations,
    corrections,
    deliveries,
    holds,
    media,
    organizations,
    policies,
    profiles,
    review,
    trust,
)

__all__ = [
    "calendar",
    "channels",
    "content",
    "content_v1",
    "conversations",
    "corrections",
    "deliveries",
    "flow",
    "holds",
    "ingest",
    "media",
    "organizations",
    "policies",
    "profiles",
    "review",
    "trust",
]
_VIEW_MODULES = (
    _calendar_views,
    _correction_views,
    _flow_views,
    _ingest_views,
    _media_views,
    _policy_views,
    _publishing_views,
    _reporting_views,
    _review_views,
    _trust_views,
    _workflow_views,
)
