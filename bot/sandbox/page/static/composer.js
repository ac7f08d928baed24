// Where one writes: plain messages, and commands after a slash.

import { combobox } from "./combobox.js";
import { commandForm } from "./command.js";
import { byId, say } from "./dom.js";
import { goOn } from "./focus.js";
import { readTyped } from "./typed.js";

export class Composer {
  constructor(wire, messages, controls) {
    this.wire = wire;
    this.messages = messages;
    this.controls = controls;
    this.abilities = { commands: [], objects: {}, maySay: false };
    this.command = null;
    this.name = "";
    this.input = byId("say");
    combobox(this.input, {
      source: async (text) => this.matching(text),
      choose: ({ command }) => this.begin(command),
      label: "Commands",
      nothing: (text) => this.nothing(text),
      eager: true,
    });
    // What was wrong with the last try is no longer said of the next.
    this.input.addEventListener("input", () => say(byId("problem"), null));
    byId("say-form").addEventListener("submit", (event) => this.send(event));
    byId("command").addEventListener("submit", (event) => this.run(event));
    byId("command").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.end();
      // Browsers submit a form on Enter in a text field, but not in a list of choices.
      if (event.key === "Enter" && event.target.matches("select")) {
        event.preventDefault();
        byId("command").requestSubmit();
      }
    });
  }

  /** Take what can be done in the channel that is looked at. */
  allow(abilities) {
    const known = this.abilities.commands.map(({ name }) => name).join();
    this.abilities = abilities;
    this.controls.objects = abilities.objects;
    const { maySay } = abilities;
    if (!maySay && this.command) this.end(false);
    if (!maySay) this.input.value = "";
    byId("say-form").classList.toggle("closed", !maySay);
    this.input.readOnly = !maySay;
    this.invite();
    const isAsking = this.input.value.startsWith("/") && document.activeElement === this.input;
    if (isAsking && known !== abilities.commands.map(({ name }) => name).join()) this.input.dispatchEvent(new Event("input"));
  }

  /** Take nothing until a channel is there, and with it what can be done in it: so it is at first. */
  wait() {
    this.input.readOnly = true;
  }

  /** Say in the empty box what one can write there, or why one cannot. */
  invite() {
    this.input.placeholder = this.abilities.maySay
      ? `Message ${this.name}, or / for commands`
      : `You may not send messages in ${this.name}`;
  }

  /** Begin in another channel. */
  reset(name) {
    this.end(false);
    say(byId("problem"), null);
    this.input.value = "";
    this.name = name;
    this.invite();
  }

  /** The commands whose name holds what was typed after the slash; those that begin with it first. */
  matching(text) {
    if (!text.startsWith("/")) return [];
    const wanted = text.slice(1).trim().toLowerCase();
    return this.abilities.commands
      .map((command) => ({ command, at: this.names(command, wanted) ? 0 : command.name.indexOf(wanted) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
      .map(({ command }) => ({ command, label: `/${command.name}`, detail: command.description }));
  }

  /** Whether what was typed after the slash is a command's name, alone or with options after it. */
  names(command, typed) {
    return `${typed.toLowerCase()} `.startsWith(`${command.name} `);
  }

  /** What is said where no command matches. */
  nothing(text) {
    if (!text.startsWith("/")) return null;
    if (this.abilities.commands.length) return { label: "No such command", detail: "/ shows all" };
    return { label: "No commands", detail: "The bot has registered none for you here" };
  }

  begin(command) {
    this.command = command;
    const typed = this.input.value.trim().slice(1);
    const rest = this.names(command, typed) ? typed.slice(command.name.length) : "";
    const { given, left } = readTyped(command, rest);
    const channel = this.messages.channel;
    const suggest = async (option, typed, options) => {
      const told = await this.wire.act("autocomplete", { channel, command: command.name, option, typed, options });
      return told.choices ?? [];
    };
    const form = byId("command");
    this.form = commandForm(form, command, this.abilities.objects, suggest, () => this.end(), given);
    const unfit = left ? [`/${command.name} has no option for “${left}”.`, ...this.form.unfit] : this.form.unfit;
    say(byId("problem"), unfit.join(" "));
    form.hidden = false;
    byId("say-form").hidden = true;
    this.form.focus();
  }

  end(focus = true) {
    const had = this.command !== null;
    this.command = null;
    if (had) say(byId("problem"), null);
    byId("say-form").hidden = false;
    this.input.value = "";
    // The answer may be there before this, and somebody at its buttons already.
    if (had && focus) goOn(byId("command"), this.input);
    byId("command").hidden = true;
  }

  async run(event) {
    event.preventDefault();
    const { command } = this;
    const button = byId("command").querySelector("[type=submit]");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    say(byId("problem"), null);
    const channel = this.messages.channel;
    this.messages.expect();
    const told = await this.wire.act("slash", { channel, command: command.name, options: this.form.values() });
    button.removeAttribute("aria-busy");
    if (!told.problem && this.command === command) this.end();
    this.controls.told(told, (sentence) => say(byId("problem"), sentence));
  }

  async send(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || this.input.readOnly) return;
    if (text.startsWith("/")) {
      const named = this.abilities.commands.find((command) => this.names(command, text.slice(1)));
      if (named) this.begin(named);
      else say(byId("problem"), `The bot has no command ${text.split(" ")[0]} here.`);
      return;
    }
    const { channel } = this.messages;
    this.messages.expect();
    this.input.value = ""; // at once: one may be writing the next already
    const told = await this.wire.act("say", { channel, text });
    say(byId("problem"), told.problem);
    if (told.problem && channel === this.messages.channel) this.input.value ||= text;
  }
}
