"""Credentials under envelope encryption: a data key per organization, wrapped by a master key."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from chassis.ports import Work
from services.ingest.application.ports import Cipher, Reader
from services.ingest.domain.connections.access import merged
from services.ingest.domain.connections.sealed import Credential, DataKey


def keep(work: Work, cipher: Cipher, channel_id: str, *, values: Mapping[str, str]) -> None:
    """Seal the values and store them in place of what was there."""
    key = _data_key(work, cipher)
    plain = msgspec.json.encode(dict(values))
    sealed = cipher.seal(key.wrapped, key.id, place=_place(work, channel_id), plain=plain)
    stored = work.first(Credential, id=channel_id)
    if stored is None:
        fresh = Credential(
            id=channel_id,
            org_id=work.org_id,
            data_key_id=key.id,
            sealed=sealed,
            sealed_at=work.now,
        )
        work.add(fresh)
        return
    work.save(
        msgspec.structs.replace(stored, data_key_id=key.id, sealed=sealed, sealed_at=work.now)
    )


def renew(work: Work, cipher: Cipher, channel_id: str, *, values: Mapping[str, str]) -> None:
    """Add what a platform replaced; an empty value never overwrites a stored one."""
    stored = opened(work, cipher, channel_id)
    if stored is None:
        return
    after = merged(stored, values)
    if after != stored:
        keep(work, cipher, channel_id, values=after)


def opened(reader: Reader, cipher: Cipher, channel_id: str) -> dict[str, str] | None:
    """The values in the clear, None if there are none. They live as long as one call."""
    stored = reader.first(Credential, id=channel_id)
    if stored is None:
        return None
    key = reader.get(DataKey, stored.data_key_id)
    place = _place(reader, channel_id)
    plain = cipher.unseal(key.wrapped, key.id, place=place, sealed=stored.sealed)
    return msgspec.json.decode(plain, type=dict[str, str])


def forget(work: Work, channel_id: str) -> None:
    """Delete them; nothing can open the channel any more."""
    stored = work.first(Credential, id=channel_id)
    if stored is not None:
        work.remove(stored, reason="credentials are forgotten")


def _data_key(work: Work, cipher: Cipher) -> DataKey:
    ident = work.ids.derived("data_key", work.org_id)
    found = work.first(DataKey, id=ident)
    if found is not None:
        return found
    key = DataKey(
        id=ident,
        org_id=work.org_id,
        wrapped=cipher.new_data_key(ident),
        master=cipher.master,
        created_at=work.now,
    )
    return work.add(key)


def _place(reader: Reader | Work, channel_id: str) -> str:
    return f"{reader.org_id}/{channel_id}"
