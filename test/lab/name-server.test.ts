import { expect, it } from 'vitest';
import { answerTo } from './name-server.ts';

it('the name server of the lab repeats the question and knows no name', () => {
  const header = (...words: number[]) => Buffer.from(Uint16Array.from(words).buffer).swap16();
  const question = Buffer.from('\x03app\x04test\x00\x00\x01\x00\x01', 'latin1');
  const options = Buffer.from('an OPT record that is left out');
  const query = Buffer.concat([header(4711, 0x0100, 1, 0, 0, 1), question, options]);
  expect(answerTo(query)).toEqual(Buffer.concat([header(4711, 0x8183, 1, 0, 0, 0), question]));
});
