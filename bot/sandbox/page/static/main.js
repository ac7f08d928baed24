// The page: events from the sandbox go to the part that shows them.

import { Composer } from "./composer.js";
import { Controls } from "./controls.js";
import { byId, make, say } from "./dom.js";
import { Drawer } from "./drawer.js";
import { kept } from "./kept.js";
import { Layout } from "./layout.js";
import { Messages } from "./messages.js";
import { Notices } from "./notices.js";
import { Places } from "./places.js";
import { Presence } from "./presence.js";
import { Timeline } from "./timeline.js";
import { Wire } from "./wire.js";

const TYPING_LASTS = 9_000;

const wire = new Wire(hear, (lost) => (byId("lost").hidden = !lost));
const messages = new Messages(wire);
const controls = new Controls(wire, messages);
const composer = new Composer(wire, messages, controls);
const timeline = new Timeline();
const drawer = new Drawer(wire, timeline);
const presence = new Presence();
const layout = new Layout();
const notices = new Notices();
const places = new Places((id) => {
  layout.slideSide(false);
  if (location.hash === `#${id}`) open(id);
  else location.hash = id;
});
let typing = 0;

const handlers = {
  hello(event) {
    notices.hello(event);
    around(event);
    timeline.history(event.requests);
    open(wanted());
  },
  around,
  channel(event) {
    if (event.id !== places.current) return; // one has gone on to another already
    composer.allow(event.abilities);
    messages.open(event);
  },
  earlier(event) {
    if (event.channel === messages.channel) messages.earlier(event);
  },
  message(event) {
    if (event.channel === messages.channel) messages.put(event);
    if (event.new) {
      places.count(event.channel);
      if (event.channel === messages.channel) say(byId("typing"), null);
    }
  },
  gone(event) {
    if (event.channel === messages.channel) messages.remove(event.id);
  },
  typing(event) {
    if (event.channel !== messages.channel) return;
    byId("typing").hidden = false;
    byId("typing").textContent = `${event.name} is typing …`;
    clearTimeout(typing);
    typing = setTimeout(() => (byId("typing").textContent = ""), TYPING_LASTS);
  },
  told(event) {
    drawer.tell(event);
  },
  request(event) {
    timeline.show(event);
  },
  online(event) {
    presence.changed(event.online);
  },
};

function hear(event) {
  handlers[event.type]?.(event);
}

function around({ people, bot, places: found, channel, panels, statuses, abilities }) {
  places.show(found);
  // What is told of a channel that one has left comes too late for its switches.
  if (!channel || channel === places.current) drawer.show(panels, statuses, channel ?? null);
  presence.show(bot);
  if (abilities && channel === messages.channel) composer.allow(abilities);
  byId("person").replaceChildren(
    ...people.map(({ id, name, standing }) =>
      make("option", { value: id, selected: id === wire.me }, standing ? `${name}, ${standing}` : name),
    ),
  );
  const current = places.find(messages.channel);
  if (messages.channel && !current) open(wanted());
  else if (current) head(current);
}

/** The channel that the address names, or the first one. */
function wanted() {
  const named = location.hash.slice(1);
  return (places.find(named) ?? places.channels[0])?.id;
}

function open(id) {
  const channel = places.find(id);
  if (!channel) return;
  places.choose(id);
  head(channel);
  if (id !== messages.channel) {
    composer.reset(nameOf(channel));
    leave();
  }
  byId("typing").textContent = "";
  wire.ask({ open: id });
}

/** Nothing is written, nor comes, until the next channel is there: it would be for the last one. */
function leave() {
  composer.wait();
  drawer.leave();
  messages.channel = null;
}

function head(channel) {
  byId("channel-name").textContent = nameOf(channel);
  byId("channel-topic").textContent = byId("empty-topic").textContent = channel.topic;
  document.title = `${nameOf(channel)} · ${notices.name}`;
}

const nameOf = ({ kind, name }) => (kind === "direct" ? name : `#${name}`);

byId("person").addEventListener("change", ({ target }) => {
  kept.set("person", target.value);
  leave();
  wire.open(target.value);
});
window.addEventListener("hashchange", () => open(wanted()));
document.addEventListener(
  "load",
  ({ target }) => {
    if (target instanceof HTMLImageElement && target.closest(".message")) messages.settle(() => target.parentElement.classList.add("had"));
  },
  true,
);
document.addEventListener(
  "error",
  ({ target }) => {
    // A picture that cannot be had leaves its stand-in, which lies below it.
    if (target instanceof HTMLImageElement) target.remove();
  },
  true,
);

function dress(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

byId("theme").addEventListener("click", () => {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (isDark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  kept.set("theme", next);
  dress(next);
});

dress(kept.get("theme"));
wire.open(kept.get("person"));
