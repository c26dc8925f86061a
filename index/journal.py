"""What undoes a repair, as it is kept beside it."""

import json
from typing import Any

from index.connection import Database, Row
from index.meetings import turn_of, turn_row
from models.repair import Change, Cut

_CITE = """
    UPDATE evidence SET turn_start = :turn_start, char_start = :char_start,
        turn_end = :turn_end, char_end = :char_end
    WHERE id = :id"""


class Before:
    """How a meeting was before a repair, as far as the repair touched it."""

    def __init__(
        self,
        *,
        change: Change,
        evidence: list[Row],
        looks: dict[int, str | None],
        look: str | None,
        organisations: list[int],
    ) -> None:
        self.change = change
        self.evidence = evidence
        """Where items cited the turns: an undoing finds the very characters again."""
        self.looks = looks
        """Of the items that the repair asked a look for."""
        self.look = look
        """Why it asked; none where it did not, or was made before this was kept."""
        self.organisations = organisations
        """People of whom nobody had said where they work."""

    def as_text(self) -> str:
        turns = [
            {"position": at, "label": turn.speaker, **turn_row(turn, 0)} for at, turn in self.change.turns.items()
        ]
        shape = {
            "turns": turns,
            "names": self.change.names,
            "joined": [self.change.joined.turn, self.change.joined.at] if self.change.joined else None,
            "stale": sorted(self.change.stale),
            "evidence": self.evidence,
            "looks": list(self.looks.items()),
            "look": self.look,
            "organisations": self.organisations,
        }
        return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str, what: str) -> "Before":
        shape: dict[str, Any] = json.loads(text)
        change = Change(
            what=what,
            turns={row["position"]: turn_of(row, row["label"]) for row in shape["turns"]},
            names={label: (name[0], name[1]) if name else None for label, name in shape["names"].items()},
            joined=Cut(turn=shape["joined"][0], at=shape["joined"][1]) if shape["joined"] else None,
            stale=frozenset(shape["stale"]),
        )
        return cls(
            change=change,
            evidence=shape["evidence"],
            looks=dict(shape["looks"]),
            look=shape.get("look"),
            organisations=shape["organisations"],
        )

    def take_organisations(self, db: Database) -> None:
        """First of all, as names are looked for with them."""
        sql = "UPDATE OR IGNORE person SET organisation_id = NULL WHERE id IN (SELECT value FROM json_each(?))"
        db.conn.execute(sql, (json.dumps(self.organisations),))

    def put_back(self, db: Database) -> None:
        """What a change by itself does not say; of what is gone meanwhile there is nothing to put back."""
        for row in self.evidence:
            db.conn.execute(_CITE, row)
        for item_id, look in self.looks.items():
            # one that was looked at since needs no other
            db.conn.execute("UPDATE item SET look = ? WHERE id = ? AND look IS NOT NULL", (look, item_id))
