"""What the standing records warn of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gates.record_models import Kpi
from gates.record_warnings import weakness_of

KPI = Kpi(id="letters", key="kpis[0]", name="First letter in a day", target="80 %", prototype="62 %", deployed=None)


@pytest.mark.parametrize(
    ("kpi", "weakness"),
    [
        (KPI, "prototype"),
        (replace(KPI, deployed="not deployed"), "prototype"),
        (replace(KPI, prototype="not measured"), "nothing"),
        (replace(KPI, deployed="71 %"), None),
        (replace(KPI, prototype=None), None),
        (replace(KPI, target=None), None),
    ],
)
def test_a_promise_says_what_it_rests_on(kpi: Kpi, weakness: str | None) -> None:
    assert weakness_of(kpi) == weakness
