"""Traces of model calls for OpenTelemetry, where its API is installed; without it, nothing. Its one door in this room.

Attributes follow OpenTelemetry's conventions for generative AI (`gen_ai.*`). Neither prompt nor answer is in a trace.
"""

from __future__ import annotations

from typing import Any, Protocol

from inference.model import Completion, ModelError, Request


class Span(Protocol):
    """One request's trace."""

    def spoke(self) -> None: ...
    def answered(self, answer: Completion) -> None: ...
    def failed(self, error: BaseException) -> None: ...
    def end(self) -> None: ...


class Untraced:
    """No trace."""

    def spoke(self) -> None:
        return

    def answered(self, _answer: Completion) -> None:
        return

    def failed(self, _error: BaseException) -> None:
        return

    def end(self) -> None:
        return


class Traced:
    """A trace of OpenTelemetry's; `inner` is its span."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._spoke = False

    def spoke(self) -> None:
        if not self._spoke:
            self._spoke = True
            self._inner.add_event("first word")

    def answered(self, answer: Completion) -> None:
        self._inner.set_attributes(
            {
                "gen_ai.response.model": answer.model,
                "gen_ai.response.finish_reasons": [answer.finish],
                "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
                "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
                "gatehouse.tier": answer.tier,
                "gatehouse.guards": [f"{decision.guard}: {decision.verdict}" for decision in answer.decisions],
            }
        )

    def failed(self, error: BaseException) -> None:
        self._inner.set_attribute("error.type", type(error).__name__)
        if isinstance(error, ModelError):
            told = [f"{decision.guard}: {decision.verdict}" for decision in error.decisions]
            self._inner.set_attribute("gatehouse.guards", told)

    def end(self) -> None:
        self._inner.end()


def begin_span(name: str, request: Request) -> Span:
    """A new trace; not made the current one, for a stream is left and entered again between its pieces."""
    try:
        from opentelemetry import trace
    except ImportError:
        return Untraced()
    span = trace.get_tracer("gatehouse.inference").start_span(name)
    if not span.is_recording():
        return Untraced()
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.max_tokens": request.max_tokens,
        "gen_ai.request.temperature": request.temperature,
        "gatehouse.request_class": request.request_class,
        "gatehouse.prompt": request.prompt,
    }
    span.set_attributes(attributes)
    return Traced(span)
