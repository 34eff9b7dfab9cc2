// The chat page: sends questions, draws answers. Text of answers is only ever set as text, never parsed as markup.

import { drawAnswer, element } from "./draw.js";

const PATIENCE_MS = 120_000;
const LONG_WAIT_MS = 4_000;

const thread = document.getElementById("thread");
const start = document.getElementById("start");
const form = document.getElementById("form");
const question = document.getElementById("question");
const send = document.getElementById("send");
const who = document.getElementById("who");
const where = document.getElementById("where");
const readers = document.getElementById("readers");

let threadId = newId();
let busy = false;
let asking = new AbortController();
let answers = 0;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const chosen = (select) => select.selectedOptions[0].textContent;

// --- asking ---------------------------------------------------------------------

async function ask(text) {
  if (busy || !text.trim()) return;
  setBusy(true);
  start.hidden = true;
  const asked = element("div", "asked");
  asked.append(element("span", "unseen", "You asked: "), text);
  const answer = element("article", "answer");
  const waiting = element("p", "waiting", "Looking it up");
  answer.append(waiting);
  thread.append(asked, answer);
  asked.scrollIntoView({ block: "start" });
  const slow = setTimeout(() => { waiting.textContent = "Still looking"; }, LONG_WAIT_MS);
  asking = new AbortController();
  const outcome = await fetchAnswer(text, asking.signal);
  clearTimeout(slow);
  if (!answer.isConnected) return; // a new thread was begun meanwhile
  setBusy(false);
  show(answer, outcome, text);
  asked.scrollIntoView({ block: "start" });
}

async function fetchAnswer(text, stopped) {
  const body = { text, thread: threadId, as: who.value || null, in: where.value || null };
  try {
    const response = await fetch("/api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const said = await response.json();
    return response.ok ? { parts: said.parts } : { problem: said.error };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function problemOf(error) {
  if (error.name === "TimeoutError") return "No answer came within two minutes.";
  if (error instanceof SyntaxError) return "The answer could not be read.";
  return "Gatehouse could not be reached. Is it still running?";
}

function show(answer, outcome, text) {
  answers += 1;
  if (outcome.parts) {
    answer.replaceChildren(element("span", "unseen", "Answer: "), ...drawAnswer(outcome.parts, `answer-${answers}`, ask));
    return;
  }
  const again = element("button", "plain", "Ask again");
  again.type = "button";
  again.addEventListener("click", () => { ask(text); question.focus(); });
  answer.replaceChildren(element("p", "problem", outcome.problem), again);
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
  else readers.textContent = "Answers use only what everyone may read.";
}

function moveSeat() {
  describeReaders();
  if (start.hidden) {
    const place = where.value ? ` in ${chosen(where)}` : "";
    thread.append(element("p", "note", `Now asking as ${chosen(who).replace("Everyone", "everyone")}${place}. A new thread.`));
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
who.addEventListener("change", moveSeat);
where.addEventListener("change", moveSeat);
describeReaders();
