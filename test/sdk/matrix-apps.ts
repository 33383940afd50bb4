import type { Language, Transport } from '../../src/retry/language.ts';
import { type AppName, apps, buildApp, type Program } from './apps/build.ts';

/** An SDK program of the matrix, and which row of the profile table it stands for. */
export interface MatrixApp {
  readonly name: string;
  readonly build: AppName;
  readonly oldest: boolean;
  readonly language: Language;
  readonly transport: Transport;
}

const languageOf = { node: 'nodejs', python: 'python', go: 'go', java: 'java', rust: 'rust' } as const satisfies Record<
  (typeof apps)[number]['language'],
  Language
>;
const newest = apps.map(({ name, language, protocol }): MatrixApp => {
  const transport = protocol === 'grpc' ? 'grpc' : 'http';
  return { name, build: name, oldest: false, language: languageOf[language], transport };
});
/** Of the oldest releases that the profiles claim. */
const oldest = newest.map((app) => ({ ...app, name: `${app.name}-oldest`, oldest: true }));

/** Each current SDK, then the oldest releases. */
export const matrixApps: readonly MatrixApp[] = [...newest, ...oldest];

/** The programs that could be built here; what could not is said. */
export async function builtApps(names: readonly string[], say: (line: string) => void): Promise<BuiltApp[]> {
  const wanted = matrixApps.filter(({ name }) => names.includes(name));
  const built: BuiltApp[] = [];
  // One by one: a compiler takes all cores.
  for (const app of wanted) {
    const program = await buildApp(app.build, { oldest: app.oldest, say });
    if ('missing' in program) say(`left out: ${program.missing}`);
    else built.push({ ...app, program });
  }
  return built;
}

export type BuiltApp = MatrixApp & { readonly program: Program };
