// Whether the bot is connected, and how to connect one where there is none.

import { byId } from "./dom.js";

const AWAY_SHOWN = 1_500;

export class Presence {
  constructor() {
    this.bot = null;
    this.wasAway = false;
    this.timer = 0;
  }

  /** Take what is known of the bot. */
  show(bot) {
    this.bot = { ...this.bot, ...bot };
    byId("no-bot").hidden = this.bot.online || this.bot.known;
    byId("api-address").textContent = this.bot.api;
    byId("gateway-address").textContent = this.bot.gateway;
    this.draw();
  }

  /** Take that it came or went: that it was away stays in sight for a moment, however short it was. */
  changed(online) {
    if (this.bot === null) return;
    if (!online) {
      // By the timer alone: one that fires, by the machine's date, too early would leave it in sight.
      this.wasAway = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.back(), AWAY_SHOWN);
    }
    this.show({ online, known: true });
  }

  /** Say again how it is now. */
  back() {
    this.wasAway = false;
    this.draw();
  }

  draw() {
    const { name, online, known } = this.bot;
    const isShownOnline = online && !this.wasAway;
    byId("online").classList.toggle("on", isShownOnline);
    byId("online").classList.toggle("off", known && !isShownOnline);
    byId("online-text").textContent = isShownOnline
      ? `${name} is online`
      : known
        ? `${name} is offline`
        : "No bot is connected";
  }
}
