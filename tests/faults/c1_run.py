"""C1: whoever wrote reads it back, through whichever gateway and worker answers."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from time import monotonic

from tests.faults.gateways import Callers, Gateway
from tests.support.api import Api
from tests.support.programs import Tenant

WRITERS = 6
LAG_LIMIT = 2.0
ITEM = "query($id: ID!) { contentItem(id: $id) { rev state variants { text } } }"
ITEMS = """query($unit: ID!) { contentItems(first: 100, filter: {unitId: $unit},
    sort: {field: UPDATED_AT, direction: DESC}) { nodes { id rev } } }"""
UNIT = "query($id: ID!) { unit(id: $id) { name } }"
PERMISSIONS = "{ viewer { permissions } }"


@dataclass
class Readings:
    """What was read back."""

    reads: int = 0
    stale: list[str] = field(default_factory=list)
    lag_reads: int = 0
    longest_lag: float = 0.0
    late: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_clean(self) -> bool:
        """Nothing stale, nothing later than it may be, and something was read at all."""
        return not self.stale and not self.late and self.reads > 0

    def exact(self, what: str, wanted: object, found: object) -> None:
        """A field that may not lag."""
        with self.lock:
            self.reads += 1
            if wanted != found:
                self.stale.append(f"{what}: wrote {wanted!r}, read {found!r}")

    def lagged(self, what: str, seconds: float) -> None:
        """A field that may."""
        with self.lock:
            self.lag_reads += 1
            self.longest_lag = max(self.longest_lag, seconds)
            if seconds > LAG_LIMIT:
                self.late.append(f"{what}: {seconds:.2f} s")

    def told(self) -> str:
        """One line."""
        return (
            f"{self.reads} exact reads, {len(self.stale)} stale; {self.lag_reads} reads of fields"
            f" that may lag, the longest {self.longest_lag:.2f} s"
        )


@dataclass
class Writer:
    """One person with a unit of their own, who writes through one gateway and reads through any."""

    tenant: Tenant
    gateways: tuple[Gateway, ...]
    unit: str
    channel: str
    readings: Readings
    number: int = 0

    def act(self, dice: random.Random) -> None:
        """One round: draft, edit, abandon, rename; each is read back at once."""
        self.number += 1
        item = self._draft(dice)
        rev = self._edit(item, dice)
        self._abandon(item, rev, dice)
        self._rename(dice)

    def _api(self, dice: random.Random) -> Api:
        """A connection of its own, so that any worker may answer."""
        return Api(dice.choice(self.gateways).url, self.tenant.admin.api.token)

    def _variants(self, text: str) -> list[dict[str, str]]:
        return [{"channelId": self.channel, "text": text}]

    def _draft(self, dice: random.Random) -> str:
        text = f"Draft {self.unit} {self.number}"
        given = {"unitId": self.unit, "variants": self._variants(text)}
        made = self._api(dice).done("contentDraft", given, "contentItem { id }")
        item = str(made["contentItem"]["id"])
        found = self._api(dice).ask(ITEM, id=item)["contentItem"]
        self.readings.exact("draft", text, found and found["variants"][0]["text"])
        nodes = self._api(dice).ask(ITEMS, unit=self.unit)["contentItems"]["nodes"]
        self.readings.exact("list", item, nodes[0]["id"] if nodes else None)
        return item

    def _edit(self, item: str, dice: random.Random) -> int:
        text = f"Edit {self.number} {dice.random()}"
        rev = self._api(dice).ask(ITEM, id=item)["contentItem"]["rev"]
        given = {"contentId": item, "rev": rev, "variants": self._variants(text)}
        wrote = self._api(dice).done("contentEdit", given, "contentItem { rev }")["contentItem"]
        found = self._api(dice).ask(ITEM, id=item)["contentItem"]
        self.readings.exact(
            "edit", (wrote["rev"], text), (found["rev"], found["variants"][0]["text"])
        )
        return int(wrote["rev"])

    def _abandon(self, item: str, rev: int, dice: random.Random) -> None:
        given = {"contentId": item, "reason": "only a test of reading"}
        wrote = self._api(dice).done("contentAbandon", given, "contentItem { rev state }")
        found = self._api(dice).ask(ITEM, id=item)["contentItem"]
        after = wrote["contentItem"]
        self.readings.exact("state", (after["rev"], after["state"]), (found["rev"], found["state"]))
        self.readings.exact("order", True, found["rev"] > rev)

    def _rename(self, dice: random.Random) -> None:
        name = f"Unit {self.number} {dice.random()}"
        self._api(dice).done("unitChange", {"unitId": self.unit, "name": name}, "unit { id }")
        wrote = monotonic()
        for gateway in self.gateways:
            api = Api(gateway.url, self.tenant.admin.api.token)
            while api.ask(UNIT, id=self.unit)["unit"]["name"] != name:
                if monotonic() - wrote > 10 * LAG_LIMIT:
                    break
            self.readings.lagged("unit name", monotonic() - wrote)


def run(
    tenant: Tenant, gateways: tuple[Gateway, ...], *, reads: int, seconds: float, seed: int
) -> Readings:
    """Write and read until that many exact reads were made, or the time is over."""
    readings, callers = Readings(), Callers()
    channel = tenant.mastodon(tenant.unit("Press"), tenant.slug.replace("-", "_"))
    for number in range(WRITERS):
        writer = Writer(tenant, gateways, tenant.unit(f"Writer {number}"), channel, readings)
        callers.start(writer.act, seed * 1_000 + number)
    deadline = monotonic() + seconds
    while readings.reads < reads and monotonic() < deadline:
        if callers.until.wait(0.2):
            break
    callers.stop()
    return readings
