// Draws the parts of an answer. Everything is made with createElement and textContent: an answer cannot bring markup.

const LONG_QUOTE = 420; // characters; beyond it a quote is shown cut, with a button for the rest

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The elements of an answer, in reading order; runs of sources and of suggestions each become one list. */
export function drawAnswer(parts, id, ask) {
  const numbers = new Set(parts.filter((part) => part.kind === "quote").map((part) => part.n));
  const cited = (made, text) => withCitations(made, text, numbers, id);
  const drawn = [];
  const last = (part) => Number(part.kind === "suggestion"); // what may be asked next stands below everything else
  for (const part of [...parts].sort((a, b) => last(a) - last(b))) {
    if (part.kind === "heading") drawn.push(cited(element("h2"), part.text));
    else if (part.kind === "line") drawn.push(cited(element("p", part.quiet ? "quiet" : ""), part.text));
    else if (part.kind === "items") drawn.push(...items(part, cited));
    else if (part.kind === "quote") listAtEnd(drawn, "ol", "sources", "Sources").append(source(part, id));
    else if (part.kind === "suggestion") listAtEnd(drawn, "div", "chips next", "Ask next").append(chip(part, ask));
  }
  return drawn;
}

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

/** Text in which [n] leads to source n of the same answer. */
function withCitations(made, text, numbers, id) {
  for (const piece of text.split(/(\[\d+\])/)) {
    const n = /^\[\d+\]$/.test(piece) ? Number(piece.slice(1, -1)) : NaN;
    if (!numbers.has(n)) { made.append(piece); continue; }
    const link = element("a", "cite", piece);
    link.href = `#${id}-source-${n}`;
    link.setAttribute("aria-label", `source ${n}`);
    made.append(link);
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
