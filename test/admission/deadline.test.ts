import { expect, it } from 'vitest';
import { deadlineMs } from '../../src/admission/deadline.ts';

it.each([
  { name: 'takes the default where the caller says nothing', query: '', want: 1500 },
  { name: 'takes the default for the timeout of our hook', query: 'timeout=2s', want: 1500 },
  { name: 'takes the default for a longer timeout', query: 'timeout=10s', want: 1500 },
  { name: 'stays below a shorter timeout', query: 'timeout=1s', want: 750 },
  { name: 'reads fractions', query: 'timeout=1.5s', want: 1250 },
  { name: 'reads milliseconds', query: 'timeout=600ms', want: 350 },
  { name: 'reads minutes', query: 'timeout=1m0s', want: 1500 },
  { name: 'leaves a little time even where there is none', query: 'timeout=100ms', want: 50 },
  { name: 'ignores other parameters', query: 'a=b&timeout=1s&c', want: 750 },
  { name: 'ignores an empty timeout', query: 'timeout=', want: 1500 },
  { name: 'ignores a timeout without unit', query: 'timeout=1', want: 1500 },
  { name: 'ignores a negative timeout', query: 'timeout=-1s', want: 1500 },
  { name: 'ignores text', query: 'timeout=soon%00&timeout=1s', want: 1500 },
])('$name', ({ query, want }) => expect(deadlineMs(query)).toBe(want));
