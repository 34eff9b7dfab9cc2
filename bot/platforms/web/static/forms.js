// Draws a form of the conversation: what stands above, an input each, the ways out. Text is only ever set as text.

import { buttonRow, drawAnswer, element } from "./draw.js";

/** `act.send(command, fields)` runs when the form is sent, `act.press` when another way out is taken. */
export function drawForm(form, id, act) {
  const made = element("form", "asked-for");
  made.noValidate = true; // the conversation says what is missing, in its own words
  made.append(element("h2", "", form.title), ...drawAnswer(form.parts, id, act));
  for (const problem of form.problems) made.append(element("p", "problem", problem));
  form.inputs.forEach((input, n) => made.append(field(input, `${id}-${n}`)));
  const send = element("button", "primary", form.submit);
  send.type = "submit";
  const row = buttonRow(form.others, act.press);
  row.prepend(send);
  made.append(row);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    act.send(form.command, filled(made, form.inputs));
  });
  return made;
}

function filled(made, inputs) {
  const data = new FormData(made);
  return Object.fromEntries(inputs.map((input) => [input.name, data.getAll(input.name).join(", ")]));
}

function field(input, id) {
  const grouped = input.kind === "choice" && (input.many || input.options.length <= 5);
  const room = element(grouped ? "fieldset" : "div", "field");
  const label = element(grouped ? "legend" : "label", "", input.label);
  if (!grouped) label.htmlFor = id;
  if (input.required) label.append(element("span", "needed", " (needed)"));
  room.append(label);
  const notes = [];
  for (const [text, kind] of [[input.hint, "hint"], [input.error, "problem"]]) {
    if (!text) continue;
    const note = element("p", kind, text);
    note.id = `${id}-${kind}`;
    notes.push(note.id);
    room.append(note);
  }
  const control = grouped ? options(input, id) : single(input, id);
  const described = grouped ? room : control;
  if (notes.length) described.setAttribute("aria-describedby", notes.join(" "));
  if (input.error && !grouped) control.setAttribute("aria-invalid", "true");
  room.append(control);
  return room;
}

function single(input, id) {
  const made = input.kind === "choice" ? choice(input) : element(input.lines > 1 ? "textarea" : "input");
  made.id = id;
  made.name = input.name;
  made.required = input.required;
  if (input.kind === "date") made.type = "date";
  if (input.lines > 1) made.rows = input.lines;
  made.value = input.value;
  return made;
}

function choice(input) {
  const made = element("select");
  if (!input.required || !input.value) made.append(new Option("Choose", ""));
  for (const [value, text] of input.options) made.append(new Option(text, value));
  return made;
}

function options(input, id) {
  const room = element("div", "options");
  const chosen = input.value.split(", ");
  input.options.forEach(([value, text], n) => {
    const one = element("input");
    one.type = input.many ? "checkbox" : "radio";
    one.name = input.name;
    one.value = value;
    one.id = `${id}-${n}`;
    one.checked = chosen.includes(value);
    const label = element("label");
    label.append(one, ` ${text}`);
    room.append(label);
  });
  return room;
}
