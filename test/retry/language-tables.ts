import { languages } from '../../src/retry/language.ts';
import { programs, taskRunners } from '../../src/retry/programs.ts';
import { officialImages, variables } from '../../src/retry/runtimes.ts';
import { corpusTruth } from './corpus-containers.ts';
import { knownContainers, verdict, type Known } from './language-fixtures.ts';

/** docs/languages.md with what stands between its marks made anew from the source and the fixtures. */
export function withTables(page: string): string {
  return Object.entries({ evidence: evidenceTable(), figures: figuresTable() }).reduce((text, [mark, table]) => {
    const [, before, after] = new RegExp(`^([^]*<!-- ${mark}:[^>]*-->\n)[^]*(<!-- /${mark} -->[^]*)$`).exec(text) ?? [];
    if (before === undefined) throw new Error(`docs/languages.md has no marks for ${mark}`);
    return `${before}\n${table}\n\n${after}`;
  }, page);
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ') || '–';

function evidenceTable(): string {
  const rows = languages.map((language) => {
    const of = <Row extends { language: string }>(table: readonly Row[]) =>
      table.filter((row) => row.language === language);
    const cells = [
      code(of(programs).flatMap(({ names }) => names)),
      code(of(taskRunners).flatMap(({ names }) => names)),
      code(of(officialImages).flatMap(({ runtimes, apps }) => [...runtimes, ...apps])),
      code(of(variables).map(({ name }) => name)),
    ];
    return `| ${language} | ${cells.join(' | ')} |`;
  });
  return [
    '| | program | task runner (hint) | official image (hint) | variable (hint) |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

const severalKey = 'several in one container';
const otherKey = 'anything else';

function figuresTable(): string {
  const sets: readonly (readonly Known[])[] = [knownContainers, corpusTruth];
  const rows = [...languages, severalKey, otherKey, 'all'].map((group) => {
    const belongs = ({ truth }: Known) => group === 'all' || groupOf(truth) === group;
    return `| ${[group, ...sets.flatMap((known) => counts(known.filter(belongs)))].join(' | ')} |`;
  });
  return [
    '| what runs in it | fixtures: right | unknown | wrong | corpus: right | unknown | wrong |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}

function groupOf(truth: Known['truth']): string {
  if (typeof truth !== 'string') return severalKey;
  return languages.some((language) => language === truth) ? truth : otherKey;
}

/** By `says`, which the tests hold to be what is found; the corpus itself need not be there. */
function counts(known: readonly Known[]): number[] {
  const verdicts = known.map((container) => verdict(container, container.says));
  return (['right', 'unknown', 'wrong'] as const).map((kind) => verdicts.filter((given) => given === kind).length);
}
