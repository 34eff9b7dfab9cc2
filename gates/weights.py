"""How far a blocker is from passing. The order of blockers, "closest to passing first", is the order of these numbers.

A weight stands for the kind of step that is left, not for its importance; equal weights keep the record's order.

    0    a hold: nothing else counts while it lasts, so it is always shown first
    5    a submission that was rejected or taken back: it has to be made again
    10   an approval for which all evidence is met: one press
    15   something good that has to be renewed: stale document, expired review or signature, overdue condition
    20+  required sections to fill (one more per section, at most 9)
    30+  measured and outside the threshold (30 times the relative gap, at most 30)
    62   measured, but not to be used: other subject, other conditions, threshold agreed after the result
    65   nothing there yet: no document, no value, review not done
    70+  an evidence window that is running (one more per ten days left, at most 9)
    80   a dependency on somebody else's gate or data
    90   an approval that waits for evidence
    95   cannot be judged: unknown kind, unreadable record
    99   not for this reader
"""

HOLD = 0.0
RESUBMIT = 5.0
PRESS = 10.0
RENEW = 15.0
SECTIONS = 20.0
MEASURED = 30.0
UNUSABLE = 62.0
NOTHING_THERE = 65.0
WINDOW = 70.0
DEPENDENCY = 80.0
WAITS = 90.0
UNJUDGED = 95.0
RESTRICTED = 99.0


def sections_weight(missing: int) -> float:
    return SECTIONS + min(9, missing)


def measured_weight(gap: float) -> float:
    return MEASURED + 30.0 * min(1.0, gap)


def window_weight(days_left: int) -> float:
    return WINDOW + min(9.0, days_left / 10)
