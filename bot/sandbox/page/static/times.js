// Moments in the reader's time zone; relative ones keep counting.

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const formats = new Map(
  Object.entries(STYLES).map(([style, options]) => [style, new Intl.DateTimeFormat("en-GB", options)]),
);
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** A moment in one of Discord's styles; "said" is how a message's head tells it. */
export function shown(moment, style, now) {
  if (style === "R") return distance((moment - now) / 1000);
  if (style !== "said") return formats.get(style).format(moment);
  const name = { [dayOf(now)]: "Today at ", [dayOf(now - 86_400_000)]: "Yesterday at " }[dayOf(moment)];
  return name ? name + formats.get("t").format(moment) : formats.get("s").format(moment);
}

/** The date of a moment, for readers. */
export const dayOf = (moment) => day.format(moment);

function distance(seconds) {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / length), unit);
}

/** Bring every moment below an element up to date. */
export function refresh(root, now) {
  for (const element of root.querySelectorAll("time[data-style]")) {
    const moment = Date.parse(element.dateTime);
    const text = shown(moment, element.dataset.style, now);
    if (element.textContent !== text) element.textContent = text;
    const title = formats.get("F").format(moment);
    if (element.title !== title) element.title = title;
  }
}
