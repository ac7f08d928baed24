// A field that suggests while one types.
// The pattern is the WAI-ARIA combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { make } from "./dom.js";

const CUT_AT = 0.6;

let made = 0;

/**
 * Let an input suggest.
 * @param {HTMLInputElement} input
 * @param {object} how
 * @param {(text: string) => Promise<Array<{label: string, detail?: string}>>} how.source
 * @param {(item: object) => void} how.choose
 * @param {string} how.label what the list holds, for screen readers
 * @param {boolean} [how.eager] whether the first suggestion is chosen by Enter without moving to it
 * @param {(text: string) => ?{label: string, detail?: string}} [how.nothing] what to say where nothing is found
 * @param {number} [how.pause] milliseconds without typing before suggestions are asked for
 */
export function combobox(input, { source, choose, label, eager = false, nothing = () => null, pause = 0 }) {
  const list = make("ul", { role: "listbox", id: `suggestions-${++made}`, "aria-label": label, hidden: true });
  let items = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  const box = make("div", { className: "suggestions" }, list);
  input.after(box);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) input.setAttribute(name, value);

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    if (active === index && list.children[index]?.classList.contains("active")) return;
    active = index;
    for (const [i, option] of [...list.children].entries()) {
      option.classList.toggle("active", i === active);
      option.setAttribute("aria-selected", String(i === active));
    }
    const option = list.children[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(item) {
    close();
    choose(item);
  }

  function draw() {
    const said = items.length ? null : nothing(input.value);
    const rows = items.map((item, i) =>
      row(item, { id: `${list.id}-${i}`, "aria-selected": "false", onclick: () => take(item), onpointermove: () => mark(i) }),
    );
    list.replaceChildren(...(said ? [row(said, { "aria-disabled": "true" })] : rows));
    list.hidden = list.childElementCount === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    align(box, input);
    cut(list);
    mark(eager && items.length ? 0 : -1);
  }

  function row({ label: text, detail }, properties) {
    return make(
      "li",
      { role: "option", ...properties },
      make("span", { className: "option-label" }, text),
      detail ? make("span", { className: "option-detail" }, detail) : null,
    );
  }

  async function ask() {
    const question = ++asked;
    const found = await source(input.value);
    if (question !== asked) return;
    items = found;
    draw();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (pause) timer = setTimeout(ask, pause);
    else ask();
  });
  input.addEventListener("focus", () => {
    if (pause) ask();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      if (items.length === 0) return;
      const from = active < 0 && event.key === "ArrowUp" ? 0 : active;
      mark((from + steps[event.key] + items.length) % items.length);
    } else if ((event.key === "Enter" || (event.key === "Tab" && eager)) && active >= 0) take(items[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Let suggestions stand above their own field, as far as the form has room for them there. */
function align(box, input) {
  const field = input.getBoundingClientRect();
  const form = input.form.getBoundingClientRect();
  const left = Math.max(form.left, Math.min(field.left, form.right - box.offsetWidth));
  const around = box.offsetParent;
  box.style.left = `${left - around.getBoundingClientRect().left - around.clientLeft}px`;
}

/** End a list that scrolls in the middle of a row: one sees that more follow. */
function cut(list) {
  list.style.maxHeight = "";
  if (list.scrollHeight <= list.clientHeight) return;
  const ends = [...list.children].map((row) => row.offsetTop - list.offsetTop + CUT_AT * row.offsetHeight);
  const end = ends.findLast((height) => height <= list.clientHeight);
  if (end) list.style.maxHeight = `${end}px`;
}
