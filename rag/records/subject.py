"""Whom a question is about: links turned into records, same things joined, the rest narrowed by what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.fields.folding import fold
from rag.records.link import Link, Links
from rag.records.record import Record, RecordReader
from rag.store.facts import StoredEntity


@dataclass(frozen=True)
class Named:
    """A link with the things it may mean; more than one is an ambiguity the asked field may resolve."""

    link: Link
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Subjects:
    """`named` in the order of the question; `scope` are entities that only say where ("in churn-uplift")."""

    named: tuple[Named, ...] = ()
    scope: tuple[StoredEntity, ...] = ()
    around: tuple[Link, ...] = ()

    @property
    def links(self) -> tuple[Link, ...]:
        """Every naming that is understood, also those that only say where."""
        named = [named.link for named in self.named]
        return tuple(named + [link for link in self.around if link.start not in {other.start for other in named}])


def subjects_of(links: Links, *, reader: RecordReader) -> Subjects:
    """Plain single words count only where nothing stronger is named, or as a part of it."""
    strong = [link for link in links.found if not link.weak] or list(links.found)
    weak = [link for link in links.found if link not in strong]
    projects = [link for link in weak if all(entity.kind == "project" for entity in link.entities)]
    parts = [part for link in weak if (part := _inside(link, [*strong, *projects]))]
    narrowed = [_inside(link, [other for other in (*strong, *projects) if other is not link]) for link in strong]
    inner = [part for part in narrowed if part is not None]
    chosen = sorted([*parts, *inner], key=lambda link: link.start)
    if chosen:
        outer = [*projects, *(link for link, part in zip(strong, narrowed, strict=True) if part is None)]
        people = [link for link in outer if all(entity.kind == "person" for entity in link.entities)]
        scope = tuple(entity for link in outer if link not in people for entity in link.entities)
        return Subjects(tuple(_named(link, reader) for link in _in_order(chosen, people)), scope, tuple(outer))
    return Subjects(tuple(_named(link, reader) for link in _distinct_links(strong)), (), tuple(projects))


def _in_order(one: Sequence[Link], other: Sequence[Link]) -> list[Link]:
    return sorted([*one, *other], key=lambda link: link.start)


def _distinct_links(links: Sequence[Link]) -> list[Link]:
    """A thing named twice ("the churn scorer of churn-uplift") is one subject."""
    kept: list[Link] = []
    for link in links:
        if not any(set(link.keys) & set(other.keys) for other in kept):
            kept.append(link)
    return kept


def _inside(link: Link, others: Sequence[Link]) -> Link | None:
    """The link with only those entities that belong to one of the others; None when there are none."""
    around = [entity for other in others for entity in other.entities]
    kept = tuple(entity for entity in link.entities if any(belongs(entity, outer) for outer in around))
    return replace(link, entities=kept) if kept else None


def belongs(entity: StoredEntity, outer: StoredEntity) -> bool:
    """Whether an entity is part of another: below it, or in a document in the folder of that name."""
    if entity.key == outer.key:
        return False
    if entity.key.startswith(outer.key + "/"):
        return True
    folder = f"/{outer.names[0]}/" if outer.names else "//"
    return outer.parent is None and " " not in folder and folder in f"/{entity.key.partition(':')[2]}/"


def _named(link: Link, reader: RecordReader) -> Named:
    groups: list[list[StoredEntity]] = []
    for entity in link.entities:
        home = next((group for group in groups if any(_same(entity, other) for other in group)), None)
        if home is None:
            groups.append([entity])
        else:
            home.append(entity)
    return Named(link, tuple(reader.record(group[0], keys=[entity.key for entity in group]) for group in groups))


def _same(one: StoredEntity, other: StoredEntity) -> bool:
    """Two entries of one thing: the same id and, where both say one, the same title; tasks and rows need a title."""
    if fold(one.names[0]) != fold(other.names[0]):
        return False
    titles = [fold(entity.names[1]) for entity in (one, other) if len(entity.names) > 1]
    if len(titles) == 2:
        return titles[0] == titles[1] or (one.kind == other.kind and _home(one) == _home(other) and _is_id(one))
    return one.kind == other.kind and _home(one) == _home(other)


def _is_id(entity: StoredEntity) -> bool:
    return any(c.isdigit() for c in entity.names[0])


def _home(entity: StoredEntity) -> str:
    """The project folder an entity lives in, or the top entity it is part of."""
    path = entity.key.partition(":")[2]
    parts = path.split("/")
    return parts[1] if parts[0] == "projects" and len(parts) > 1 else parts[0]


def merged_entities(entities: Iterable[StoredEntity]) -> list[tuple[StoredEntity, ...]]:
    """Entities grouped into things, for lists: the same issue in two exports counts once."""
    groups: dict[tuple[str, str, str], list[list[StoredEntity]]] = {}
    for entity in entities:
        if not entity.names:
            continue
        part = "" if entity.parent is None or _is_id(entity) else entity.parent
        bucket = groups.setdefault((fold(entity.names[0]), entity.kind, part), [])
        home = next((group for group in bucket if _same(group[0], entity)), None)
        if home is None:
            bucket.append([entity])
        else:
            home.append(entity)
    return [tuple(group) for bucket in groups.values() for group in bucket]
