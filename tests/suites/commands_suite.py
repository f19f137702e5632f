"""What the bus of commands promises (rule 4), over the database and in memory alike."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chassis.commands import CommandBus, HandledAnswer, IdempotencyKey
from chassis.errors import Refusal, RefusalCode
from chassis.ports import ActorKind
from contracts.commands import Done
from tests.support.orders import AddThing, CountThings, RaiseThing, a_bus, body
from tests.support.storage import ACME, GLOBEX, Rows, a_person

KEY = IdempotencyKey("key-1")


class CommandsSuite:
    """Inherit it and provide ``factory`` and ``rows``."""

    @pytest.fixture
    def factory(self) -> Any:
        raise NotImplementedError

    @pytest.fixture
    def rows(self, factory: Any) -> Rows:
        raise NotImplementedError

    @pytest.fixture
    def bus(self, factory: Any) -> CommandBus:
        return a_bus(factory)

    def test_a_command_is_answered_with_the_new_state(self, bus: CommandBus) -> None:
        done = _done(bus.handle("AddThing", body(AddThing(name="one")), a_person()))
        assert done.rev == 1
        raised = _done(bus.handle("RaiseThing", body(RaiseThing(thing_id=done.id)), a_person()))
        assert (raised.rev, raised.state) == (2, "1")

    def test_a_repeat_gets_the_stored_answer(self, bus: CommandBus, rows: Rows) -> None:
        order = body(AddThing(name="one"))
        first = bus.handle("AddThing", order, a_person(), KEY)
        again = bus.handle("AddThing", order, a_person(), KEY)
        assert again == msgspec.structs.replace(first, is_repeat=True)
        assert not first.is_repeat
        assert [len(rows(name)) for name in ("things", "outbox", "audit_entries")] == [1, 1, 1]
        (record,) = rows("idempotency")
        assert (record["org_id"], record["account_id"]) == (ACME, "account-1")
        assert (record["command"], record["status"]) == ("AddThing", 200)

    def test_a_repeat_gets_the_stored_refusal_even_if_it_would_pass_now(
        self, bus: CommandBus
    ) -> None:
        thing = _done(bus.handle("AddThing", body(AddThing(name="one")), a_person())).id
        order = body(RaiseThing(thing_id=thing, limit=0))
        first = _refused(bus, "RaiseThing", order, KEY)
        again = _refused(bus, "RaiseThing", order, KEY)
        for refusal in (first, again):
            assert refusal.code is RefusalCode.WRONG_STATE
            assert (refusal.sentence, refusal.field) == ("That is enough.", ("limit",))
            assert refusal.data == {"count": 0}

    def test_a_refused_unique_key_is_kept_as_the_answer(self, bus: CommandBus, rows: Rows) -> None:
        order = body(AddThing(name="one"))
        bus.handle("AddThing", order, a_person())
        for _ in range(2):
            assert _refused(bus, "AddThing", order, KEY).code is RefusalCode.ALREADY_EXISTS
        assert len(rows("things")) == 1

    def test_the_same_key_for_another_body_or_command_is_refused(self, bus: CommandBus) -> None:
        done = _done(bus.handle("AddThing", body(AddThing(name="one")), a_person(), KEY))
        for name, order in [
            ("AddThing", body(AddThing(name="two"))),
            ("RaiseThing", body(RaiseThing(thing_id=done.id))),
        ]:
            refusal = _refused(bus, name, order, KEY)
            assert refusal.code is RefusalCode.IDEMPOTENCY_MISMATCH

    def test_a_key_belongs_to_organization_account_and_alias(
        self, bus: CommandBus, rows: Rows
    ) -> None:
        others = [
            (a_person(GLOBEX), KEY),
            (a_person(account_id="account-2"), KEY),
            (a_person(), IdempotencyKey("key-1", "second")),
        ]
        bus.handle("AddThing", body(AddThing(name="one")), a_person(), KEY)
        for number, (actor, key) in enumerate(others):
            order = body(AddThing(name=f"other {number}"))
            assert not bus.handle("AddThing", order, actor, key).is_repeat
        assert len(rows("idempotency")) == 4

    def test_a_forbidden_command_changes_nothing_and_stays_forbidden(
        self, bus: CommandBus, rows: Rows
    ) -> None:
        actor = a_person(kind=ActorKind.SERVICE)
        for _ in range(2):
            with pytest.raises(Refusal) as caught:
                bus.handle("AddThing", body(AddThing(name="one")), actor, KEY)
            assert caught.value.code is RefusalCode.FORBIDDEN
        assert rows("things") == rows("audit_entries") == []

    def test_an_actor_without_organization_is_told_to_choose(self, bus: CommandBus) -> None:
        with pytest.raises(Refusal) as caught:
            bus.handle("AddThing", body(AddThing(name="one")), a_person(None))
        assert caught.value.code is RefusalCode.ORGANIZATION_NEEDED

    def test_scope_may_come_from_the_command(self, factory: Any, rows: Rows) -> None:
        bus = a_bus(factory, scope_of=lambda command, actor: f"org of {command.name}")
        bus.handle("AddThing", body(AddThing(name="one")), a_person(None), KEY)
        assert rows("things")[0]["org_id"] == "org of one"

    @pytest.mark.parametrize(
        ("name", "order", "code"),
        [
            ("Nothing", b"{}", RefusalCode.UNKNOWN_COMMAND),
            ("AddThing", b"{", RefusalCode.MALFORMED),
            ("AddThing", b"\xff", RefusalCode.MALFORMED),
            ("AddThing", b'{"name": 1}', RefusalCode.INVALID_ARGUMENT),
            ("AddThing", b'{"name": "a", "more": 1}', RefusalCode.INVALID_ARGUMENT),
        ],
    )
    def test_what_is_no_command_is_refused(
        self, bus: CommandBus, name: str, order: bytes, code: RefusalCode
    ) -> None:
        assert _refused(bus, name, order, KEY).code is code

    def test_a_refusal_names_the_field_at_fault(self, bus: CommandBus) -> None:
        assert _refused(bus, "AddThing", b'{"name": 1}', None).field == ("name",)

    def test_a_question_leaves_no_record_and_is_answered_anew(
        self, bus: CommandBus, rows: Rows
    ) -> None:
        question = body(CountThings())
        before = _done(bus.handle("CountThings", question, a_person(), KEY))
        assert rows("idempotency") == []
        bus.handle("AddThing", body(AddThing(name="one")), a_person())
        after = bus.handle("CountThings", question, a_person(), KEY)
        assert (before.state, _done(after).state, after.is_repeat) == ("0", "1", False)

    def test_a_bug_leaves_neither_state_nor_record(self, factory: Any, rows: Rows) -> None:
        def broken(command: Any, work: Any) -> Any:
            raise ZeroDivisionError

        bus = a_bus(factory, handlers={AddThing: broken})
        with pytest.raises(ZeroDivisionError):
            bus.handle("AddThing", body(AddThing(name="one")), a_person(), KEY)
        assert rows("idempotency") == []

    def test_a_refusal_of_the_moment_is_not_kept(self, factory: Any, rows: Rows) -> None:
        def busy(command: Any, work: Any) -> Any:
            raise Refusal(RefusalCode.RATE_LIMITED, "later")

        bus = a_bus(factory, handlers={AddThing: busy})
        assert _refused(bus, "AddThing", body(AddThing(name="one")), KEY).code == "RateLimited"
        assert rows("idempotency") == []


def _done(answer: HandledAnswer) -> Done:
    assert answer.status == 200
    return msgspec.json.decode(answer.body, type=Done)


def _refused(bus: CommandBus, name: str, order: bytes, key: IdempotencyKey | None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        bus.handle(name, order, a_person(), key)
    return caught.value
