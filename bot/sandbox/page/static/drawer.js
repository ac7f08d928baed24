// Controls of what surrounds the bot, and the requests that it made.

import { byId, make } from "./dom.js";

const MOST_ROWS = 300;
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export class Drawer {
  constructor(wire, messages) {
    this.wire = wire;
    this.messages = messages;
    this.drawn = "";
    this.told = new Map();
    this.tries = new Map();
    byId("open-drawer").addEventListener("click", () => this.slide(byId("drawer").hidden));
    byId("close-drawer").addEventListener("click", () => this.slide(false));
  }

  slide(open) {
    byId("drawer").hidden = !open;
    document.body.classList.toggle("with-drawer", open);
    byId("open-drawer").setAttribute("aria-expanded", String(open));
    byId(open ? "close-drawer" : "open-drawer").focus();
  }

  /** Draw the panels, unless they are as they were: somebody may be filling them in. */
  show(panels) {
    const drawn = JSON.stringify(panels);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    // What somebody typed stays; what was only suggested gives way to what is suggested now.
    const fields = [...byId("panels").querySelectorAll("[data-kept]")].filter((f) => f.value !== f.defaultValue);
    const kept = new Map(fields.map((f) => [f.dataset.kept, f.value]));
    const focused = document.activeElement?.dataset?.kept;
    byId("panels").replaceChildren(...panels.map((panel) => this.panel(panel)));
    for (const field of byId("panels").querySelectorAll("[data-kept]")) {
      const value = kept.get(field.dataset.kept);
      const fits = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value);
      if (value !== undefined && fits) field.value = value;
      if (field.dataset.kept === focused) field.focus();
    }
  }

  panel(panel) {
    const actions = panel.actions.map((action) => this.action(panel.title, action));
    return make("section", { className: "panel", "aria-label": panel.title }, make("h3", {}, panel.title), ...actions);
  }

  action(panel, action) {
    const key = `${panel}/${action.name}`;
    const drawn = action.fields.map((field) => drawField(key, field));
    const fields = drawn.length ? make("div", { className: "action-fields" }, ...drawn) : null;
    const told = make("p", { className: "told", role: "status", hidden: true });
    this.retell(key, told);
    const button = make("button", { type: "submit", className: "button button-secondary", "data-kept": `${key}/` }, action.label);
    const hint = make("span", { className: "hint" }, action.hint);
    const submit = async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(event.target));
      button.setAttribute("aria-busy", "true");
      const answer = await this.wire.act("press", { panel, action: action.name, values, channel: this.messages.channel });
      button.removeAttribute("aria-busy");
      this.tell({ key, ...answer });
      if (!answer.problem) empty(key);
    };
    told.dataset.told = key;
    return make("form", { className: "action", onsubmit: submit }, fields, make("div", { className: "action-line" }, hint, button), told);
  }

  /** Say below an action what it did, or how it is going. */
  tell({ key, ...answer }) {
    this.told.set(key, answer);
    for (const place of byId("panels").querySelectorAll(`[data-told="${CSS.escape(key)}"]`)) this.retell(key, place);
  }

  retell(key, element) {
    const answer = this.told.get(key);
    if (!answer) return;
    element.textContent = answer.problem ?? answer.done;
    element.classList.toggle("bad", Boolean(answer.problem));
    element.hidden = false;
  }

  /** Show the requests that were made before the page was opened. */
  history(requests) {
    this.tries.clear();
    byId("timeline").replaceChildren();
    for (const request of requests) this.request(request);
  }

  /** Show a request, or what became of one. */
  request(request) {
    const timeline = byId("timeline");
    const row = this.row(request);
    const old = timeline.querySelector(`[data-request="${request.id}"]`);
    if (old) old.replaceWith(row);
    else timeline.prepend(row);
    while (timeline.childElementCount > MOST_ROWS) timeline.lastElementChild.remove();
  }

  row(request) {
    const { at, method, path, route, summary, nonce, fault } = request;
    const notes = [
      fault ? make("b", {}, fault) : null,
      this.retried(request),
      nonce ? `nonce ${nonce}` : null,
      summary,
    ].filter(Boolean);
    return make(
      "li",
      { className: "request", "data-request": request.id },
      make("time", {}, clock.format(Date.parse(at))),
      make("span", { className: "method" }, method),
      make("span", { className: "path", title: path }, (route || path).replaceAll(/\{\w+\}/g, "…")),
      make("span", { className: `code ${mood(request)}` }, result(request)),
      notes.length ? make("span", { className: "more", title: summary }, ...between(notes)) : null,
    );
  }

  /** Say which try this is, of a message that was asked for before with the same nonce. */
  retried({ id, nonce, method }) {
    if (!nonce || method !== "POST") return null;
    const seen = this.tries.get(nonce) ?? [];
    if (!seen.includes(id)) this.tries.set(nonce, [...seen, id]);
    const number = this.tries.get(nonce).indexOf(id) + 1;
    return number > 1 ? `↻ try ${number}` : null;
  }
}

function between(notes) {
  return notes.flatMap((note, i) => (i ? [" · ", note] : [note]));
}

function result({ status, fault }) {
  if (status !== null) return String(status);
  return fault ? "cut" : "…";
}

function mood({ status, fault }) {
  if (status === null) return fault ? "bad" : "slow";
  if (status === 429) return "slow";
  return status >= 400 ? "bad" : "";
}

/** Put what is suggested back into an action's text fields: what was typed has been used. */
function empty(key) {
  const typed = byId("panels").querySelectorAll(`input[type=text][data-kept^="${CSS.escape(key)}/"]`);
  for (const field of typed) field.value = field.defaultValue;
}

function drawField(key, field) {
  const common = { name: field.name, required: field.required, "data-kept": `${key}/${field.name}` };
  const input =
    field.kind === "choice"
      ? make("select", common, ...field.options.map(({ value, label }) => make("option", { value }, label)))
      : make("input", {
          ...common,
          type: field.kind,
          defaultValue: field.value,
          min: field.least ?? undefined,
          max: field.most ?? undefined,
          autocomplete: "off",
        });
  if (field.kind === "choice" && field.value) input.value = field.value;
  return make("label", { className: `field ${field.kind}` }, make("span", {}, field.label), input);
}
