// Three people bring a gate of the demo programme from the request to the receipt, as people do it in a browser.
// Usage: node walk.mjs ADDRESS FOLDER CHROMIUM. Writes pictures into the folder, and one JSON line to standard output.

import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const [address, folder, executablePath] = process.argv.slice(2);

const wrong = [];
const told = {};
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const page = await (await browser.newContext({ viewport: { width: 1180, height: 900 } })).newPage();
page.setDefaultTimeout(20_000);
page.on("pageerror", (error) => wrong.push(String(error)));
page.on("console", (message) => { if (message.type() === "error") wrong.push(`${page.url()} ${message.text()}`); });

let shots = 0;
const shot = (name) => page.screenshot({ path: `${folder}/${String((shots += 1)).padStart(2, "0")}-${name}.png` });
const last = () => page.locator("article.answer").last();
const atRest = () => page.waitForFunction(() => {
  const all = document.querySelectorAll("article.answer");
  return all.length && !document.querySelector(".waiting");
});

async function say(text) {
  const before = await page.locator("article.answer").count();
  await page.fill("#question", text);
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelectorAll("article.answer").length > n, before);
  await atRest();
}

async function press(label) {
  await last().getByRole("button", { name: label, exact: true }).click();
  await atRest();
}

/** In the chat, with its scripts: whoever sits there changes, then orders are typed and pressed. */
async function sit(person) {
  await page.selectOption("#who", person);
}

/** Step through a review to its end; the steps are counted. */
async function walkThrough(submit) {
  for (let steps = 0; steps < 30; steps += 1) {
    if (await last().getByRole("button", { name: "Record the decision" }).count()) return steps;
    await submit();
  }
  throw new Error("the review has no end");
}

const nextStep = async () => {
  const seen = last().getByRole("button", { name: "I have looked at these" });
  if (await seen.count()) await seen.click();
  else {
    await last().getByLabel("Yes, confirm", { exact: true }).check();
    await last().getByRole("button", { name: "Next", exact: true }).click();
  }
  await atRest();
};

async function decide(decision) {
  await last().getByLabel(decision, { exact: true }).check();
  await press("Record the decision");
}

// --- the evidence that was missing, and the request ----------------------------------------

await page.goto(address);
await shot("chat");
await sit("tomas.weber");
await say("submit churn-uplift production");
told.missing = await last().innerText();
await shot("not-submitted");
await fetch(`${address}api/evidence`, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    Authorization: `Bearer ${process.env.GATEHOUSE_TOKEN}`,
    "Idempotency-Key": "loadtest-4711",
  },
  body: JSON.stringify({
    project: "churn-uplift", gate: "production", criterion: "latency-p95", value: "108", unit: "ms",
    subject: { version: "v3.2" }, conditions: { rps: "50" }, producer: "chen.wei", source: "load test 4711",
  }),
}).then(async (response) => { told.evidence = await response.json(); });
await say("submit churn-uplift production");
await shot("submit-form");
await press("Ask for sign-off");
told.request = await last().innerText();
await shot("requested");

// --- the first approver, in the chat --------------------------------------------------------

await sit("aiko.sato");
await say("show churn-uplift production");
await shot("card");
await press("Review and sign");
await shot("review");
told.steps = await walkThrough(nextStep);
await shot("decision");
await decide("Approve");
told.first = await last().innerText();
await shot("first-receipt");

// --- somebody who may not ---------------------------------------------------------------------

await sit("helena.koch");
await say("approve churn-uplift production");
told.refused = await last().innerText();
await shot("refused");

// --- the second approver, on the pages, on a phone --------------------------------------------

await page.setViewportSize({ width: 360, height: 780 });
await page.goto(`${address}queue`);
const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const onPages = async (label) => { await page.getByRole("button", { name: label, exact: true }).first().click(); await page.waitForLoadState(); };

async function signOnPages(person) {
  await page.goto(`${address}queue`);
  await page.selectOption("select[name=person]", person);
  await onPages("Switch");
  await page.goto(`${address}gate/churn-uplift/production`);
  await onPages("Review and sign");
  await shot(`phone-review-${person.split(".")[0]}`);
  for (let steps = 0; steps < 30 && !(await page.getByRole("button", { name: "Record the decision" }).count()); steps += 1) {
    const seen = await page.getByRole("button", { name: "I have looked at these" }).count();
    if (!seen) await page.getByLabel("Yes, confirm", { exact: true }).check();
    await onPages(seen ? "I have looked at these" : "Next");
  }
  await page.getByLabel("Approve", { exact: true }).check();
  await shot(`phone-decision-${person.split(".")[0]}`);
  await onPages("Record the decision");
}

await signOnPages("maya.lindqvist");
told.second = await page.locator("main").innerText();
await shot("phone-second-receipt");
told.overflow = await overflow();
await signOnPages("rita.fonseca");
told.third = await page.locator("main").innerText();
await shot("phone-third-receipt");

// --- where it stands now -------------------------------------------------------------------------

await page.setViewportSize({ width: 1180, height: 900 });
for (const path of ["board", "gate/churn-uplift/production", "portfolio", "spend", "audit?verify=yes"]) {
  await page.goto(address + path);
  told[path] = await page.locator("main").innerText();
  await page.screenshot({ path: `${folder}/page-${path.replace(/[^a-z]+/g, "-")}.png`, fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  told.overflow = Math.max(told.overflow, await overflow());
  await page.screenshot({ path: `${folder}/phone-${path.replace(/[^a-z]+/g, "-")}.png` });
  await page.setViewportSize({ width: 1180, height: 900 });
}
await browser.close();
console.log(JSON.stringify({ wrong, told }));
