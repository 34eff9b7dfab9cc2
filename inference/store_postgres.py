"""The meter on PostgreSQL: one statement to reserve and one to settle, each whole in itself and one way to the server.

Where statements commit by themselves (`Database.statements`) that is all that goes over the wire: no BEGIN, no COMMIT,
and no lock is held while an answer travels. Row locks are taken in the order of the keys, by the sorted `FOR UPDATE`;
what is read under them is the newest, for the server reads a row again that it had to wait for (READ COMMITTED).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from inference.budget import Account
from inference.reservation import Charge, NewCall, Over


def reserve(session: Session, call: NewCall, *, accounts: Sequence[Account]) -> Over | None:
    """As `inference.store.reserve`. An account that has no row yet gets one first: once in its day or month."""
    values = _values_of(call, accounts)
    held = session.execute(_RESERVE, values).all()
    if len(held) < len(accounts):
        session.execute(_OPEN_ACCOUNTS, {"keys": values["keys"]})
        held = session.execute(_RESERVE, values).all()
    assert len(held) == len(accounts), "accounts are never deleted"
    return _first_over(held, accounts)


def settle(session: Session, call_id: str, charge: Charge) -> bool:
    """As `inference.store.settle`."""
    ended = session.execute(_SETTLE, {"id": call_id, **_figures(charge)}).all()
    return len(ended) == 1


def _first_over(held: Sequence[Row[Any]], accounts: Sequence[Account]) -> Over | None:
    full = {row.key for row in held if not row.fits}
    return next((Over(account) for account in accounts if account.key in full), None)


def _values_of(call: NewCall, accounts: Sequence[Account]) -> dict[str, object]:
    keys, payer = [account.key for account in accounts], call.payer
    return {
        "keys": keys,
        "tokens_limits": [account.tokens for account in accounts],
        "micros_limits": [account.micros for account in accounts],
        "many": len(keys),
        "accounts": json.dumps(keys),
        "id": call.id,
        "at": call.at,
        "until": call.until,
        "person": payer.person,
        "channel": payer.channel,
        "project": payer.project,
        "programme": payer.programme,
        "request_class": call.request_class,
        "prompt": call.prompt,
        "model": call.model,
        "tokens": call.tokens,
        "micros": call.micros,
    }


def _figures(charge: Charge) -> dict[str, object]:
    return {
        "ending": charge.ending,
        "prompt_tokens": charge.prompt_tokens,
        "completion_tokens": charge.completion_tokens,
        "cached_tokens": charge.cached_tokens,
        "tokens": charge.tokens,
        "micros": charge.micros,
    }


_OPEN_ACCOUNTS = text("""
INSERT INTO inference_accounts (key, tokens_spent, tokens_reserved, micros_spent, micros_reserved, warned)
SELECT key, 0, 0, 0, 0, 0 FROM unnest(CAST(:keys AS text[])) AS key ORDER BY key
ON CONFLICT (key) DO NOTHING
""")

_RESERVE = text("""
WITH wanted AS (
    SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:tokens_limits AS bigint[]), CAST(:micros_limits AS bigint[]))
        AS wanted (key, tokens_limit, micros_limit)
), held AS (
    SELECT account.key,
        coalesce(tokens_spent + tokens_reserved + CAST(:tokens AS bigint) <= wanted.tokens_limit, true)
            AND coalesce(micros_spent + micros_reserved + CAST(:micros AS bigint) <= wanted.micros_limit, true) AS fits
    FROM inference_accounts AS account JOIN wanted ON wanted.key = account.key
    ORDER BY account.key
    FOR UPDATE OF account
), verdict AS (
    SELECT count(*) = CAST(:many AS bigint) AND coalesce(bool_and(fits), true) AS may FROM held
), taken AS (
    UPDATE inference_accounts AS account
    SET tokens_reserved = tokens_reserved + CAST(:tokens AS bigint),
        micros_reserved = micros_reserved + CAST(:micros AS bigint),
        tokens_limit = wanted.tokens_limit,
        micros_limit = wanted.micros_limit
    FROM wanted, verdict
    WHERE verdict.may AND account.key = wanted.key
), opened AS (
    INSERT INTO inference_calls (id, at, until, state, person, channel, project, programme, request_class, prompt,
        model, accounts, tokens_reserved, micros_reserved, prompt_tokens, completion_tokens, cached_tokens, micros)
    SELECT :id, :at, :until, 'open', :person, :channel, :project, :programme, :request_class, :prompt,
        :model, CAST(:accounts AS json), CAST(:tokens AS bigint), CAST(:micros AS bigint), 0, 0, 0, 0
    FROM verdict WHERE may
)
SELECT key, fits FROM held
""")

# The settlement does not wait for the disk; `set_config` says so for this transaction, and stands where it is surely
# evaluated.
_SETTLE = text("""
WITH ended AS (
    UPDATE inference_calls
    SET state = :ending,
        prompt_tokens = CAST(:prompt_tokens AS bigint),
        completion_tokens = CAST(:completion_tokens AS bigint),
        cached_tokens = CAST(:cached_tokens AS bigint),
        micros = CAST(:micros AS bigint)
    WHERE id = :id AND state = 'open'
    RETURNING accounts, tokens_reserved, micros_reserved, set_config('synchronous_commit', 'off', true)
), held AS (
    SELECT key FROM inference_accounts
    WHERE key IN (SELECT json_array_elements_text(accounts) FROM ended)
    ORDER BY key
    FOR UPDATE
), given AS (
    UPDATE inference_accounts AS account
    SET tokens_reserved = account.tokens_reserved - ended.tokens_reserved,
        micros_reserved = account.micros_reserved - ended.micros_reserved,
        tokens_spent = tokens_spent + CAST(:tokens AS bigint),
        micros_spent = micros_spent + CAST(:micros AS bigint)
    FROM ended, held
    WHERE account.key = held.key
)
SELECT 1 FROM ended
""")
