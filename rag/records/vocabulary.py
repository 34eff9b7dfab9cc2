"""Concepts: what may be asked of an entity, from the generic lexicon and the mapping files of all collections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.fields.folding import fold, fold_field
from rag.fields.mapping import CollectionMapping
from rag.fields.schema import DerivedRule, FieldRule, GateRule, MappingRules, Precedence, Stages
from rag.fields.templates import id_pattern
from rag.records.lexicon import LEXEMES, Answers, Lexeme
from rag.records.question import Form, stem


@dataclass(frozen=True)
class Concept:
    """Something that can be asked. `fields` are folded; `forms` maps a phrase to the question forms it counts in."""

    name: str
    answers: Answers
    fields: tuple[str, ...]
    phrases: Mapping[str, frozenset[str]]
    rule: FieldRule | None = None
    derived: DerivedRule | None = None

    def means(self, phrase: str, form: Form) -> bool:
        forms = self.phrases.get(phrase)
        return forms is not None and (not forms or form in forms)

    @property
    def is_relation(self) -> bool:
        """Whether it leads to other entities; then the direction of the verb matters and stems do not count."""
        return self.answers == "entity"


@dataclass(frozen=True)
class KindWords:
    """A kind of entity and the nouns that name it; `id_forms` are how its ids look in a question."""

    kind: str
    nouns: frozenset[str]
    id_forms: tuple[tuple[re.Pattern[str], str], ...] = ()
    collection: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Everything mapping files and the lexicon say about words. Holds for all collections together."""

    concepts: tuple[Concept, ...]
    kinds: tuple[KindWords, ...] = ()
    gates: tuple[GateRule, ...] = ()
    stages: Stages | None = None
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    list_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    precedence: tuple[Precedence, ...] = ()
    mapped_kinds: frozenset[str] = frozenset()

    def concept(self, name: str) -> Concept | None:
        return next((concept for concept in self.concepts if concept.name == name), None)


_WHAT: frozenset[str] = frozenset({"what", "which", "list", "how_many", "other", "where", "how_much"})
_FORMS: Mapping[str, frozenset[str]] = {
    "nouns": frozenset(),
    "who": frozenset({"who"}),
    "when": frozenset({"when"}),
    "what": _WHAT,
    "has": frozenset({"yes_no"}),
}


def read_vocabulary(mappings: Iterable[CollectionMapping] = ()) -> Vocabulary:
    """The lexicon widened by these mapping files."""
    concepts = {lexeme.name: _from_lexeme(lexeme) for lexeme in LEXEMES}
    vocabulary = Vocabulary(())
    for mapping in mappings:
        for name, rule in staged_fields(mapping.rules):
            concepts[name] = _from_rule(name, rule, concepts.get(name))
        for name, derived in mapping.rules.derived.items():
            concepts[name] = _from_derived(name, derived, concepts.get(name))
        vocabulary = _widened(vocabulary, mapping)
    return replace(vocabulary, concepts=tuple(concepts.values()))


def staged_fields(rules: MappingRules) -> list[tuple[str, FieldRule]]:
    """The field rules with "{stage}" written out for every stage; synonyms also under the stage's other names."""
    found = _stage_rules(rules)
    for name, rule in rules.fields.items():
        if "{stage}" not in name or rules.stages is None:
            found.append((name, rule))
            continue
        for stage in rules.stages.order:
            calls = _calls(rules.stages, stage)
            synonyms = tuple(word.replace("{stage}", call) for word in rule.synonyms for call in calls)
            read = tuple(part.replace("{stage}", stage) for part in rule.read)
            found.append((name.replace("{stage}", stage), rule.model_copy(update={"read": read, "synonyms": synonyms})))
    return found


def _stage_rules(rules: MappingRules) -> list[tuple[str, FieldRule]]:
    """The concepts that follow from `stages` alone: the stage a record is in, and the milestone of each."""
    stages = rules.stages
    if stages is None:
        return []
    found = [("stage", FieldRule.model_validate({"from": stages.field}))] if "stage" not in rules.fields else []
    if stages.milestone and "{stage}_milestone" not in rules.fields:
        for stage in stages.order:
            synonyms = [f"{call}{word}" for call in _calls(stages, stage) for word in ("", " milestone", " release")]
            written = {"from": stages.milestone.replace("{stage}", stage), "synonyms": synonyms, "answers": "version"}
            found.append((f"{stage}_milestone", FieldRule.model_validate(written)))
    return found


def _calls(stages: Stages, stage: str) -> tuple[str, ...]:
    return (stage, *stages.also_called.get(stage, ()))


