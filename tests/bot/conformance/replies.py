"""Replies and forms of every kind and of every extreme: what each platform must be able to draw."""

from __future__ import annotations

from bot.chat import (
    Button,
    Buttons,
    Choice,
    DateInput,
    Details,
    Form,
    Heading,
    Item,
    Items,
    Line,
    Link,
    Picture,
    Quote,
    Reply,
    Status,
    Suggestion,
    Table,
    TextInput,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)
MARKUP = "*bold* _slanted_ `code` <b>tag</b> & <!channel> <@U1> @here <https://evil.example|click> :fire: | a | b |"
RTL = "\u202eevil\u202c שלום עולם مرحبا \u0000\x1b[31mred"
EMOJI = "👩🏽‍💻 🏳️‍🌈 ✅ 🇵🇹"
LONG = ("The quarterly plan names one owner and one date for each gate. " * 330)[:20_000]
UNBROKEN = "x" * 20_000

STATUS = Reply(
    (
        Heading("churn-uplift · gate 3 of 4: Production readiness, due Fri 4 Dec (was 27 Nov)"),
        Status("At risk", "warning"),
        Details((("Owner", "Ines Duarte"), ("Risk tier", "high"), ("Week", "9 of 12"), ("Approvals", "1 of 3"))),
        Line("8 of 9 evidence criteria met"),
        Items(
            (
                Item("p95 latency 164 ms, agreed limit 120 ms at 50 rps", "Tomas Weber · 3 days · rerun after fix [1]"),
                Item("Model risk owner has not signed", "Aiko Sato · 1 day · signs once 1 is met"),
            ),
            title="In the way",
        ),
        Items((Item("Project brief"), Item("RACI"), Item("Bias review")), title="Met: 8 of 9", folded=True),
        Quote(1, "loadtest-2026-11-17.json > run 3", '"p95_ms": 164', "Tue 17 Nov", "https://gates.example.org/doc/1"),
        Line("As of Fri 20 Nov 09:12 (ledger) · documents synced 4 min ago", quiet=True),
        Buttons(
            (
                Button("What's blocking", "blockers churn-uplift", "primary"),
                Button("Open gate", "show churn-uplift production"),
                Button("What if", "what-if churn-uplift production"),
            )
        ),
        Suggestion("who owns the load test?"),
    )
)

CARD = Reply(
    (
        Heading("Sign-off requested · churn-uplift · Production readiness"),
        Line("By Tomas Weber, Wed 18 Nov. Decide by Tue 24 Nov 17:00 Lisbon."),
        Status("1 of 3 approvals"),
        Details((("Subject", "churn-scorer v3.2"), ("Evidence pack", "7f3a91: 9 of 9 criteria met"))),
        Items((Item("Data steward: Maya Lindqvist", "Wed 18 Nov 15:40"),), title="Signed"),
        Buttons(
            (
                Button("Review and sign", "review churn-uplift production", "primary"),
                Button("Ask a question", "question churn-uplift production"),
                Button("Reject", "reject churn-uplift production", "danger", confirm="Reject this submission?"),
            )
        ),
    )
)

ANSWER = Reply(
    (
        Line("Because only the top tenth of customers can be called each week [1]."),
        Quote(1, "project-brief.md > KPIs", "The team can call ten per cent of customers a week.", "Fri 2 Oct"),
        Line("From the documents, no model · as of Fri 20 Nov 09:12 · readable by #ai-gates", quiet=True),
        Buttons((Button("Helpful", "feedback good a1"), Button("Not helpful", "feedback bad a1"))),
    ),
    private=(Line("There is one more document that you may read and this channel may not."),),
)

BOARD = Reply(
    (
        Heading("Gates of all projects"),
        Table(
            ("Project", "Gate", "State", "Due", "Met"),
            (
                ("churn-uplift", "Production readiness", "collecting", "Fri 4 Dec", "8 of 9"),
                ("claims-triage", "Evaluation", "submitted", "Wed 25 Nov", "7 of 7"),
                ("gpu-platform", "Capacity", "held", "Mon 30 Nov", ""),
            ),
            title="3 gates",
        ),
        Picture(PNG, "Gates by week: churn-uplift slips by one week.", "Gates by week"),
        Link("Open the board", "https://gates.example.org/board"),
    )
)

