"""What a document says of itself, as flat text: one key, one value or a list of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.parse.decode import clean

FACTORY_DATES = {"1601-01-01", "1970-01-01", "1980-01-01", "2000-01-01", "2013-12-23"}
"""Dates that programs write when they know none (epochs, and the templates of common writers)."""

_MAX_KEYS = 200
_MAX_VALUES = 1_000


def meta_of_tree(tree: object) -> dict[str, object]:
    """The scalars and lists of text of a mapping, keys as written, nested keys dotted ("budget.spent").

    Anything but a mapping has no meta. At most 200 keys are kept; `readers` is always among them.
    """
    if not isinstance(tree, Mapping):
        return {}
    found = dict(_readers_first(_flat(tree, "")))
    return dict(list(found.items())[:_MAX_KEYS])


def meta_of_data(tree: object) -> dict[str, object]:
    """What the top level of a data file says of the file: nested values are its content, only `readers` is not."""
    meta = meta_of_tree({k: v for k, v in tree.items() if not _is_nested(k, v)} if isinstance(tree, Mapping) else None)
    return {key: value for key, value in meta.items() if not isinstance(value, str) or len(value) <= _MAX_VALUES}


def text_of(value: object) -> str:
    """A scalar as it would stand in a YAML file, cleaned for showing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))


def _is_nested(key: object, value: object) -> bool:
    if str(key).strip().lower() == "readers":
        return False
    return isinstance(value, Mapping) or (
        isinstance(value, (list, tuple)) and any(isinstance(item, (Mapping, list, tuple)) for item in value)
    )


def _flat(tree: Mapping[object, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        name = f"{prefix}{clean(str(key), 200)}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
            if not value:
                yield name, ""
        elif isinstance(value, (list, tuple)):
            yield from _listed(name, value)
        else:
            yield name, text_of(value)


def _listed(name: str, values: list[object] | tuple[object, ...]) -> Iterator[tuple[str, object]]:
    if not any(isinstance(value, (Mapping, list, tuple)) for value in values):
        yield name, [text_of(value) for value in values[:_MAX_VALUES]]
        return
    for position, value in enumerate(values[:_MAX_VALUES]):
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.{position}.")
        else:
            yield f"{name}.{position}", text_of(value)


def _readers_first(pairs: Iterator[tuple[str, object]]) -> list[tuple[str, object]]:
    """Whoever may read must never be lost to the limit on keys."""
    return sorted(pairs, key=lambda pair: not pair[0].strip().lower().startswith("readers"))
