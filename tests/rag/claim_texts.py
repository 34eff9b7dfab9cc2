"""Small sources with faithful sentences about them, to be filled with names, numbers and days (written for the tests).

`{p1}` to `{p3}` are people, `{n1}` to `{n3}` whole numbers, `{d1}` to `{d3}` days, each time written in another way.
"""

# ruff: noqa: E501 (a text and its sentences read best unbroken)

from __future__ import annotations

TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "The p95 latency was {n1} ms in the load test of {d1}; the agreed limit is {n2} ms at 50 rps. {p1} reruns the test"
        " after the batching fix.",
        (
            "In the load test of {d1} the p95 latency came to {n1} ms.",
            "The agreed limit is {n2} ms at 50 rps, and the load test measured a p95 of {n1} ms.",
            "{p1} will rerun the load test once the batching fix is in.",
        ),
    ),
    (
        "Decision D-007: the model is judged on precision in the top decile, because only {n1} customers can be called each"
        " week. {p1} decided this on {d1}. Aggregate AUC was dropped.",
        (
            "On {d1} {p1} decided that the model is judged on precision in the top decile.",
            "Precision in the top decile was chosen because only {n1} customers can be called per week.",
            "Aggregate AUC was dropped as a measure.",
        ),
    ),
    (
        "{p1} is the accountable owner. {p2} signs as data steward and {p3} as model risk owner.",
        (
            "The accountable owner is {p1}.",
            "{p2} is the data steward who signs, and {p3} signs as model risk owner.",
            "As model risk owner, {p3} signs.",
        ),
    ),
    (
        "The bias review did not pass: group B was missing from the hold-out set. It is repeated by {p1} until {d1}.",
        (
            "The bias review failed because group B was missing from the hold-out set.",
            "{p1} repeats the bias review until {d1}.",
            "Since group B was missing from the hold-out set, the bias review did not pass.",
        ),
    ),
    (
        "Spend to date is EUR {n1},000 of an envelope of EUR {n2},000. GPU hours are {n3} percent of it.",
        (
            "So far EUR {n1},000 of the envelope of EUR {n2},000 has been spent.",
            "GPU hours make up {n3} % of the spend.",
            "The envelope is {n2},000 euros.",
        ),
    ),
    (
        "The rollback drill was carried out on {d1} and took {n1} minutes. The target is at most {n2} minutes. No data was"
        " lost.",
        (
            "The rollback drill of {d1} took {n1} minutes.",
            "The target for the rollback drill is {n2} minutes or less.",
            "No data was lost in the rollback drill.",
        ),
    ),
    (
        "{p1} asked for a waiver of the red-teaming criterion. The steering committee has not decided yet. It meets on {d1}.",
        (
            "The steering committee has not yet decided on the waiver.",
            "{p1} requested a waiver of the red-teaming criterion.",
            "The steering committee meets on {d1}.",
        ),
    ),
    (
        "Personal data must be deleted after {n1} days. The backups may keep it for {n2} days longer. {p1} is responsible.",
        (
            "Personal data has to be deleted after {n1} days.",
            "Backups may keep personal data {n2} days longer.",
            "{p1} is responsible for deleting personal data.",
        ),
    ),
    (
        "The canary will start on {d1} with {n1} percent of the traffic. If drift exceeds {n2} percent, {p1} stops it.",
        (
            "On {d1} the canary will start with {n1} % of traffic.",
            "{p1} stops the canary if drift exceeds {n2} percent.",
            "The canary is planned to start on {d1}.",
        ),
    ),
    (
        "The clickstream contract was broken on {d1}: the column session_id became nullable. {p1} restored it after {n1}"
        " hours.",
        (
            "On {d1} the clickstream contract was broken when session_id became nullable.",
            "{p1} restored the contract after {n1} hours.",
            "It took {n1} hours until {p1} restored the clickstream contract.",
        ),
    ),
    (
        "Retraining runs every {n1} weeks. The last run, on {d1}, improved F1 by {n2} points. It cost {n3} GPU hours.",
        (
            "The last retraining run was on {d1}.",
            "The last run improved F1 by {n2} points and cost {n3} GPU hours.",
            "Every {n1} weeks the model is retrained.",
        ),
    ),
    (
        "We chose the smaller model. The larger one was {n1} percent better but needed {n2} GPUs, which the budget does not"
        " allow.",
        (
            "The smaller model was chosen because the budget does not allow the {n2} GPUs of the larger one.",
            "The larger model was {n1} percent better.",
            "The larger one would have needed {n2} GPUs.",
        ),
    ),
    (
        "Gate 3 was passed on {d1} with one condition: {p1} delivers the model card until {d2}. {p2} and {p3} signed.",
        (
            "Gate 3 passed on {d1} with the condition that {p1} delivers the model card by {d2}.",
            "{p2} and {p3} signed gate 3.",
            "The model card is to be delivered by {p1} until {d2}.",
        ),
    ),
    (
        "| metric | agreed | reported |\n|---|---|---|\n| recall | {n1} % | {n2} % |\n| cost per 1,000 | EUR {n3} | EUR 41 |\n",
        (
            "The agreed recall is {n1} %, and {n2} % was reported.",
            "The reported recall is {n2} percent.",
            "For the cost per 1,000, EUR {n3} was agreed.",
        ),
    ),
    (
        "The shadow phase lasts {n1} days and ends on {d1}. Nobody outside the team sees its output.",
        (
            "The shadow phase ends on {d1}.",
            "The shadow phase is {n1} days long.",
            "Nobody outside the team sees the output of the shadow phase.",
        ),
    ),
    (
        "Access to the payment table was refused by {p1} on {d1}. {p2} may apply again with a purpose limited to fraud.",
        (
            "{p1} refused access to the payment table on {d1}.",
            "Access to the payment table was refused.",
            "{p2} may apply again if the purpose is limited to fraud.",
        ),
    ),
    (
        "The annotation guideline was approved by {p1}. Two annotators agreed in {n1} percent of {n2} images, above the"
        " minimum of 85 percent.",
        (
            "{p1} approved the annotation guideline.",
            "The two annotators agreed in {n1} % of {n2} images.",
            "Agreement was {n1} percent, above the minimum of 85 percent.",
        ),
    ),
    (
        "Prediction service v3.2 was deployed on {d1}. Version v3.1 stays available until {d2}. {p1} is on call.",
        (
            "v3.2 of the prediction service was deployed on {d1}.",
            "Until {d2} version v3.1 stays available.",
            "{p1} is on call for the prediction service.",
        ),
    ),
    (
        "The vendor delivers {n1} GPUs in week {n2}. Without them the acceptance test cannot begin. {p1} expects a delay of"
        " {n3} days.",
        (
            "{n1} GPUs are delivered by the vendor in week {n2}.",
            "The acceptance test cannot begin without the GPUs.",
            "{p1} expects a delay of {n3} days.",
        ),
    ),
    (
        "Customers are not told that a score exists. Legal will review this before the release on {d1}. {p1} owns the open"
        " question.",
        (
            "Customers are not told that there is a score.",
            "Legal will review this before the release of {d1}.",
            "The open question is owned by {p1}.",
        ),
    ),
    (
        "Feature freshness must be below {n1} minutes. Last week it was {n2} minutes on average. The owner is {p1}.",
        (
            "Freshness of features must stay below {n1} minutes.",
            "On average feature freshness was {n2} minutes last week.",
            "{p1} is the owner of feature freshness.",
        ),
    ),
    (
        "{p1} delegates her signature to {p2} until {d1}. {p2} cannot delegate it on.",
        (
            "{p1} has delegated her signature to {p2} until {d1}.",
            "{p2} cannot delegate the signature on.",
            "Until {d1} {p2} holds the signature that {p1} delegates.",
        ),
    ),
    (
        "The audit found {n1} defects. {n2} of them are repaired, none is critical. The rest is due on {d1}.",
        (
            "{n1} defects were found by the audit, of which {n2} are repaired.",
            "None of the defects is critical.",
            "The remaining defects are due on {d1}.",
        ),
    ),
    (
        "project: claims-triage\nowner: {p1}\nbudget:\n  total: {n1}000\n  spent: {n2}000\ndue: {d1}\n",
        (
            "The owner of claims-triage is {p1}.",
            "The total budget is {n1},000.",
            "It is due on {d1}.",
        ),
    ),
    (
        "Offline accuracy rose from {n1} to {n2} percent after the new features. Latency did not change.",
        (
            "After the new features offline accuracy rose from {n1} to {n2} percent.",
            "Latency did not change with the new features.",
            "Offline accuracy was {n1} percent before the new features.",
        ),
    ),
    (
        "The pilot in the Lisbon branch ended on {d1}. {n1} of {n2} advisers used the assistant daily. {p1} calls it a"
        " success.",
        (
            "On {d1} the pilot in the Lisbon branch ended.",
            "{n1} of the {n2} advisers used the assistant every day.",
            "{p1} considers the pilot in Lisbon a success.",
        ),
    ),
    (
        "- {p1}: write the runbook until {d1}\n- {p2}: order the load generator until {d2}\n- {p3}: nothing open\n",
        (
            "{p1} is to write the runbook until {d1}.",
            "{p2} has to order the load generator by {d2}.",
            "The runbook is written by {p1}.",
        ),
    ),
    (
        "The retrieval corpus contains {n1} documents from Confluence. Contracts are excluded, because {p1} did not release"
        " them.",
        (
            "There are {n1} documents from Confluence in the retrieval corpus.",
            "Contracts are excluded because {p1} did not release them.",
            "{p1} did not release the contracts.",
        ),
    ),
    (
        "On {d1} the experiment was stopped early. Revenue had fallen by {n1} percent in the treatment group. {p1} and {p2}"
        " agreed to stop.",
        (
            "The experiment was stopped early on {d1}.",
            "In the treatment group revenue had fallen by {n1} percent.",
            "{p1} and {p2} agreed to stop the experiment.",
        ),
    ),
    (
        "Support answers within {n1} working days. In October the median was {n2} hours. Tickets about fraud go to {p1}.",
        (
            "Within {n1} working days support answers.",
            "The median in October was {n2} hours.",
            "Fraud tickets go to {p1}.",
        ),
    ),
    (
        "The encryption keys are rotated every {n1} months by {p1}. The next rotation is planned for {d1}.",
        (
            "{p1} rotates the encryption keys every {n1} months.",
            "The next rotation of the keys is scheduled for {d1}.",
            "Encryption keys are rotated every {n1} months.",
        ),
    ),
    (
        "Data from the call centre is incomplete: {n1} percent of rows have no outcome. {p1} may fill them from the archive"
        " by {d1}.",
        (
            "{n1} % of the rows from the call centre have no outcome.",
            "By {d1} {p1} may fill the rows from the archive.",
            "The call centre data is incomplete.",
        ),
    ),
    (
        "The model card was last changed on {d1} by {p1}. Its section on limits is empty.",
        (
            "{p1} last changed the model card on {d1}.",
            "The section on limits of the model card is empty.",
            "The last change to the model card was made by {p1}.",
        ),
    ),
    (
        "Hosting costs EUR {n1} a month for {n2} replicas. A third endpoint was rejected as too expensive by {p1}.",
        (
            "{n2} replicas cost EUR {n1} per month to host.",
            "{p1} rejected a third endpoint as too expensive.",
            "Hosting costs {n1} euros a month.",
        ),
    ),
    (
        "The on-call rota is complete from {d1}. Before that, {p1} covers the nights and {p2} the weekends.",
        (
            "From {d1} on the on-call rota is complete.",
            "{p1} covers the nights and {p2} the weekends before that.",
            "{p2} covers the weekends.",
        ),
    ),
    (
        "Tests on mobile were not run. On desktop {n1} of {n2} passed. {p1} will run the mobile ones on {d1}.",
        (
            "The tests on mobile were not run.",
            "{n1} of {n2} desktop tests passed.",
            "{p1} will run the mobile tests on {d1}.",
        ),
    ),
)
