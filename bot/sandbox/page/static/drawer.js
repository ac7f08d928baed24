// Controls of what surrounds the bot.

import { byId, make } from "./dom.js";
import { tabs } from "./tabs.js";

const PRESSED = "button, .switch";

export class Drawer {
  constructor(wire, timeline) {
    this.wire = wire;
    this.channel = null;
    this.drawn = "";
    this.isPressed = false;
    this.waiting = null;
    this.told = null;
    this.statuses = new Map();
    tabs(byId("drawer-tabs"), (id) => timeline.see(id === "requests"));
    setInterval(() => this.retell(), 250);
    byId("panels").addEventListener("pointerdown", ({ target }) => (this.isPressed = target.closest(PRESSED) !== null));
    // The click comes after the pointer is up, in the same breath.
    for (const end of ["pointerup", "pointercancel", "blur"]) window.addEventListener(end, () => setTimeout(() => this.release()));
  }

  /**
   * Draw the panels as they are in a channel, unless they are as they were: somebody may be filling
   * them in. Nothing is drawn under a pointer that is down: what it pressed would be gone when it is up.
   */
  show(panels, statuses, channel) {
    this.take(statuses);
    this.waiting = { panels, channel };
    if (!this.isPressed) this.release();
    this.retell();
  }

  release() {
    this.isPressed = false;
    if (!this.waiting) return;
    const { panels, channel } = this.waiting;
    this.waiting = null;
    this.channel = channel;
    const drawn = JSON.stringify(panels);
    if (drawn !== this.drawn) this.draw(panels);
    this.drawn = drawn;
  }

  /** Take that what the switches show holds no longer, until somebody tells how it stands there. */
  leave() {
    this.drawn = "";
    for (const switches of byId("panels").querySelectorAll(".switches")) switches.disabled = true;
  }

  draw(panels) {
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
    for (const select of byId("panels").querySelectorAll("select")) fillFrom(select, (input) => !kept.has(input.dataset.kept));
  }

  /** Take how things stand that actions began; what is left of them is counted down from here. */
  take(statuses) {
    const since = Date.now();
    this.statuses = new Map(
      statuses.map(({ panel, action, text, bad, left }) => [
        `${panel}/${action}`,
        { text, bad, ends: left === null ? null : since + left * 1000 },
      ]),
    );
  }

  panel(panel) {
    const actions = panel.actions.map((action) => this.action(panel.title, action));
    return make("section", { className: "panel", "aria-label": panel.title }, make("h3", {}, panel.title), ...actions);
  }

  action(panel, action) {
    const key = `${panel}/${action.name}`;
    const use = async (control, values) => {
      control.setAttribute("aria-busy", "true");
      const answer = await this.wire.act("press", { panel, action: action.name, values, channel: this.channel });
      control.removeAttribute("aria-busy");
      this.tell({ key, ...answer });
      return !answer.problem;
    };
    const isSwitched = action.fields.some(({ kind }) => kind === "switches");
    const turn = (box, values) => {
      this.drawn = ""; // the box has turned by itself: it is drawn as it stands, even if that is as before
      return use(box, values);
    };
    const drawn = action.fields.map((field) => (field.kind === "switches" ? drawSwitches(key, field, turn) : drawField(key, field)));
    const fields = drawn.length ? make("div", { className: "action-fields" }, ...drawn) : null;
    const told = make(
      "p",
      { className: "told", hidden: true, "data-told": key },
      make("span", { role: "status" }),
      // Not in the status: somebody who listens would hear every second.
      make("span", { className: "left" }),
    );
    const button = make("button", { type: "submit", className: "button button-secondary", "data-kept": `${key}/` }, action.label);
    const hint = make("span", { className: "hint" }, action.hint);
    const submit = async (event) => {
      event.preventDefault();
      if (await use(button, Object.fromEntries(new FormData(event.target)))) empty(key);
    };
    const line = isSwitched ? null : make("div", { className: "action-line" }, hint, button);
    return make("form", { className: "action", onsubmit: submit }, fields, line, told);
  }

  /** Take what the use of an action brought. Only the last is kept: older ones may be true no longer. */
  tell({ key, done, problem }) {
    this.told = { key, text: problem ?? done, bad: Boolean(problem) };
    this.retell();
  }

  /** Say below each action how it stands, or what its last use brought. */
  retell() {
    for (const place of byId("panels").querySelectorAll("[data-told]")) {
      const key = place.dataset.told;
      const answer = this.told?.key === key ? this.told : null;
      const said = (answer?.bad ? answer : this.statuses.get(key)) ?? answer;
      place.hidden = !said;
      place.classList.toggle("bad", Boolean(said?.bad));
      const [sentence, left] = place.children;
      put(sentence, said?.text ?? "");
      put(left, said?.ends ? ` ${secondsUntil(said.ends)} s left` : "");
    }
  }
}

/** Write a text unless it stands there already, which would be read out again. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function secondsUntil(moment) {
  return Math.max(Math.ceil((moment - Date.now()) / 1000), 0);
}

/** Put what is suggested back into an action's text fields: what was typed has been used. */
function empty(key) {
  const typed = byId("panels").querySelectorAll(`input[type=text][data-kept^="${CSS.escape(key)}/"]`);
  for (const field of typed) field.value = field.defaultValue;
}

/** Put into the fields beside a list what is suggested for its choice, unless something was typed there. */
function fillFrom(select, isFree = () => true) {
  for (const [name, value] of Object.entries(JSON.parse(select.selectedOptions[0]?.dataset.fills ?? "{}"))) {
    const input = select.form.elements[name];
    if (!input) continue;
    input.defaultValue = value;
    if (isFree(input)) input.value = value;
  }
}

/** A switch for each option, which shows how it stands and does the action with what it is turned to. */
function drawSwitches(key, field, use) {
  const rows = field.options.map(({ value, label, on, locked }) => {
    const turn = async ({ target }) => {
      if (!(await use(target, { [field.name]: value }))) target.checked = on;
    };
    const box = { type: "checkbox", value, checked: on, disabled: locked !== null, onchange: turn, "data-kept": `${key}/${field.name}/${label}` };
    const why = locked ? make("span", { className: "hint" }, locked) : null;
    return make("label", { className: "switch" }, make("input", box), make("span", {}, label, why ? " " : null, why));
  });
  const none = rows.length ? null : make("p", { className: "hint" }, "There is nothing to choose here.");
  return make("fieldset", { className: "field switches" }, make("legend", {}, field.label), ...rows, none);
}

function drawField(key, field) {
  const common = { name: field.name, required: field.required, "data-kept": `${key}/${field.name}` };
  const input =
    field.kind === "choice"
      ? make(
          "select",
          { ...common, onchange: ({ target }) => fillFrom(target) },
          ...field.options.map(({ value, label, fills }) => make("option", { value, "data-fills": JSON.stringify(fills) }, label)),
        )
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
