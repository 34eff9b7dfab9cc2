// The chat page: sends questions and orders, draws what comes back. Text is only ever set as text, never as markup.

import { drawAnswer, element } from "./draw.js";
import { drawForm } from "./forms.js";
import { Server, newId } from "./server.js";

const LONG_WAIT_MS = 4_000;

const thread = document.getElementById("thread");
const start = document.getElementById("start");
const form = document.getElementById("form");
const question = document.getElementById("question");
const send = document.getElementById("send");
const who = document.getElementById("who");
const where = document.getElementById("where");
const readers = document.getElementById("readers");

const server = new Server(document.querySelector('meta[name="gatehouse-token"]').content);
let threadId = newId();
let busy = false;
let asking = new AbortController();
let answers = 0;

const chosen = (select) => select.selectedOptions[0].textContent;

// --- asking and ordering ----------------------------------------------------------

/** What was said, shown as a bubble, with the answer below it; `work(signal)` gives what comes back. */
async function say(text, work) {
  if (busy || !text.trim()) return;
  start.hidden = true;
  const asked = element("div", "asked");
  asked.append(element("span", "unseen", "You said: "), text);
  const answer = element("article", "answer");
  thread.append(asked, answer);
  asked.scrollIntoView({ block: "start" });
  await fill(answer, work);
  if (answer.isConnected) asked.scrollIntoView({ block: "start" });
}

/** Puts what comes back into `answer`, in place of what was there. */
async function fill(answer, work) {
  setBusy(true);
  const waiting = element("p", "waiting", "Looking it up");
  answer.replaceChildren(waiting);
  const slow = setTimeout(() => { waiting.textContent = "Still looking"; }, LONG_WAIT_MS);
  asking = new AbortController();
  const outcome = await work(asking.signal);
  clearTimeout(slow);
  if (!answer.isConnected) return; // a new thread was begun meanwhile
  setBusy(false);
  show(answer, outcome, work);
}

const ask = (text) => say(text, (signal) => answerTo(text, signal));

async function answerTo(text, signal) {
  const outcome = await server.post("/api/ask", { text, thread: threadId, in: where.value || null }, signal);
  return outcome.said?.order ? ordered(outcome.said.order, {}, newId(), signal) : outcome;
}

/** One order; sent again under the same key it takes effect once. */
const ordered = (command, fields, key, signal) =>
  server.post("/api/order", { command, fields, key, in: where.value || null }, signal);

function once(command, fields = {}) {
  const key = newId();
  return (signal) => ordered(command, fields, key, signal);
}

function press(button) {
  if (button.confirm && !window.confirm(button.confirm)) return undefined;
  return say(button.label, once(button.command));
}

function show(answer, outcome, work) {
  answers += 1;
  const id = `answer-${answers}`;
  if (outcome.problem) return showProblem(answer, outcome.problem, work);
  const act = {
    ask,
    press: (button) => (outcome.said.form ? fill(answer, once(button.command)) : press(button)),
    send: (command, fields) => fill(answer, once(command, fields)),
  };
  if (!outcome.said.form) {
    answer.replaceChildren(element("span", "unseen", "Answer: "), ...drawAnswer(outcome.said.parts, id, act));
    return undefined;
  }
  answer.replaceChildren(drawForm(outcome.said.form, id, act));
  answer.scrollIntoView({ block: "nearest" });
  const heading = answer.querySelector("h2");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return undefined;
}

function showProblem(answer, problem, work) {
  const again = element("button", "again", "Try again");
  again.type = "button";
  again.addEventListener("click", () => { fill(answer, work); question.focus(); });
  answer.replaceChildren(element("p", "problem", problem), again);
}

function setBusy(state) {
  busy = state;
  send.setAttribute("aria-disabled", String(state));
  thread.setAttribute("aria-busy", String(state));
}

// --- who and where ----------------------------------------------------------------

function describeReaders() {
  if (where.value) readers.textContent = `Answers use only what everyone in ${chosen(where)} may read.`;
  else if (who.value) readers.textContent = `Answers use what ${chosen(who)} may read.`;
  else readers.textContent = "Answers use only what everyone may read. Sign in to act.";
}

async function changePerson() {
  moveSeat();
  const problem = await server.signIn(who.value || null);
  if (problem) thread.append(element("p", "problem", problem));
}

function moveSeat() {
  describeReaders();
  if (start.hidden) {
    const place = where.value ? ` in ${chosen(where)}` : "";
    thread.append(element("p", "note", `Now asking as ${chosen(who).replace("Nobody", "everyone")}${place}. A new thread.`));
    thread.lastElementChild.scrollIntoView({ block: "nearest" });
  }
  threadId = newId();
}

function newThread() {
  threadId = newId();
  asking.abort();
  setBusy(false);
  thread.replaceChildren(start);
  start.hidden = false;
  question.focus();
}

// --- the input ----------------------------------------------------------------------

function fit() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

function submit() {
  if (busy) return;
  const text = question.value;
  if (!text.trim()) return question.focus();
  question.value = "";
  fit();
  ask(text);
}

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
question.addEventListener("input", fit);
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
document.getElementById("suggestions").addEventListener("click", (event) => {
  if (event.target.matches(".chip")) { ask(event.target.textContent); question.focus(); }
});
document.getElementById("new-thread").addEventListener("click", newThread);
who.addEventListener("change", changePerson);
where.addEventListener("change", moveSeat);
describeReaders();
