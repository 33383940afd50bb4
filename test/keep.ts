import { afterAll } from 'vitest';

interface Disposable {
  dispose(): Promise<void> | void;
}

const opened: Disposable[] = [];

// One that cannot be ended must not keep the rest from it.
afterAll(async () => {
  const problems: unknown[] = [];
  for (const one of opened.splice(0).toReversed()) {
    try {
      await one.dispose();
    } catch (problem) {
      problems.push(problem);
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'not all that the tests had opened could be ended');
});

/** Ends with the tests of this file, before what was kept earlier. */
export function keep<T extends Disposable>(one: T): T {
  opened.push(one);
  return one;
}
