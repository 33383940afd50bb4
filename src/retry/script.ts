/** Nobody writes a longer script to start one program. */
export const mostCharacters = 10_000;

/** First words of what is more than a command that runs once, in its turn. */
const keywords = new Set(
  'if then elif else fi for while until do done case esac select function { } ! [[ time trap eval'.split(' '),
);

// No token is left for what makes a script more than a list: `&`, `|`, `||`, `;;`, a redirection, parentheses, backticks.
const tokens = new RegExp(
  [
    /(?<end>\n|;(?!;)|&&)/,
    /(?<space>[ \t\r]+|(?<![^\s;&])#[^\n]*)/,
    /(?<join>\\\n)/,
    /"(?<double>(?:[^"\\$`]|\\[^]|\$(?!\()|\$\([^()'"`]*\))*)"/,
    /'(?<single>[^']*)'/,
    /\\(?<escaped>[^])/,
    /(?<plain>(?:[^\s;&|<>()"'\\`$]|\$(?!\()|\$\([^()'"`]*\))+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * The commands of a shell script that runs one after the other and does nothing else, each as its words. Undefined
 * for any other script. Quotes are taken off; variables and `$(…)` stay as they are written.
 */
export function simpleCommands(script: string): string[][] | undefined {
  if (script.length > mostCharacters) return undefined;
  const found = [...script.matchAll(tokens)];
  if (found.reduce((length, [text]) => length + text.length, 0) < script.length) return undefined;
  const commands: string[][] = [[]];
  let isInWord = false;
  for (const { groups = {} } of found) {
    const { end, space, join, double, single, escaped, plain } = groups;
    const words = commands.at(-1) ?? [];
    if (end !== undefined) commands.push([]);
    if (join !== undefined) continue;
    const text = double ?? single ?? escaped ?? plain;
    if (text !== undefined) words.push(isInWord ? (words.pop() ?? '') + text : text);
    isInWord = text !== undefined && space === undefined;
  }
  const given = commands.filter((words) => words.length > 0);
  return given.some(([first = '']) => keywords.has(first)) ? undefined : given;
}
