// Talks to the server: every request carries the page's token, and waits for a change of person under way.

const PATIENCE_MS = 120_000;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Server {
  #token;
  #signingIn = Promise.resolve();

  constructor(token) {
    this.#token = token;
  }

  /** What the server said, or the problem in words. */
  async post(path, body, stopped) {
    await this.#signingIn;
    return this.#send(path, body, stopped);
  }

  /** Another person sits here from now on; gives the problem where that failed. */
  signIn(person) {
    const before = this.#signingIn;
    const changing = before.then(() => this.#send("/api/sign-in", { person })).then((outcome) => {
      if (outcome.said) this.#token = outcome.said.token;
      return outcome.problem;
    });
    this.#signingIn = changing;
    return changing;
  }

  async #send(path, body, stopped = new AbortController().signal) {
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gatehouse-Token": this.#token },
        body: JSON.stringify(body),
        signal: AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)]),
      });
      const said = await response.json();
      return response.ok ? { said } : { problem: said.error };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }
}

function problemOf(error) {
  if (error.name === "TimeoutError") return "No answer came within two minutes.";
  if (error instanceof SyntaxError) return "The answer could not be read.";
  return "Gatehouse could not be reached. Is it still running?";
}
