import { describe, expect, it } from 'vitest';
import review from '../../src/demo/review.json' with { type: 'json' };
import { handleReview } from '../../src/admission/handler.ts';
import { offlineContext } from '../../src/commands/offline-context.ts';
import { loadSettings } from '../../src/config/load.ts';
import { addedVariables } from '../../src/demo/review.ts';
import { setByHand } from '../../src/demo/scenario.ts';
import { readReview } from '../reviews.ts';

const answer = async (text: string) =>
  (
    await handleReview(
      text,
      offlineContext(loadSettings({}).settings, '1.2.3', () => 0),
      Number.POSITIVE_INFINITY,
    )
  ).body;

describe('the variables in an answer of the webhook', () => {
  it('are found where the container has variables, and where it has none', async () => {
    for (const name of ['special-lang-node', 'special-no-env']) {
      const variables = addedVariables(await answer(readReview(name).toString()));
      expect(variables.map((variable) => variable.name).slice(0, 2)).toEqual(setByHand);
      expect(variables.length).toBeGreaterThan(2);
    }
  });

  it('are none where the pod stays as it is', async () => {
    expect(addedVariables(await answer(readReview('special-opt-out-label').toString()))).toEqual([]);
  });

  it('differ for the app of the demo in what its language needs', async () => {
    const names = addedVariables(await answer(JSON.stringify(review))).map(({ name }) => name);
    expect(names).toContain('OTEL_EXPORTER_OTLP_TIMEOUT');
  });
});

describe('the review of the demo', () => {
  it('is the one that the API server sent', () => {
    expect(review).toEqual(JSON.parse(readReview('special-lang-node').toString()));
  });
});
