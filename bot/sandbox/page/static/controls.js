// Buttons and menus on messages, and the forms that the bot opens.

import { byId, make, say } from "./dom.js";
import { goOn } from "./focus.js";

const GAP = 10;
const LEAST_HEIGHT = 96;

export class Controls {
  constructor(wire, messages) {
    this.wire = wire;
    this.messages = messages;
    this.objects = {};
    const { list } = messages;
    list.addEventListener("click", (event) => this.clicked(event));
    list.addEventListener("keydown", (event) => this.typed(event));
    list.addEventListener("focusin", ({ target }) => {
      // The active option is what Tab comes back to, and what makes a long list scroll by keys.
      if (!target.matches(".menu [role=option]")) return;
      for (const option of target.parentElement.children) option.tabIndex = option === target ? 0 : -1;
    });
    // One option is active, whether one points or types: the one with the focus.
    list.addEventListener("pointermove", ({ target }) => target.closest(".menu [role=option]")?.focus({ preventScroll: true }));
    document.addEventListener("click", ({ target }) => {
      for (const menu of list.querySelectorAll(".menu")) if (!menu.contains(target)) close(menu);
    });
    byId("form-cancel").addEventListener("click", () => byId("form-dialog").close());
    byId("bot-form").addEventListener("submit", (event) => this.submit(event));
  }

  clicked({ target }) {
    const message = target.closest(".message");
    const button = target.closest("[data-button]");
    const menu = target.closest(".menu");
    if (target.closest("[data-dismiss]")) this.dismiss(message);
    else if (button) this.use(message, button, "click", { button: button.dataset.button });
    else if (target.closest(".menu-opener")) this.toggle(menu);
    else if (menu && target.closest("[role=option]")) this.choose(menu, target.closest("[role=option]"));
  }

  async dismiss(message) {
    if (message.matches(".message-failed")) {
      this.messages.remove(message.dataset.id);
      byId("say").focus();
      return;
    }
    const told = await this.wire.act("dismiss", { channel: this.messages.channel, message: message.dataset.id });
    goOn(message, byId("say"));
    if (!told.problem) this.messages.remove(message.dataset.id);
  }

  /** Tell the bot, and show what the client itself has to say about it. */
  async use(message, control, action, body) {
    if (control.getAttribute("aria-busy") === "true") return;
    control.setAttribute("aria-busy", "true");
    message.querySelector(".failed")?.remove();
    const told = await this.wire.act(action, {
      channel: this.messages.channel,
      message: message.dataset.id,
      ...body,
    });
    control.removeAttribute("aria-busy");
    this.told(told, (sentence) => {
      const failed = make("p", { className: "failed", role: "alert" }, sentence);
      this.messages.find(message.dataset.id)?.querySelector(".message-body").append(failed);
    });
  }

  /**
   * Open the form that an answer brought; hand a sentence on what failed to `complain`, unless a row
   * among the messages says so.
   */
  told({ problem, notice, failed, form }, complain) {
    if (failed) {
      if (failed.channel === this.messages.channel) this.messages.put({ ...failed, new: true });
    } else if (problem ?? notice) complain(problem ?? `${notice}.`);
    if (!form) return;
    byId("form-body").innerHTML = form.html;
    byId("bot-form").dataset.form = form.id;
    say(byId("form-problem"), null);
    byId("form-dialog").showModal();
    byId("form-body").querySelector("input, textarea")?.focus();
  }

  async submit(event) {
    event.preventDefault();
    const form = byId("bot-form");
    const told = await this.wire.act("submit", {
      form: form.dataset.form,
      values: Object.fromEntries(new FormData(form)),
    });
    const failed = told.problem ?? told.notice;
    if (!failed) byId("form-dialog").close();
    this.told(told, (sentence) => say(byId("form-problem"), sentence));
  }

  toggle(menu) {
    if (menu.querySelector("[role=listbox]").hidden) this.openMenu(menu);
    else close(menu);
  }

  openMenu(menu) {
    const list = menu.querySelector("[role=listbox]");
    if (menu.dataset.kind !== "string") list.replaceChildren(...this.choices(menu.dataset.kind));
    list.hidden = false;
    menu.classList.add("open");
    place(menu, list, this.messages.log);
    menu.querySelector(".menu-opener").setAttribute("aria-expanded", "true");
    if (menu.dataset.most !== "1") list.setAttribute("aria-multiselectable", "true");
    (list.querySelector("[aria-selected=true]") ?? list.firstElementChild)?.focus({ preventScroll: true });
  }

  choices(kind) {
    const objects = kind === "mentionable" ? [...this.objects.user, ...this.objects.role] : this.objects[kind];
    return objects.map(({ value, label }) =>
      make(
        "li",
        { role: "option", tabIndex: -1, "data-value": value, "aria-selected": "false" },
        make("span", { className: "option-label" }, label),
      ),
    );
  }

  /** Take an option; where several may be chosen, closing the menu sends them. */
  choose(menu, option) {
    if (menu.dataset.most === "1") {
      this.send(menu, [option.dataset.value]);
      return;
    }
    const selected = option.getAttribute("aria-selected") !== "true";
    option.setAttribute("aria-selected", String(selected));
    const values = [...menu.querySelectorAll("[aria-selected=true]")].map(({ dataset }) => dataset.value);
    menu.querySelector(".menu-label").textContent = `${values.length} chosen: Enter to send`;
  }

  send(menu, values) {
    close(menu);
    const opener = menu.querySelector(".menu-opener");
    opener.focus();
    this.use(menu.closest(".message"), opener, "select", { menu: menu.dataset.menu, values });
  }

  typed(event) {
    const option = event.target.closest("[role=option]");
    const menu = event.target.closest(".menu");
    if (!menu) return;
    const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
    if (event.key === "Escape") {
      close(menu);
      menu.querySelector(".menu-opener").focus();
    } else if (!option && event.key === "ArrowDown") this.openMenu(menu);
    else if (!option) return;
    else if (event.key in steps) option[steps[event.key]]?.focus();
    else if (event.key === "Home") option.parentElement.firstElementChild.focus();
    else if (event.key === "End") option.parentElement.lastElementChild.focus();
    else if (event.key === " ") this.choose(menu, option);
    else if (event.key === "Enter") this.enter(menu, option);
    else if (event.key === "Tab") close(menu);
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }

  enter(menu, option) {
    const chosen = [...menu.querySelectorAll("[aria-selected=true]")].map(({ dataset }) => dataset.value);
    if (menu.dataset.most === "1" || chosen.length === 0) this.send(menu, [option.dataset.value]);
    else this.send(menu, chosen);
  }
}

/** Put a menu's list where there is room for it: below, else above, and no larger than that. */
function place(menu, list, log) {
  const opener = menu.querySelector(".menu-opener").getBoundingClientRect();
  const around = log.getBoundingClientRect();
  const below = around.bottom - opener.bottom - GAP;
  const above = opener.top - around.top - GAP;
  list.style.maxHeight = "";
  const isUp = list.offsetHeight > below && above > below;
  list.classList.toggle("up", isUp);
  list.style.maxHeight = `${Math.min(list.offsetHeight, Math.max(isUp ? above : below, LEAST_HEIGHT))}px`;
}

function close(menu) {
  menu.classList.remove("open");
  menu.querySelector("[role=listbox]").hidden = true;
  menu.querySelector(".menu-opener").setAttribute("aria-expanded", "false");
}