def _widened(vocabulary: Vocabulary, mapping: CollectionMapping) -> Vocabulary:
    rules = mapping.rules
    kinds = tuple(_kind_words(mapping, kind) for kind in dict.fromkeys(rule.kind for rule in rules.entities))
    return replace(
        vocabulary,
        kinds=(*vocabulary.kinds, *kinds),
        gates=(*vocabulary.gates, *rules.gates),
        stages=vocabulary.stages or rules.stages,
        lists={**vocabulary.lists, **{name: (rule.document, rule.field) for name, rule in rules.lists.items()}},
        list_names={**vocabulary.list_names, **{name: rule.synonyms for name, rule in rules.lists.items()}},
        precedence=(*vocabulary.precedence, *rules.precedence),
        mapped_kinds=vocabulary.mapped_kinds | {rule.kind for rule in rules.entities},
    )


def _kind_words(mapping: CollectionMapping, kind: str) -> KindWords:
    rules = [rule for rule in mapping.rules.entities if rule.kind == kind]
    nouns = {noun for rule in rules for noun in (rule.kind, rule.plural, *rule.also_called) if noun}
    forms = []
    for rule in rules:
        pattern = id_pattern(rule.id)
        if pattern is not None:
            forms.append((pattern, rule.id))
            forms += _noun_forms(rule.id, nouns)
    return KindWords(kind, frozenset(fold(noun) for noun in nouns), tuple(forms), mapping.rules.collection)


def _noun_forms(template: str, nouns: Iterable[str]) -> list[tuple[re.Pattern[str], str]]:
    """ "proposal 658" and "proposal number 658" beside "PEP 658"."""
    alternatives = "|".join(sorted((re.escape(noun) for noun in nouns), key=len, reverse=True))
    pattern = rf"(?<!\w)(?:{alternatives})s?[\s_-]+(?:number|no\.?|nr\.?|id)?\s*#?0*(\d+)(?!\w|\.\d)"
    return [(re.compile(pattern, re.IGNORECASE), template)]


def _from_lexeme(lexeme: Lexeme) -> Concept:
    phrases: dict[str, frozenset[str]] = {}
    for part, forms in _FORMS.items():
        _add(phrases, getattr(lexeme, part), forms)
    _add(phrases, _fronted(lexeme.what), _WHAT)
    return Concept(lexeme.name, lexeme.answers, tuple(fold_field(name) for name in lexeme.fields), phrases)


_PREPOSITIONS = frozenset("at for in into on by with to".split())
_TOO_SHORT = frozenset("go goes went come comes part arrive appear do up build builds".split())


def _fronted(phrases: Sequence[str]) -> list[str]:
    """ "In which version does it land" parts "land in": the verb alone, where it says enough."""
    cut = [phrase.rpartition(" ") for phrase in phrases]
    return [verb for verb, _, last in cut if last in _PREPOSITIONS and verb and verb not in _TOO_SHORT]


def _add(phrases: dict[str, frozenset[str]], words: Sequence[str], forms: frozenset[str]) -> None:
    for phrase in (fold(word) for word in words):
        known = phrases.get(phrase)
        phrases[phrase] = forms if known is None else frozenset() if not known or not forms else known | forms


def _from_rule(name: str, rule: FieldRule, known: Concept | None) -> Concept:
    phrases = dict(known.phrases) if known else {}
    own = [part for part in rule.read if "." not in part]
    nouns = (name, *rule.synonyms, *own)
    _add(phrases, [fold_field(noun) for noun in nouns], frozenset())
    fields = tuple(fold_field(part) for part in rule.read)
    if rule.answers != "entity":
        _add(phrases, [" ".join(stem(word) for word in fold_field(noun).split()) for noun in nouns], frozenset())
    answers = rule.answers if rule.answers != "text" or known is None else known.answers
    return Concept(name, answers, fields, phrases, rule)


def _from_derived(name: str, rule: DerivedRule, known: Concept | None) -> Concept:
    phrases = dict(known.phrases) if known else {}
    _add(phrases, [fold_field(name), *rule.synonyms], frozenset())
    return Concept(name, "entity", (), phrases, None, rule)


def nouns_of(kind: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The folded nouns for a kind, singular and plural."""
    mapped = next((words.nouns for words in vocabulary.kinds if words.kind == kind), frozenset())
    base = {fold(kind), *mapped}
    last = {noun.split()[-1] for noun in base if noun}
    return frozenset(form for noun in base | last for form in (noun, plural(noun)))


def plural(noun: str) -> str:
    if noun == "person":
        return "people"
    if noun == "criterion":
        return "criteria"
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy", "uy")):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
