// A command that is being filled in: a field for each option.

import { combobox } from "./combobox.js";
import { make } from "./dom.js";

const KIND = { integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10 };
const OBJECTS = {
  [KIND.user]: ["user"],
  [KIND.channel]: ["channel"],
  [KIND.role]: ["role"],
  [KIND.mentionable]: ["user", "role"],
};
const PAUSE = 120;

/**
 * Draw a command into a form.
 * @param {HTMLFormElement} form
 * @param {object} command its name, description and options, as the bot registered them
 * @param {object} objects what options can name: channels, roles, people
 * @param {(option: string, typed: string, others: object) => Promise<object[]>} suggest
 * @param {() => void} cancel
 * @param {Map<string, string>} given what was typed for options already
 * @returns {{values: () => object, focus: () => void, unfit: string[]}} `unfit`: what was typed in vain, in words
 */
export function commandForm(form, command, objects, suggest, cancel, given) {
  const readers = new Map();
  const fields = make("div", { className: "command-fields" });
  const more = make("div", { className: "command-more" }, "Add:");

  const unfit = [];

  const values = () => {
    const all = [...readers].map(([name, read]) => [name, read()]);
    return Object.fromEntries(all.filter(([, value]) => value !== undefined));
  };

  function add(option) {
    const [input, read] = control(option, objects);
    readers.set(option.name, read);
    const star = option.required ? make("span", { className: "needed", "aria-hidden": "true" }, " *") : null;
    const id = `option-${option.name}`;
    input.id = id;
    const hint = make("span", { className: "hint", id: `${id}-hint` }, option.description);
    input.setAttribute("aria-describedby", hint.id);
    const label = make("label", { for: id }, option.name, star);
    fields.append(make("div", { className: "field" }, make("span", {}, label), input, hint));
    if (option.autocomplete) {
      const source = (typed) => suggest(option.name, typed, values());
      const choose = ({ label: text, value }) => {
        input.value = text;
        input.dataset.value = value;
        input.dataset.label = text;
      };
      combobox(input, { source, choose, label: `Suggestions for ${option.name}`, pause: PAUSE });
    }
    return input;
  }

  function fill(input, { name }) {
    const typed = given.get(name);
    if (typed !== undefined && !write(input, typed)) unfit.push(`${name} does not take “${typed}”.`);
  }

  for (const option of command.options) {
    if (option.required || given.has(option.name)) fill(add(option), option);
    else more.append(chip(option, () => add(option)));
  }
  form.replaceChildren(
    make(
      "div",
      { className: "command-head" },
      make("h2", {}, `/${command.name}`),
      make("p", {}, command.description),
    ),
    fields,
    ...(command.options.some(({ required }) => !required) ? [more] : []),
    make(
      "div",
      { className: "command-foot" },
      make("button", { type: "button", className: "button button-secondary", onclick: cancel }, "Cancel"),
      make("button", { type: "submit", className: "button button-primary" }, "Send"),
    ),
  );
  // Where one goes on: what is still needed, else what was typed last, else the first field.
  const focus = () => {
    const inputs = [...fields.querySelectorAll("input, select")];
    const needed = inputs.find((input) => input.required && !input.value);
    const filled = inputs.filter((input) => input.value).pop();
    (needed ?? filled ?? inputs[0] ?? form.querySelector("[type=submit]")).focus();
  };
  return { values, focus, unfit };
}

/** Put into a control what was typed for it; whether it took it. */
function write(input, typed) {
  if (input.matches("select")) {
    const bare = (text) => text.replace(/^[#@]/, "").toLowerCase();
    const found = [...input.options].find(({ value, text }) => value && bare(text) === bare(typed));
    if (found) input.value = found.value;
    return Boolean(found);
  }
  input.value = typed;
  return input.value !== "";
}

function chip(option, add) {
  return make(
    "button",
    {
      type: "button",
      className: "chip",
      title: option.description,
      onclick: ({ currentTarget }) => {
        currentTarget.remove();
        add().focus();
      },
    },
    option.name,
  );
}

/** The control for an option, and what reads its value: undefined while it is empty. */
function control(option, objects) {
  if (option.choices?.length) return choice(option, option.choices.map(({ name, value }) => [name, value]));
  if (option.type === KIND.boolean) return choice(option, [["True", true], ["False", false]]);
  const kinds = OBJECTS[option.type];
  if (kinds) {
    const offered = kinds.flatMap((kind) => objects[kind]).filter(({ kind }) => !option.channel_types || option.channel_types.includes(kind));
    return choice(option, offered.map(({ label, value }) => [label, value]));
  }
  return typed(option);
}

function choice(option, choices) {
  const options = choices.map(([label], i) => make("option", { value: String(i) }, label));
  const input = make("select", { required: option.required }, make("option", { value: "" }, "Choose …"), ...options);
  return [input, () => (input.value === "" ? undefined : choices[Number(input.value)][1])];
}

function typed(option) {
  const isNumber = option.type === KIND.integer || option.type === KIND.number;
  const input = make("input", {
    type: isNumber ? "number" : "text",
    autocomplete: "off",
    required: option.required,
    min: option.min_value,
    max: option.max_value,
    step: option.type === KIND.number ? "any" : undefined,
    minLength: option.min_length,
    maxLength: option.max_length,
  });
  const read = () => {
    if (input.value.trim() === "") return undefined;
    if (isNumber) return Number(input.value);
    return input.value === input.dataset.label ? input.dataset.value : input.value;
  };
  return [input, read];
}
