"""Stored secrets: credentials sealed with the data key of their organization."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Entity


class DataKey(Entity, frozen=True, kw_only=True):
    """The key of one organization, wrapped by the master key (``wrapped`` is base64).

    ``master`` names the master key that wrapped it, so that a new one can be told from the old.
    """

    wrapped: str
    master: str
    created_at: datetime


class Credential(Entity, frozen=True, kw_only=True):
    """The credentials of one channel; its id is the channel's. ``sealed`` is base64."""

    data_key_id: str
    sealed: str
    sealed_at: datetime
