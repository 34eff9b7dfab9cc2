// The ML lead asks and submits in the Playground's own page; after a line on standard input she looks at the channel.
// Usage: node walk.mjs ADDRESS FOLDER CHROMIUM. Writes pictures into the folder, and a JSON line after each half.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const [address, folder, executablePath] = process.argv.slice(2);

const told = {};
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 1000 } })).newPage();
page.setDefaultTimeout(60_000);
// Nothing but this machine is asked: the page would fetch Office's fonts.
await page.route("**/*", (route) => {
  const local = ["127.0.0.1", "localhost"].includes(new URL(route.request().url()).hostname);
  return local ? route.continue() : route.abort();
});

let shots = 0;
const shot = (name) => page.screenshot({ path: `${folder}/${String((shots += 1)).padStart(2, "0")}-${name}.png` });
const seen = (text) => page.getByText(text).last().waitFor();
const press = (label) => page.getByRole("button", { name: label, exact: true }).last().click();

async function say(text) {
  await page.getByRole("textbox").first().click();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

await page.goto(address);
await page.getByRole("treeitem", { name: "Personal Chat" }).click();
await say("what is blocking the launch of beam?");
await seen("Risk owner signs");
await shot("answer");
await say("submit beam launch");
await page.getByRole("button", { name: "Open", exact: true }).last().waitFor();
await shot("way-to-the-form");
await press("Open");
await page.getByRole("button", { name: "Ask for sign-off", exact: true }).waitFor();
await shot("form");
await press("Ask for sign-off");
await seen("Launch is submitted");
await shot("receipt");
told.receipt = await page.locator("body").innerText();
await page.getByRole("treeitem", { name: "My Team - Lights" }).click();
await seen("Needs:");
await shot("channel-submitted");
console.log(JSON.stringify(told));

for await (const _ of createInterface({ input: process.stdin })) break;

await seen("The gate passed");
await shot("channel-passed");
told.channel = await page.locator("body").innerText();
await page.getByRole("treeitem", { name: "Personal Chat" }).click();
await seen("The gate passed");
await shot("personal-passed");
await browser.close();
console.log(JSON.stringify(told));
