// What the bot asked of Discord and what befell it, newest first.

import { byId, make } from "./dom.js";
import { dayOf } from "./times.js";

const MOST_ROWS = 300;
const NONCE_SHOWN = 6;
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export class Timeline {
  constructor() {
    this.list = byId("timeline");
    this.tries = new Map();
    this.isSeen = false;
    this.unseen = 0;
  }

  /** Show the rows that were there before the page was opened. */
  history(rows) {
    this.tries.clear();
    this.list.replaceChildren();
    for (const row of rows) this.show(row);
    this.see(this.isSeen);
    byId("no-requests").hidden = rows.length > 0;
  }

  /** Take that somebody looks at it now, or no longer does; what comes unseen is counted. */
  see(isSeen) {
    this.isSeen = isSeen;
    this.count(0);
  }

  count(unseen) {
    this.unseen = unseen;
    byId("unseen").hidden = unseen === 0;
    byId("unseen").textContent = unseen > 99 ? "99+" : String(unseen || "");
  }

  /** Show a row, or what became of one. */
  show(seen) {
    const row = seen.note === undefined ? this.request(seen) : note(seen);
    const old = this.list.querySelector(`[data-row="${seen.id}"]`);
    if (old) {
      row.querySelector("details").open = old.querySelector("details").open;
      old.replaceWith(row);
      return;
    }
    this.put(row, dayOf(Date.parse(seen.at)));
    byId("no-requests").hidden = true;
    if (!this.isSeen) this.count(this.unseen + 1);
  }

  /** Put a new row on top, below the day's heading: the bot's clock may have been moved to another. */
  put(row, day) {
    const heading = this.list.firstElementChild;
    if (heading?.dataset.day === day) heading.after(row);
    else this.list.prepend(make("li", { className: "when", "data-day": day }, day), row);
    while (this.list.childElementCount > MOST_ROWS) this.list.lastElementChild.remove();
  }

  request(request) {
    const { words, nonce, summary, fault } = request;
    const attempt = this.attempt(request);
    const isAgain = attempt > 1;
    const notes = [
      isAgain ? make("b", { className: "again" }, `↻ try ${attempt}`) : null,
      fault ? make("b", {}, fault.endsWith("before effect") ? "on purpose" : `on purpose, ${fault}`) : null,
      summary ? make("span", { className: "said" }, summary) : null,
      nonce ? make("span", { className: "nonce" }, `nonce ${shortened(nonce)}`) : null,
    ].filter(Boolean);
    const head = make(
      "summary",
      {},
      make("time", {}, clock.format(Date.parse(request.at))),
      make("span", { className: "words" }, words),
      make("span", { className: `code ${mood(request)}` }, result(request)),
      notes.length ? make("span", { className: "notes" }, ...notes) : null,
    );
    const row = { className: `request${isAgain ? " repeated" : ""}`, "data-row": request.id };
    return make("li", row, make("details", {}, head, particulars(request)));
  }

  /** Say which try this is: of a message with the same nonce, or of what had just failed. */
  attempt({ id, nonce, method, path, status, fault }) {
    const key = nonce && method === "POST" ? nonce : `${method} ${path}`;
    const tries = this.tries.get(key) ?? [];
    if (!tries.includes(id)) tries.push(id);
    const number = tries.indexOf(id) + 1;
    const failed = status === null ? Boolean(fault) : status === 429 || status >= 500;
    const isLast = number === tries.length;
    // Without a nonce, what was answered well is done with: the same again is something new.
    if (!nonce && isLast && status !== null && !failed) this.tries.delete(key);
    else this.tries.set(key, tries);
    if (this.tries.size > 2 * MOST_ROWS) this.tries.delete(this.tries.keys().next().value);
    return number;
  }
}

function note({ id, at, note: text, mood: how }) {
  return make(
    "li",
    { className: `note ${how}`, "data-row": id },
    make("time", {}, clock.format(Date.parse(at))),
    make("span", { className: "words" }, text),
  );
}

/** What only somebody who knows the wire asks for. */
function particulars({ method, path, nonce, code, summary, fault }) {
  const facts = [
    ["Request", `${method} ${path}`],
    ["Nonce", nonce],
    ["Discord's error code", code],
    ["Body", summary],
    ["On purpose", fault],
  ].filter(([, value]) => value);
  const parts = facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, String(value))]);
  return make("dl", {}, ...parts);
}

function shortened(nonce) {
  return nonce.length > NONCE_SHOWN + 2 ? `${nonce.slice(0, NONCE_SHOWN)}…` : nonce;
}

function result({ status, code, fault }) {
  if (status !== null) return code ? `${status} · ${code}` : String(status);
  return fault ? "cut" : "…";
}

function mood({ status, fault }) {
  if (status === null) return fault ? "bad" : "slow";
  if (status === 429) return "slow";
  return status >= 400 ? "bad" : "";
}
