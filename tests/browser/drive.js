// Works the page as a person would, step by step, and writes down what went wrong in the browser itself.

const wrong = [];
addEventListener("error", (event) => wrong.push(String(event.message)));
addEventListener("unhandledrejection", (event) => wrong.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => wrong.push(`policy: ${event.blockedURI}`));

const find = (selector) => document.querySelector(selector);
const until = async (holds) => { while (!holds()) await new Promise((resume) => setTimeout(resume, 10)); };
const answered = (count) => until(() => document.querySelectorAll(".answer").length === count && !find(".waiting"));

function choose(selector, value) {
  find(selector).value = value;
  find(selector).dispatchEvent(new Event("change"));
}

function type(text) {
  find("#question").value = text;
  find("#question").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
}

async function work() {
  find("#suggestions .chip").click();
  await answered(1);
  type("and who owns it?");
  await answered(2);
  choose("#who", "ines");
  type("fail");
  await answered(3);
  document.querySelector(".answer details").open = true;
}

work().catch((error) => wrong.push(String(error))).finally(() => {
  const root = document.documentElement;
  root.dataset.wrong = JSON.stringify(wrong);
  root.dataset.overflow = String(Math.max(root.scrollWidth, find("main").scrollWidth) - innerWidth);
  root.dataset.focus = document.activeElement.id;
  root.dataset.done = "yes";
});
