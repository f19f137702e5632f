"""The base of every stored aggregate: what the unit of work writes into each document."""

from __future__ import annotations

from typing import Any, ClassVar

import mongoengine as me


class TenantDocument(me.Document):
    """``_id``, organization, revision, last sequence and version of the shape.

    Indexes are declared in ``meta["indexes"]``, start with ``org_id`` and are built by ``prepare``.
    """

    meta: ClassVar[dict[str, Any]] = {"abstract": True, "auto_create_index": False}

    id = me.StringField(primary_key=True)
    org_id = me.StringField(required=True)
    rev = me.IntField(required=True)
    seq = me.IntField(required=True)
    v = me.IntField(required=True)
