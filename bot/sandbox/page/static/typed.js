// What was typed after a command's name, as Discord reads it: `name:value` pairs.

/**
 * Tell a command's options from what was typed after its name. A value goes on to the next option
 * that the command has, so it may hold spaces; what stands before the first is for the first
 * option that is required.
 * @param {object} command its options, as the bot registered them
 * @param {string} typed
 * @returns {{given: Map<string, string>, left: string}} values by option, and what no option takes
 */
export function readTyped({ options }, typed) {
  const names = new Map(options.map(({ name }) => [name.toLowerCase(), name]));
  const marks = [...typed.matchAll(/(?<!\S)([^\s:]+):/g)].filter(([, name]) => names.has(name.toLowerCase()));
  const given = new Map();
  for (const [i, mark] of marks.entries()) {
    const value = typed.slice(mark.index + mark[0].length, marks[i + 1]?.index).trim();
    if (value) given.set(names.get(mark[1].toLowerCase()), value);
  }
  const before = typed.slice(0, marks[0]?.index).trim();
  const first = options.find(({ name, required }) => required && !given.has(name));
  if (!before || !first) return { given, left: before };
  return { given: given.set(first.name, before), left: "" };
}
