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
    this.places = places;
    this.draw();
  }

  choose(id) {
    this.current = id;
    this.unread.delete(id);
    this.draw();
  }

  /** Count a message that came in a channel which is not looked at. */
  count(id) {
    if (id === this.current) return;
    this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
    this.draw();
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
    const unread = this.unread.get(channel.id);
    return make(
      "a",
      {
        href: `#${channel.id}`,
        className: `${channel.kind}${unread ? " unread" : ""}`,
        "data-channel": channel.id,
        "aria-current": channel.id === this.current ? "page" : null,
        onclick: (event) => {
          event.preventDefault();
          this.open(channel.id);
        },
      },
      make("span", { className: "sign", "aria-hidden": "true" }, SIGNS[channel.kind]),
      make("span", { className: "channel-label" }, channel.name),
      unread ? make("span", { className: "count", title: `${unread} new` }, unread > 99 ? "99+" : String(unread)) : null,
    );
  }
}
