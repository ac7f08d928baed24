// A field that suggests while one types.
// The pattern is the WAI-ARIA combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { make } from "./dom.js";

let made = 0;

/**
 * Let an input suggest.
 * @param {HTMLInputElement} input
 * @param {object} how
 * @param {(text: string) => Promise<Array<{label: string, detail?: string}>>} how.source
 * @param {(item: object) => void} how.choose
 * @param {string} how.label what the list holds, for screen readers
 * @param {boolean} [how.eager] whether the first suggestion is chosen by Enter without moving to it
 * @param {number} [how.pause] milliseconds without typing before suggestions are asked for
 */
export function combobox(input, { source, choose, label, eager = false, pause = 0 }) {
  const list = make("ul", { role: "listbox", id: `suggestions-${++made}`, "aria-label": label, hidden: true });
  let items = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  input.after(make("div", { className: "suggestions" }, list));
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
    list.replaceChildren(
      ...items.map((item, i) =>
        make(
          "li",
          { role: "option", id: `${list.id}-${i}`, "aria-selected": "false", onclick: () => take(item) },
          make("span", { className: "option-label" }, item.label),
          item.detail ? make("span", { className: "option-detail" }, item.detail) : null,
        ),
      ),
    );
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    mark(eager && items.length ? 0 : -1);
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
      const from = active < 0 && event.key === "ArrowUp" ? 0 : active;
      mark((from + steps[event.key] + items.length) % items.length);
    } else if ((event.key === "Enter" || (event.key === "Tab" && eager)) && active >= 0) take(items[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
