// Servers and channels on the left, with how much is new in each.

import { byId, make } from "./dom.js";

const SIGNS = { channel: "#", thread: "↳", direct: "✉" };

export class Places {
  /** @param {(id: string) => void} open what to do when a channel is chosen */
  constructor(open) {
    this.open = open;
    this.current = null;
    this.unread = new Map();
    this.folded = new Set();
    this.places = [];
  }

  /** Every channel that can be opened. */
  get channels() {
    return this.places.flatMap((place) => place.channels);
  }

  find(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  show(places) {
    const drawn = JSON.stringify(this.places);
    this.places = places;
    if (JSON.stringify(places) !== drawn) this.draw();
  }

  choose(id) {
    const before = this.current;
    this.current = id;
    this.unread.delete(id);
    for (const changed of [before, id]) this.mark(changed);
  }

  /** Count a message that came in a channel which is not looked at. */
  count(id) {
    if (id === this.current) return;
    this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
    this.mark(id);
  }

  draw() {
    const focused = document.activeElement?.dataset?.channel;
    byId("places").replaceChildren(...this.places.map((place) => this.place(place)));
    if (focused) byId("places").querySelector(`[data-channel="${focused}"]`)?.focus();
  }

  place(place) {
    const channels = place.channels.map((channel) => make("li", {}, this.link(channel)));
    return make(
      "details",
      {
        className: "place",
        open: !this.folded.has(place.name),
        ontoggle: ({ target }) => {
          if (target.open) this.folded.delete(place.name);
          else this.folded.add(place.name);
        },
      },
      make("summary", {}, place.name),
      make("ul", {}, ...channels),
      place.more ? make("p", { className: "more-places" }, `and ${place.more} more channels`) : null,
    );
  }

  link(channel) {
    const link = make(
      "a",
      {
        href: `#${channel.id}`,
        className: channel.kind,
        "data-channel": channel.id,
        onclick: (event) => {
          event.preventDefault();
          this.open(channel.id);
        },
      },
      make("span", { className: "sign", "aria-hidden": "true" }, SIGNS[channel.kind]),
      make("span", { className: "channel-label" }, channel.name),
    );
    this.dress(link);
    return link;
  }

  /** Bring a channel's link up to date. It stays the same element: somebody may be pressing it. */
  mark(id) {
    const link = byId("places").querySelector(`[data-channel="${id}"]`);
    if (link) this.dress(link);
  }

  /** Show on a link whether its channel is looked at, and how much is new there. */
  dress(link) {
    const id = link.dataset.channel;
    const unread = this.unread.get(id) ?? 0;
    if (id === this.current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    link.classList.toggle("unread", unread > 0);
    const old = link.querySelector(".count");
    if (!unread) {
      old?.remove();
      return;
    }
    const count = old ?? link.appendChild(make("span", { className: "count" }));
    count.title = `${unread} new`;
    count.textContent = unread > 99 ? "99+" : String(unread);
  }
}
