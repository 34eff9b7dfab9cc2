"""The words of a question to the ledger: what may be asked, and the small words around it."""

from __future__ import annotations

SMALL_WORDS = frozenset(
    """
    a an the this that these those is are was were be been being am isn aren wasn do does did don doesn didn has have
    hasn haven had will would can could should may of for on in at to from by with about into up as and or but so it
    its we us our i me my you your they them their he she what whats which who whos whom whose when where why how hows
    there here just now currently today still yet already right please tell show give list let know hi hello hey
    gatehouse project projects programme gate gates criterion criteria team everything anything all any each every one
    ones more much many not no s re m t going get got next upcoming current latest before after end line short quick
    quickly exactly thing things us
    """.split()
)

INTENT_WORDS: dict[str, frozenset[str]] = {
    "waiting": frozenset("waiting awaiting pending queue plate inbox todo".split()),
    "block": frozenset(
        "block blocks blocked blocking blocker blockers stuck stopping stops stop prevent preventing".split()
    ),
    "unmet": frozenset(
        "unmet missing outstanding remaining remains left open need needed needs obstacle obstacles".split()
    ),
    "way": frozenset("way hold holding holds held fail failing fails".split()),
    "sign": frozenset(
        """
        sign signs signed signing signature signatures signoff signoffs off approve approves approved approving
        approval approvals approver approvers signer signers signatory quorum
        """.split()
    ),
    "due": frozenset("due deadline date dates scheduled planned".split()),
    "earlier": frozenset("original originally previous previously earlier old first initially initial moved".split()),
    "slip": frozenset("slip slips slipping slipped late delayed delay behind overdue".split()),
    "pass": frozenset(
        "pass passed passes passing through cleared complete completed done closed met fulfilled ok".split()
    ),
    "ready": frozenset("ready ship ships shipping launch release live deploy go".split()),
    "owner": frozenset("own owns owner owners owned responsible accountable charge runs".split()),
    "status": frozenset(
        """
        status state health progress update doing standing stand stands look looking looks track shape situation
        overview summary happening healthy
        """.split()
    ),
    "limit": frozenset(
        "limit limits threshold thresholds target targets within under below above agree agreed bound".split()
    ),
    "health": frozenset("red amber yellow green atrisk".split()),
    "if": frozenset("if suppose assuming once".split()),
    "time": frozenset(
        """week month day monday tuesday wednesday thursday friday tomorrow soon january february march april june july
        august september october november december""".split()
    ),
}

ALL_INTENT_WORDS = frozenset(word for group in INTENT_WORDS.values() for word in group)

RECORD_WORDS = frozenset(
    """
    own owns owner owners owned responsible accountable charge due deadline open outstanding about list count number
    belong belongs still left record records recorded register log entry entries planned happening current together
    mine promise promised promises business date day happen happens happened scheduled long old far been under its per
    """.split()
)
"""Words of questions to the standing records, beside those of their kinds, columns and values."""
