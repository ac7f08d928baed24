// What stands above the messages: a welcome, and that this sandbox is another one than before.

import { byId } from "./dom.js";
import { kept, keptInTab } from "./kept.js";

export class Notices {
  constructor() {
    this.name = "Sandbox";
    for (const id of ["renewed", "welcome"]) {
      byId(id).querySelector("button").addEventListener("click", () => {
        byId(id).hidden = true;
        if (id === "welcome") kept.set("welcomed", this.text);
        byId("say").focus();
      });
    }
  }

  /** Say what this is, when the stream opens. */
  hello({ world, welcome }) {
    const before = keptInTab.get("world");
    if (before && before !== world) byId("renewed").hidden = false;
    keptInTab.set("world", world);
    if (welcome) this.greet(welcome);
  }

  greet({ name, tagline, html }) {
    this.name = name;
    this.text = html;
    byId("brand").textContent = name;
    byId("tagline").textContent = tagline;
    byId("welcome").firstElementChild.innerHTML = html;
    byId("welcome").hidden = kept.get("welcomed") === html;
  }
}
