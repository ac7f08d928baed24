// Where the focus goes when what has it is drawn anew, or goes away, under somebody's hands.

const CONTROLS = "button, a[href], [tabindex]:not([role=option])";

/** Replace a message; whoever had the focus on one of its controls keeps it, or what is nearest. */
export function keepFocus(old, message) {
  const focused = old.contains(document.activeElement) ? controlOf(document.activeElement) : null;
  old.replaceWith(message);
  if (!focused) return;
  const same = counterpart(focused, old, message);
  (same ?? firstEnabled(rowOf(focused, old, message)) ?? firstEnabled(message) ?? focusable(message)).focus();
}

/** Let the focus go on from what is done with, unless somebody has moved it elsewhere meanwhile. */
export function goOn(from, to) {
  const { activeElement } = document;
  if (activeElement === document.body || from?.contains(activeElement)) to.focus();
}

/** What has the focus, as a control: an option of an open menu stands for the menu's button. */
const controlOf = (element) => element.closest(".menu")?.querySelector(".menu-opener") ?? element;

/** The same control in the new message, if it can be used there. */
function counterpart(focused, old, message) {
  const alike = (root) => [...root.querySelectorAll(CONTROLS)].filter((control) => isAlike(control, focused));
  const found = alike(message);
  // Where several read the same, one with the same id is meant, else the one in the same place.
  const same =
    found.length > 1
      ? (found.find((control) => idOf(control) === idOf(focused)) ?? found[alike(old).indexOf(focused)] ?? found[0])
      : found[0];
  return same && !same.disabled ? same : undefined;
}

/**
 * Whether two controls are the same to somebody who reads them. A button of a bot's may carry the
 * page that it leads to in its id, which differs on each page: what it is called counts.
 */
function isAlike(one, other) {
  return one.tagName === other.tagName && one.className === other.className && nameOf(one) === nameOf(other);
}

const nameOf = (control) => (control.closest(".menu") ? idOf(control) : control.textContent);
const idOf = (control) => control.dataset.button ?? control.closest(".menu")?.dataset.menu ?? control.href;

/** The row of buttons that stands where the focused one's stood. */
function rowOf(focused, old, message) {
  const at = [...old.querySelectorAll(".row")].indexOf(focused.closest(".row"));
  return message.querySelectorAll(".row")[at];
}

function firstEnabled(root) {
  return root?.querySelector("button:not(:disabled), a.button") ?? null;
}

function focusable(message) {
  message.tabIndex = -1;
  return message;
}
