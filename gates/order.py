"""The order in which gates can be judged when some wait for others, and which of them wait in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

# project slug, gate slug
GateKey = tuple[str, str]
Edges = Callable[[GateKey], Sequence[GateKey]]


class _Walk:
    """The bookkeeping of one walk: discovery numbers, the lowest number reachable, and the gates not yet in a group."""

    def __init__(self) -> None:
        self.number: dict[GateKey, int] = {}
        self.low: dict[GateKey, int] = {}
        self.open: list[GateKey] = []
        self.is_open: set[GateKey] = set()

    def enter(self, key: GateKey) -> None:
        self.number[key] = self.low[key] = len(self.number)
        self.open.append(key)
        self.is_open.add(key)

    def close(self, key: GateKey) -> tuple[GateKey, ...]:
        """Take the finished group that began with `key`."""
        start = self.open.index(key)
        group = tuple(self.open[start:])
        del self.open[start:]
        self.is_open.difference_update(group)
        return group


def dependency_groups(starts: Iterable[GateKey], edges: Edges) -> list[tuple[GateKey, ...]]:
    """Groups of gates, each after everything it waits for. A group of more than one is a circle.

    These are the strongly connected components (Tarjan 1972), found without recursion, so a chain may be of any
    length; the answer for a gate does not depend on where the walk began.
    """
    walk = _Walk()
    groups: list[tuple[GateKey, ...]] = []
    for start in starts:
        if start in walk.number:
            continue
        if all(before in walk.number for before in edges(start)):  # between two walks every gate seen is in its group
            walk.number[start] = walk.low[start] = len(walk.number)
            groups.append((start,))
        else:
            groups.extend(_groups_from(start, edges, walk=walk))
    return groups


def _groups_from(start: GateKey, edges: Edges, *, walk: _Walk) -> Iterator[tuple[GateKey, ...]]:
    walk.enter(start)
    stack = [(start, iter(edges(start)))]
    while stack:
        key, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            stack.pop()
            if stack:
                above = stack[-1][0]
                walk.low[above] = min(walk.low[above], walk.low[key])
            if walk.low[key] == walk.number[key]:
                yield walk.close(key)
        elif child not in walk.number:
            walk.enter(child)
            stack.append((child, iter(edges(child))))
        elif child in walk.is_open:
            walk.low[key] = min(walk.low[key], walk.number[child])
