// The messages of the channel that is looked at, in the order of their ids.

import { byId, make, rendered } from "./dom.js";
import { keepFocus } from "./focus.js";
import { keptInTab } from "./kept.js";
import { dayOf, refresh } from "./times.js";

const TOGETHER = 7 * 60_000;
const NEAR = 120;

export class Messages {
  constructor(wire) {
    this.wire = wire;
    this.channel = null;
    this.arranging = false;
    this.expecting = false;
    this.read = new Map(JSON.parse(keptInTab.get("read") ?? "[]"));
    this.log = byId("messages");
    this.list = byId("list");
    byId("earlier").addEventListener("click", () => {
      const before = this.list.querySelector(".message")?.dataset.id;
      if (before) wire.ask({ earlier: this.channel, before });
    });
    setInterval(() => refresh(document, wire.now()), 1000);
    // What is below may grow, as a command does that is filled in: the end stays in sight.
    let height = this.log.clientHeight;
    new ResizeObserver(() => {
      const grown = height - this.log.clientHeight;
      height = this.log.clientHeight;
      if (this.log.scrollHeight - this.log.scrollTop - height - grown < NEAR) this.log.scrollTop = this.log.scrollHeight;
    }).observe(this.log);
  }

  /** Show a channel from the first message on that one has not read, else its end. */
  open({ id, messages, more }) {
    const again = id === this.channel;
    const height = this.log.scrollTop;
    const stay = again && !this.atEnd;
    this.channel = id;
    // The list is another one as a whole; it is not read out as if so many people spoke at once.
    this.log.setAttribute("aria-busy", "true");
    this.list.replaceChildren(...messages.map(({ html }) => rendered(html)));
    byId("earlier").hidden = !more;
    this.arrange();
    const unread = again ? null : this.firstUnread(more);
    this.log.scrollTop = stay ? height : this.log.scrollHeight;
    unread?.scrollIntoView({ block: "start" });
    this.note();
    requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
  }

  /** The first message that one has not read, or its day; null if it may not be loaded. */
  firstUnread(more) {
    const read = this.read.get(this.channel);
    const shown = [...this.list.querySelectorAll(".message")];
    const at = shown.findIndex(({ dataset }) => !read || isAfter(dataset.id, read));
    if (at < 0 || (at === 0 && more)) return null;
    const before = shown[at].previousElementSibling;
    return before?.matches(".day") ? before : shown[at];
  }

  /** Note how far one has read here; a page that is loaded again in this tab knows it. */
  note() {
    const last = [...this.list.querySelectorAll(".message")].pop();
    if (!last || this.read.get(this.channel) === last.dataset.id) return;
    this.read.set(this.channel, last.dataset.id);
    keptInTab.set("read", JSON.stringify([...this.read]));
  }

  /** Put earlier messages above, without moving what is read. */
  earlier({ messages, more }) {
    const below = this.log.scrollHeight - this.log.scrollTop;
    this.list.prepend(...messages.map(({ html }) => rendered(html)));
    byId("earlier").hidden = !more;
    this.arrange();
    this.log.scrollTop = this.log.scrollHeight - below;
  }

  /** Put a message in its place: a new one, or one that reads differently now. */
  put({ id, html, new: isNew }) {
    const wasAtEnd = this.atEnd || (isNew && this.expecting);
    const message = rendered(html);
    const old = this.find(id);
    if (old) {
      keepFocus(old, message);
      if (!old.querySelector(".thinking")) message.classList.add("changed");
    } else if (isNew) {
      this.expecting = false;
      message.classList.add("fresh");
      const next = [...this.list.querySelectorAll(".message")].find((other) => isAfter(other.dataset.id, id));
      if (next) next.before(message);
      else this.list.append(message);
    } else {
      return;
    }
    this.later(wasAtEnd);
  }

  /** Somebody said or asked something here: show what comes next, wherever they have scrolled. */
  expect() {
    this.expecting = true;
  }

  remove(id) {
    const wasAtEnd = this.atEnd;
    this.find(id)?.remove();
    this.later(wasAtEnd);
  }

  find(id) {
    return this.list.querySelector(`.message[data-id="${id}"]`);
  }

  /** Do something that may make a message higher or lower; the end stays in sight. */
  settle(change) {
    const wasAtEnd = this.atEnd;
    change();
    if (wasAtEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  get atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  /** Arrange once for all that came together: a burst would cost a pass for each message. */
  later(toEnd) {
    this.toEnd ||= toEnd;
    if (this.arranging) return;
    this.arranging = true;
    requestAnimationFrame(() => {
      this.arranging = false;
      this.arrange();
      this.note();
      if (this.toEnd) this.log.scrollTop = this.log.scrollHeight;
      this.toEnd = false;
    });
  }

  /** Put days between messages, and let one person's messages in a row share a head. */
  arrange() {
    for (const line of this.list.querySelectorAll(".day")) line.remove();
    let before = null;
    for (const message of this.list.querySelectorAll(".message")) {
      const isNewDay = !before || dayOf(saidAt(before)) !== dayOf(saidAt(message));
      if (isNewDay) message.before(make("p", { className: "day" }, dayOf(saidAt(message))));
      message.classList.toggle("follows", !isNewDay && follows(message, before));
      before = message;
    }
    byId("empty").hidden = before !== null;
    refresh(this.list, this.wire.now());
  }
}

const saidAt = (message) => Date.parse(message.dataset.at);

function follows(message, before) {
  return (
    message.dataset.author === before.dataset.author &&
    saidAt(message) - saidAt(before) < TOGETHER &&
    !message.querySelector(".message-context") &&
    !message.matches(".message-ephemeral") &&
    !before.matches(".message-ephemeral")
  );
}

/** Ids are numbers too large for JavaScript's, without leading zeros. */
function isAfter(id, other) {
  return id.length === other.length ? id > other : id.length > other.length;
}
