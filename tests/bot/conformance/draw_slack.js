// Draws Slack messages as HTML: a folder of {name: {blocks}} JSON in, one HTML page a message out.
// Run by tests/bot/conformance/cards.py inside a folder that has slack-blocks-to-jsx, react and react-dom installed.
const fs = require("fs");
const path = require("path");
const root = process.cwd();
const load = (name) => require(path.join(root, "node_modules", name));
const React = load("react");
const { renderToStaticMarkup } = load("react-dom/server");
const { Message } = load("slack-blocks-to-jsx");

const style = fs.readFileSync(path.join(root, "node_modules/slack-blocks-to-jsx/dist/style.css"), "utf8");
const messages = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
for (const [name, blocks] of Object.entries(messages)) {
  let body;
  try {
    body = renderToStaticMarkup(
      React.createElement(Message, { blocks, logo: "", name: "gatehouse", time: new Date("2026-11-20T09:12:00Z") })
    );
  } catch (error) {
    body = `<pre>This block cannot be drawn: ${String(error)}</pre>`;
  }
  const page = `<!doctype html><meta charset="utf-8"><style>${style} body{width:680px;margin:16px;font-family:sans-serif}</style>${body}`;
  fs.writeFileSync(path.join(process.argv[3], `${name}.html`), page);
}
