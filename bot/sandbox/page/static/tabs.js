// Several panels in one place, of which one is shown.
// The pattern is the WAI-ARIA tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/

import { byId } from "./dom.js";

/**
 * Let a list of tabs show the panels that they control.
 * @param {HTMLElement} list
 * @param {(id: string) => void} chosen what to do when a panel is shown, by its id
 */
export function tabs(list, chosen) {
  const all = [...list.querySelectorAll("[role=tab]")];

  function choose(tab) {
    for (const other of all) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !isChosen;
    }
    chosen(tab.getAttribute("aria-controls"));
  }

  for (const tab of all) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    if (!(event.key in steps)) return;
    const at = all.indexOf(document.activeElement) + steps[event.key];
    const next = all[(at + all.length) % all.length];
    choose(next);
    next.focus();
    event.preventDefault();
  });
}
