import { describe, expect, test } from 'vitest';
import { parseLanguageAnnotation } from '../../src/retry/evidence.ts';
import type { Language } from '../../src/retry/language.ts';

describe('parseLanguageAnnotation', () => {
  test.each<{ given: string; all?: Language; by?: Record<string, Language>; problems?: number }>([
    { given: 'java', all: 'java' },
    { given: ' Node ', all: 'nodejs' },
    { given: 'js', all: 'nodejs' },
    { given: '.NET', all: 'dotnet' },
    { given: 'c++', all: 'cpp' },
    { given: 'golang', all: 'go' },
    { given: 'app=java,worker=python', by: { app: 'java', worker: 'python' } },
    { given: 'java, worker = python', all: 'java', by: { worker: 'python' } },
    { given: 'cobol', problems: 1 },
    { given: 'app=cobol,worker=python', by: { worker: 'python' }, problems: 1 },
    { given: '', problems: 1 },
    { given: 'java,', all: 'java', problems: 1 },
    { given: '=java', problems: 1 },
    { given: 'app=', problems: 1 },
    { given: 'java,python', all: 'java', problems: 1 },
    { given: 'app=java,app=go', by: { app: 'java' }, problems: 1 },
    { given: 'app=java,app=java', by: { app: 'java' } },
    { given: 'app=java=go', problems: 1 },
  ])('reads "$given"', ({ given, all, by = {}, problems = 0 }) => {
    const parsed = parseLanguageAnnotation(given);
    expect(parsed.all).toBe(all);
    expect(Object.fromEntries(parsed.byContainer)).toEqual(by);
    expect(parsed.problems).toHaveLength(problems);
  });

  test('says what is wrong and what is known', () => {
    expect(parseLanguageAnnotation('cobol').problems[0]).toMatch(/^unknown language "cobol"; known: java, python/);
  });
});
