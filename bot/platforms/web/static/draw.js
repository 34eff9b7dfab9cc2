// Draws the parts of an answer. Everything is made with createElement and textContent: an answer cannot bring markup.

const LONG_QUOTE = 420; // characters; beyond it a quote is shown cut, with a button for the rest

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * The elements of an answer, in reading order; runs of sources and of suggestions each become one list.
 * `act.ask` asks a question, `act.press` is given a button that was pressed.
 */
export function drawAnswer(parts, id, act) {
  const numbers = new Set(parts.filter((part) => part.kind === "quote").map((part) => part.n));
  const cited = (made, text) => withCitations(made, text, numbers, id);
  const drawn = [];
  const last = (part) => Number(part.kind === "suggestion"); // what may be asked next stands below everything else
  for (const part of [...parts].sort((a, b) => last(a) - last(b))) {
    if (part.kind === "quote") listAtEnd(drawn, "ol", "sources", "Sources").append(source(part, id));
    else if (part.kind === "suggestion") listAtEnd(drawn, "div", "chips next", "Ask next").append(chip(part, act.ask));
    else drawn.push(...DRAWN[part.kind](part, cited, act));
  }
  return drawn;
}

const DRAWN = {
  heading: (part, cited) => [cited(element("h2"), part.text)],
  line: (part, cited) => [cited(element("p", part.quiet ? "quiet" : ""), part.text)],
  status: (part) => [element("p", `status ${part.tone}`, part.text)],
  details: (part) => [details(part)],
  items,
  table: (part) => [table(part)],
  picture: (part) => [picture(part)],
  buttons: (part, cited, act) => [buttonRow(part.buttons, act.press)],
  link: (part) => [link(part)],
};

function listAtEnd(drawn, tag, className, label) {
  const last = drawn.at(-1);
  if (last && last.className === className) return last;
  const list = element(tag, className);
  list.setAttribute("role", tag === "ol" ? "list" : "group");
  list.setAttribute("aria-label", label);
  drawn.push(list);
  return list;
}

function items(part, cited) {
  const list = element("ol", "items");
  list.setAttribute("role", "list");
  for (const item of part.items) {
    const entry = cited(element("li"), item.text);
    if (item.detail) entry.append(cited(element("span", "detail"), item.detail));
    list.append(entry);
  }
  if (!part.folded) return part.title ? [element("h3", "", part.title), list] : [list];
  const folded = element("details");
  folded.append(element("summary", "", part.title || `${part.items.length} more`), list);
  return [folded];
}

function details(part) {
  const list = element("dl", "facts");
  for (const [label, value] of part.rows) list.append(element("dt", "", label), element("dd", "", value));
  return list;
}

function table(part) {
  const room = element("div", "table");
  const made = element("table");
  if (part.title) made.append(element("caption", "", part.title));
  const head = element("tr");
  for (const name of part.columns) {
    const cell = element("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  for (const row of part.rows) {
    const line = element("tr");
    line.append(...row.map((cell) => element("td", "", cell)));
    body.append(line);
  }
  made.append(top, body);
  room.append(made);
  return room;
}

function picture(part) {
  const figure = element("figure");
  const image = element("img");
  image.src = `data:image/png;base64,${part.png}`;
  image.alt = part.alt;
  figure.append(image);
  if (part.title) figure.append(element("figcaption", "", part.title));
  return figure;
}

function link(part) {
  const made = element("a", "", part.label);
  if (/^(https?:\/\/|\/(?!\/))/.test(part.url)) made.href = part.url;
  return made;
}

export function buttonRow(buttons, press) {
  const row = element("div", "buttons");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "What can be done");
  for (const button of buttons) {
    const made = element("button", button.style, button.label);
    made.type = "button";
    made.addEventListener("click", () => press(button));
    row.append(made);
  }
  return row;
}

/** Text in which [n] leads to source n of the same answer. */
function withCitations(made, text, numbers, id) {
  for (const piece of text.split(/(\[\d+\])/)) {
    const n = /^\[\d+\]$/.test(piece) ? Number(piece.slice(1, -1)) : NaN;
    if (!numbers.has(n)) { made.append(piece); continue; }
    const to = element("a", "cite", piece);
    to.href = `#${id}-source-${n}`;
    to.setAttribute("aria-label", `source ${n}`);
    made.append(to);
  }
  return made;
}

function source(part, id) {
  const card = element("li");
  card.id = `${id}-source-${part.n}`;
  card.tabIndex = -1;
  const where = element("div", "where");
  where.append(element("b", "", `[${part.n}]`), part.where);
  if (part.updated) where.append(element("span", "when", ` · updated ${part.updated}`));
  const quote = element("blockquote", "", part.text);
  card.append(where, quote);
  if (part.text.length > LONG_QUOTE || part.text.split("\n").length > 7) card.append(unfold(quote));
  return card;
}

function unfold(quote) {
  quote.classList.add("long");
  const more = element("button", "more", "Show the whole quote");
  more.type = "button";
  more.setAttribute("aria-expanded", "false");
  more.addEventListener("click", () => {
    const cut = quote.classList.toggle("long");
    more.textContent = cut ? "Show the whole quote" : "Show less";
    more.setAttribute("aria-expanded", String(!cut));
  });
  return more;
}

function chip(part, ask) {
  const button = element("button", "chip", part.text);
  button.type = "button";
  button.addEventListener("click", () => ask(part.text));
  return button;
}
