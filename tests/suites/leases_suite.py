"""What leases promise, over the database and in memory alike.

A subclass gives ``leases`` and ``expire(seconds)``, which returns when that much time is over.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chassis.leases import Leases

Expire = Callable[[float], None]


class LeasesSuite:
    """Inherit it and provide the two fixtures."""

    @pytest.fixture
    def leases(self) -> Leases:
        raise NotImplementedError

    @pytest.fixture
    def expire(self) -> Expire:
        raise NotImplementedError

    def test_only_one_holds_it(self, leases: Leases) -> None:
        held = leases.acquire("relay", "a", 30)
        assert held is not None
        assert (held.owner, held.fence) == ("a", 1)
        assert leases.acquire("relay", "b", 30) is None
        other = leases.acquire("sealer", "b", 30)
        assert other is not None
        assert other.fence == 1

    def test_the_holder_keeps_its_fence_while_it_holds_on(self, leases: Leases) -> None:
        first = leases.acquire("relay", "a", 5)
        again = leases.acquire("relay", "a", 30)
        assert first is not None
        assert again is not None
        assert again.fence == first.fence
        assert again.until > first.until
        longer = leases.renew(again, 60)
        assert longer is not None
        assert longer.until > again.until

    def test_every_new_holder_has_a_higher_fence(self, leases: Leases, expire: Expire) -> None:
        first = leases.acquire("relay", "a", 0.05)
        expire(0.1)
        second = leases.acquire("relay", "b", 30)
        assert first is not None
        assert second is not None
        assert second.fence > first.fence
        assert leases.renew(first, 30) is None
        leases.release("relay", "a")
        assert leases.acquire("relay", "c", 30) is None

    def test_an_expired_hold_is_a_new_one_for_its_old_owner_too(
        self, leases: Leases, expire: Expire
    ) -> None:
        first = leases.acquire("relay", "a", 0.05)
        expire(0.1)
        assert first is not None
        assert leases.renew(first, 30) is None
        again = leases.acquire("relay", "a", 30)
        assert again is not None
        assert again.fence == first.fence + 1

    def test_a_released_lease_is_free_at_once(self, leases: Leases) -> None:
        leases.acquire("relay", "a", 30)
        leases.release("relay", "a")
        taken = leases.acquire("relay", "b", 30)
        assert taken is not None
        assert taken.fence == 2

    def test_owners_are_plain_text(self, leases: Leases) -> None:
        held = leases.acquire("$relay", "$owner", 30)
        assert held is not None
        assert held.owner == "$owner"
        assert leases.acquire("$relay", "$other", 30) is None
