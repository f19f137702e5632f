"""Imports every module that registers facts, commands or views, so that the registries are whole."""

from contracts import flow, ingest
from contracts.views import flow as _flow_views
from contracts.views import ingest as _ingest_views
from contracts.views import policies as _policy_views
from contracts.views import publishing as _publishing_views
from contracts.views import reporting as _reporting_views
from contracts.views import review as _review_views
from contracts.views import trust as _trust_views
from contracts.views import workflow as _workflow_views
from contracts.workflow import (
    channels,
    content,
    content_v1,
    conversations,
    deliveries,
    organizations,
    policies,
    review,
    trust,
)

__all__ = [
    "channels",
    "content",
    "content_v1",
    "conversations",
    "deliveries",
    "flow",
    "ingest",
    "organizations",
    "policies",
    "review",
    "trust",
]
_VIEW_MODULES = (
    _flow_views,
    _ingest_views,
    _policy_views,
    _publishing_views,
    _reporting_views,
    _review_views,
    _trust_views,
    _workflow_views,
)
