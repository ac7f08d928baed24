// What lies beside the messages, and what lies above them where there is no room beside them.

import { byId } from "./dom.js";

const SMALL = matchMedia("(max-width: 760px)");
const MIDDLING = matchMedia("(max-width: 1100px)");

/** The places on the left and the drawer on the right: whether they are open, and what that covers. */
export class Layout {
  constructor() {
    this.side = false;
    this.drawer = false;
    for (const query of [SMALL, MIDDLING]) query.addEventListener("change", () => this.arrange());
    byId("open-side").addEventListener("click", () => this.slideSide(!this.side));
    byId("open-drawer").addEventListener("click", () => this.slideDrawer(!this.drawer));
    byId("close-drawer").addEventListener("click", () => this.slideDrawer(false));
    byId("veil").addEventListener("click", () => this.uncover());
    document.addEventListener("keydown", (event) => this.typed(event));
    this.arrange();
  }

  /** Whether the places are put away until somebody asks for them. */
  get sideIsAway() {
    return SMALL.matches || (MIDDLING.matches && this.drawer);
  }

  /** Bring the places in, or put them away; where there is room, they always stand there. */
  slideSide(open) {
    if (open === this.side) return;
    this.side = open;
    this.arrange();
    if (open) byId("places").querySelector("[aria-current]")?.focus();
    else byId("open-side").focus();
  }

  /** Open or close the drawer. */
  slideDrawer(open) {
    if (open === this.drawer) return;
    this.drawer = open;
    this.arrange();
    byId(open ? "close-drawer" : "open-drawer").focus();
  }

  /** Put away what lies above the messages; the places first, which lie above everything. */
  uncover() {
    if (this.side && this.sideIsAway) this.slideSide(false);
    else this.slideDrawer(false);
  }

  typed(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const covered = !byId("veil").hidden;
    if (covered || byId("drawer").contains(document.activeElement)) this.uncover();
  }

  arrange() {
    const sideAbove = this.side && this.sideIsAway;
    const drawerAbove = this.drawer && SMALL.matches;
    const { body } = document;
    body.classList.toggle("with-drawer", this.drawer && !SMALL.matches);
    body.classList.toggle("side-away", this.sideIsAway);
    body.classList.toggle("drawer-above", SMALL.matches);
    byId("side").classList.toggle("open", sideAbove);
    byId("drawer").hidden = !this.drawer;
    byId("veil").hidden = !sideAbove && !drawerAbove;
    document.querySelector("main").inert = sideAbove || drawerAbove;
    byId("drawer").inert = sideAbove;
    byId("open-side").setAttribute("aria-expanded", String(sideAbove));
    byId("open-drawer").setAttribute("aria-expanded", String(this.drawer));
  }
}
