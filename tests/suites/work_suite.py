"""What a unit of work promises, over the database and over the twin in memory alike.

A subclass gives ``factory`` and ``rows`` (everything a collection holds, in the order of ids).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chassis.errors import Conflict, Refusal, RefusalCode
from chassis.ports import Change
from contracts.facts import decode
from contracts.workflow.conversations import ConversationMerged
from tests.support.storage import (
    ACME,
    GLOBEX,
    MOMENT,
    Colour,
    Rows,
    Size,
    Thing,
    a_person,
    a_thing,
    added,
    changed,
)


class WorkSuite:
    """Inherit it and provide the two fixtures."""

    @pytest.fixture
    def factory(self) -> Any:
        raise NotImplementedError

    @pytest.fixture
    def rows(self, factory: Any) -> Rows:
        raise NotImplementedError

    def _add(self, factory: Any, *things: Thing) -> list[Thing]:
        def use(work: Any) -> list[Thing]:
            return [work.add(thing, added(thing)) for thing in things]

        stored: list[Thing] = factory.run(a_person(things[0].org_id), things[0].org_id, use)
        return stored

    def test_what_was_added_comes_back_as_it_was(self, factory: Any) -> None:
        thing = a_thing(
            colour=Colour.BLUE,
            size=Size(width=3, label="ü"),
            tags=("a", "b"),
            sizes=(Size(width=2**40),),
            seen_at=MOMENT,
            payload=b"\x00\xff",
        )
        (stored,) = self._add(factory, thing)
        assert stored == msgspec.structs.replace(thing, rev=1, seq=1)
        assert factory.reader(ACME).get(Thing, thing.id) == stored

    def test_a_write_comes_with_its_audit_entry_and_its_facts(
        self, factory: Any, rows: Rows
    ) -> None:
        (thing,) = self._add(factory, a_thing())

        def use(work: Any) -> None:
            again = msgspec.structs.replace(work.get(Thing, thing.id), count=5)
            work.save(again, changed(again), changed(again), reason="because")

        factory.run(a_person(), ACME, use)
        assert [row["sequence"] for row in _by_sequence(rows)] == [1, 2, 3]
        assert [row["type"] for row in _by_sequence(rows)][1:] == [
            "rostrum.workflow.UnitChanged.v1"
        ] * 2
        first, second = rows("audit_entries")
        assert (first["rev_before"], first["rev_after"], first["reason"]) == (0, 1, "")
        assert (second["rev_before"], second["rev_after"], second["reason"]) == (1, 2, "because")
        assert second["actor"]["person_id"] == "person-1"
        assert second["hash"] != first["hash"]
        assert not second["sealed"]
        assert second["aggregate_id"] == thing.id
        assert second["kind"] == "things"
        assert second["at"] == MOMENT

    def test_a_row_of_the_outbox_is_a_whole_fact(self, factory: Any, rows: Rows) -> None:
        (thing,) = self._add(factory, a_thing())
        (row,) = rows("outbox")
        assert decode(row["type"], row["body"]) == added(thing)
        assert row["topic"] == "workflow.organizations"
        assert row["key"] == f"{ACME}/{thing.id}".encode()
        assert (row["org_id"], row["aggregate_id"]) == (ACME, thing.id)
        assert row["created_at"] == row["time"] == MOMENT
        assert row["sent_at"] is None

    def test_a_refusal_leaves_nothing_behind(self, factory: Any, rows: Rows) -> None:
        def use(work: Any) -> None:
            work.add(a_thing(), added(a_thing()))
            work.start_timer("clock", "one", MOMENT)
            raise Refusal(RefusalCode.WRONG_STATE, "no")

        with pytest.raises(Refusal, match="no"):
            factory.run(a_person(), ACME, use)
        for name in ("things", "outbox", "audit_entries", "timers"):
            assert rows(name) == []

    def test_a_unique_key_that_is_taken_is_a_refusal(self, factory: Any, rows: Rows) -> None:
        self._add(factory, a_thing())
        with pytest.raises(Refusal) as caught:
            self._add(factory, a_thing(name="two"), a_thing(id="another"))
        assert caught.value.code is RefusalCode.ALREADY_EXISTS
        assert caught.value.data["fields"] == ["name"]
        assert len(rows("things")) == len(rows("audit_entries")) == 1

    def test_catching_that_refusal_does_not_save_the_transaction(
        self, factory: Any, rows: Rows
    ) -> None:
        self._add(factory, a_thing())

        def use(work: Any) -> str:
            try:
                work.add(a_thing(id="another"))
            except Refusal:
                return "went on"
            return "was stored"

        with pytest.raises(Refusal, match="same name"):
            factory.run(a_person(), ACME, use)
        assert len(rows("things")) == 1

    def test_the_same_name_in_another_organization_is_free(self, factory: Any) -> None:
        self._add(factory, a_thing())
        (other,) = self._add(factory, a_thing(org_id=GLOBEX))
        assert other.rev == 1

    def test_an_id_of_another_organization_is_not_found(self, factory: Any) -> None:
        (thing,) = self._add(factory, a_thing())
        for ident in (thing.id, "nowhere"):
            with pytest.raises(Refusal) as caught:
                factory.run(a_person(GLOBEX), GLOBEX, lambda work, at=ident: work.get(Thing, at))
            assert caught.value.code is RefusalCode.NOT_FOUND
            assert caught.value.sentence == f"There is no Thing {ident!r}."

    def test_an_entity_of_another_organization_cannot_be_written(self, factory: Any) -> None:
        (thing,) = self._add(factory, a_thing())
        for write in ("save", "remove", "add"):
            entity = thing if write != "add" else a_thing()
            with pytest.raises(Refusal, match="There is no Thing"):
                factory.run(
                    a_person(GLOBEX),
                    GLOBEX,
                    lambda work, name=write, it=entity: getattr(work, name)(it),
                )

    def test_a_stale_revision_is_run_again_from_its_reads(self, factory: Any) -> None:
        (thing,) = self._add(factory, a_thing())
        runs: list[int] = []

        def use(work: Any) -> Thing:
            found: Thing = work.get(Thing, thing.id)
            runs.append(found.count)
            if len(runs) == 1:
                raise Conflict("somebody was faster")
            saved: Thing = work.save(msgspec.structs.replace(found, count=found.count + 1))
            return saved

        assert factory.run(a_person(), ACME, use).count == 1
        assert runs == [0, 0]

    def test_a_revision_that_stays_stale_is_a_conflict(self, factory: Any) -> None:
        (thing,) = self._add(factory, a_thing())
        stale = msgspec.structs.replace(thing, rev=7)
        with pytest.raises(Conflict):
            factory.run(a_person(), ACME, lambda work: work.save(stale))
        with pytest.raises(Conflict):
            factory.run(a_person(), ACME, lambda work: work.remove(stale))

    def test_a_stored_entity_cannot_be_added(self, factory: Any) -> None:
        (thing,) = self._add(factory, a_thing())
        with pytest.raises(ValueError, match="save it"):
            factory.run(a_person(), ACME, lambda work: work.add(thing))

    def test_a_removed_row_is_gone_and_its_entry_has_no_hash(
        self, factory: Any, rows: Rows
    ) -> None:
        (thing,) = self._add(factory, a_thing())
        factory.run(a_person(), ACME, lambda work: work.remove(thing, reason="over"))
        assert rows("things") == []
        last = rows("audit_entries")[-1]
        assert (last["rev_before"], last["rev_after"]) == (1, 2)
        assert last["hash"] is None
        assert last["reason"] == "over"

    def test_a_unit_of_work_reads_what_it_wrote(self, factory: Any) -> None:
        def use(work: Any) -> Any:
            thing = work.add(a_thing())
            return work.first(Thing, name="one"), thing

        found, thing = factory.run(a_person(), ACME, use)
        assert found == thing

    def test_find_compares_orders_and_limits(self, factory: Any) -> None:
        things = [
            a_thing(name=name, count=count, colour=colour, size=Size(label=name))
            for name, count, colour in [
                ("b", 1, Colour.RED),
                ("a", 2, Colour.BLUE),
                ("c", 1, Colour.BLUE),
            ]
        ]
        self._add(factory, *things)
        self._add(factory, a_thing(org_id=GLOBEX, name="a"))

        def names(**query: Any) -> list[str]:
            return [one.name for one in factory.reader(ACME).find(Thing, **query)]

        assert names(order="name") == ["a", "b", "c"]
        assert names(order="-name", limit=2) == ["c", "b"]
        assert names(order="name", colour=Colour.BLUE) == ["a", "c"]
        assert names(order="name", name=["b", "c", "x"]) == ["b", "c"]
        assert names(name=()) == []
        assert names(size__label="b") == ["b"]
        assert sorted(names(count=1)) == ["b", "c"]
        assert names() == [one.name for one in sorted(things, key=lambda one: one.id)]
        assert factory.reader(ACME).first(Thing, name="z") is None

    def test_ties_are_in_the_order_of_ids(self, factory: Any) -> None:
        things = [a_thing(name=name) for name in "abcdef"]
        self._add(factory, *things)
        found = factory.reader(ACME).find(Thing, order="-count")
        assert [one.id for one in found] == sorted(one.id for one in things)

    def test_an_unknown_field_is_a_bug(self, factory: Any) -> None:
        with pytest.raises(Exception, match="colou"):
            factory.reader(ACME).find(Thing, colou="red")

    def test_facts_of_two_topics_cannot_share_a_sequence(self, factory: Any) -> None:
        thing = a_thing()
        other = ConversationMerged(conversation_id=thing.id, into_id="other")
        with pytest.raises(ValueError, match="more than one topic"):
            factory.run(a_person(), ACME, lambda work: work.add(thing, added(thing), other))

    def test_a_timer_moves_when_started_again_and_stops(self, factory: Any, rows: Rows) -> None:
        later = MOMENT + timedelta(hours=1)

        def start(work: Any) -> None:
            work.start_timer("clock", "s1", MOMENT)
            work.start_timer("clock", "s1", later)
            work.start_timer("other", "s1", later)
            work.start_timer("clock", "s2", later)

        factory.run(a_person(), ACME, start)
        assert {(row["kind"], row["subject_id"]) for row in rows("timers")} == {
            ("clock", "s1"),
            ("other", "s1"),
            ("clock", "s2"),
        }
        assert {row["due_at"] for row in rows("timers")} == {later}
        factory.run(a_person(GLOBEX), GLOBEX, lambda work: work.stop_timers("s1"))
        assert len(rows("timers")) == 3
        factory.run(a_person(), ACME, lambda work: work.stop_timers("s1", "clock"))
        assert len(rows("timers")) == 2
        factory.run(a_person(), ACME, lambda work: work.stop_timers("s1"))
        assert [row["subject_id"] for row in rows("timers")] == ["s2"]

    def test_the_actor_the_moment_and_the_organization_are_given(self, factory: Any) -> None:
        seen = factory.run(a_person(), ACME, lambda w: (w.actor, w.now, w.org_id, w.ids.new()))
        assert seen[:3] == (a_person(), MOMENT, ACME)
        assert seen[3]

    def test_a_batch_writes_many_organizations_at_once(self, factory: Any, rows: Rows) -> None:
        (known,) = self._add(factory, a_thing())

        def use(batch: Any) -> None:
            found = batch.load(Thing, ACME, [known.id, "nowhere"])
            assert list(found) == [known.id]
            assert batch.load(Thing, ACME, []) == {}
            assert [one.id for one in batch.find(Thing, ACME, name=["one"])] == [known.id]
            new = a_thing(org_id=GLOBEX, name="new")
            old = msgspec.structs.replace(found[known.id], count=9)
            batch.write(
                [
                    Change(entity=new, facts=(added(new),), is_new=True),
                    Change(entity=old, facts=(changed(old), changed(old)), reason="batch"),
                ]
            )
            batch.single(GLOBEX).start_timer("clock", new.id, batch.now)

        factory.run_batch(use)
        assert {(row["org_id"], row["rev"], row["seq"]) for row in rows("things")} == {
            (ACME, 2, 3),
            (GLOBEX, 1, 1),
        }
        assert len(rows("outbox")) == 4
        assert len(rows("audit_entries")) == 3
        assert rows("audit_entries")[-1]["actor"]["account_id"] in {"storage", "account-1"}
        assert len(rows("timers")) == 1

    def test_a_batch_that_lost_one_race_writes_nothing(self, factory: Any, rows: Rows) -> None:
        (known,) = self._add(factory, a_thing())
        stale = msgspec.structs.replace(known, rev=4)
        taken = a_thing(id="another")
        for change in (Change(entity=stale), Change(entity=taken, is_new=True)):
            fresh = Change(entity=a_thing(name="fresh"), is_new=True)
            with pytest.raises(Conflict):
                factory.run_batch(lambda batch, it=change, new=fresh: batch.write([new, it]))
        assert len(rows("things")) == len(rows("audit_entries")) == 1

    def test_a_batch_works_singly_too(self, factory: Any) -> None:
        def use(batch: Any) -> Thing:
            thing: Thing = batch.single(ACME).add(a_thing(), added(a_thing()))
            return thing

        assert factory.run_batch(use).rev == 1
        assert factory.reader(ACME).first(Thing, name="one").seq == 1

    def test_times_are_kept_to_the_millisecond(self, factory: Any) -> None:
        fine = datetime(2026, 1, 1, 0, 0, 0, 123_456, tzinfo=UTC)
        (thing,) = self._add(factory, a_thing(seen_at=fine))
        found = factory.reader(ACME).get(Thing, thing.id)
        assert found.seen_at == fine.replace(microsecond=123_000)


def _by_sequence(rows: Rows) -> list[dict[str, Any]]:
    return sorted(rows("outbox"), key=lambda row: row["sequence"])
