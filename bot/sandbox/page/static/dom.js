// Small helpers for making elements. Text is only ever set as text.

/** The element with this id, which index.html has. */
export const byId = (id) => document.getElementById(id);

/** Make an element: properties by name (data-* and aria-* as attributes), then its children. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The first element of markup that the sandbox has rendered. */
export function rendered(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** Show a sentence in an element that is hidden while there is none. */
export function say(element, sentence) {
  element.textContent = sentence ?? "";
  element.hidden = !sentence;
}