REPLIES: dict[str, Reply] = {
    "status": STATUS,
    "card": CARD,
    "answer": ANSWER,
    "board": BOARD,
    "nothing": Reply(()),
    "empty texts": Reply((Heading(""), Line(""), Line("  ", quiet=True), Status(""), Items(()), Details((("", ""),)))),
    "two hundred items": Reply((Heading("All"), Items(tuple(Item(f"Item {n}", f"detail {n}") for n in range(200))))),
    "two hundred lines": Reply(tuple(Line(f"Line {n}") for n in range(200))),
    "sixty headings": Reply((*(Heading(f"Heading {n}") for n in range(60)), CARD.parts[-1])),
    "sixty quotes": Reply(tuple(Quote(n, f"doc {n}", "word " * 100) for n in range(60))),
    "twenty thousand characters": Reply(
        (Heading(LONG), Line(LONG), Quote(1, LONG, LONG, LONG), Details(((LONG, LONG),)))
    ),
    "no place to break": Reply((Line(UNBROKEN), Line(UNBROKEN, quiet=True), Items((Item(UNBROKEN, UNBROKEN),)))),
    "markup": Reply(
        (Heading(MARKUP), Line(MARKUP), Status(MARKUP, "bad"), Details(((MARKUP, MARKUP),)),
         Items((Item(MARKUP, MARKUP),), title=MARKUP), Items((Item(MARKUP),), title=MARKUP, folded=True),
         Table((MARKUP,), ((MARKUP,),), title=MARKUP), Quote(1, MARKUP, MARKUP, MARKUP), Suggestion(MARKUP),
         Buttons((Button(MARKUP, "help", confirm=MARKUP),)), Picture(PNG, MARKUP, MARKUP))
    ),
    "right to left": Reply((Heading(RTL), Line(RTL), Items((Item(RTL, RTL),)), Quote(1, RTL, RTL))),
    "emoji": Reply((Heading(EMOJI), Line(EMOJI * 300), Status(EMOJI, "good"), Buttons((Button(EMOJI, "help"),)))),
    "forty buttons": Reply((Buttons(tuple(Button(f"Press {n} " + "long " * 30, f"show p g{n}") for n in range(40))),)),
    "large table": Reply(
        (Table(tuple(f"column {n}" for n in range(30)), tuple(tuple("cell" for _ in range(30)) for _ in range(300))),)
    ),
    "three tables": Reply(tuple(Table(("a", "b"), ((str(n), "x"),), title=f"Table {n}") for n in range(3))),
    "thirty suggestions": Reply(tuple(Suggestion(f"what about {n}?") for n in range(30))),
    "everything twenty times": Reply(STATUS.parts * 20),
}  # fmt: skip

WALK = Form(
    "To judge, 1 of 2",
    "review churn-uplift production step 1",
    parts=(
        Heading("Latency SLA"),
        Line("Agreed Fri 2 Oct: p95 <= 120 ms at 50 rps. Reported: 108 ms (loadtest-2026-11-19.json, 30 min)."),
        Status("Met, margin 12 ms", "good"),
    ),
    inputs=(
        Choice("verdict", "Your judgement", (("confirm", "Confirm"), ("flag", "Flag")), required=True),
        TextInput("comment", "Comment", hint="Required to flag", lines=3),
        DateInput("by", "By", value="2026-11-27"),
    ),
    submit="Next",
    others=(Button("Save and leave", "review churn-uplift production leave"),),
)

FORMS: dict[str, Form] = {
    "walk-through": WALK,
    "with errors": Form(
        "Reject", "reject churn-uplift production", inputs=(TextInput("reason", "Reason", required=True, lines=4),),
        submit="Reject", errors={"reason": "Say why: the producer has to know what to change."},
    ),
    "nothing to fill in": Form("Receipt", "", parts=(Line("Approved. Record 000412, chain ok."),)),
    "empty": Form("", ""),
    "many choices": Form(
        "Which?", "x", inputs=(
            Choice("one", "One", tuple((f"v{n}", f"Option {n} " + "long " * 40) for n in range(200)), value="v7"),
            Choice("few", "Some", (("a", "A"), ("b", "B")), value="a,b", many=True),
            Choice("some", "More", tuple((f"v{n}", f"Option {n}") for n in range(30)), value="v1,v3", many=True),
            Choice("none", "None", ()),
        ),
    ),
    "long": Form(LONG, "x", parts=(Line(LONG), *STATUS.parts * 20), inputs=(TextInput("t", LONG, LONG, LONG, lines=5),),
                 submit=LONG),
    "forty inputs": Form("Many", "x", inputs=tuple(TextInput(f"i{n}", f"Input {n}") for n in range(40))),
    "markup": Form(MARKUP, "x", parts=REPLIES["markup"].parts, inputs=(TextInput("t", MARKUP, MARKUP, MARKUP),)),
}  # fmt: skip
