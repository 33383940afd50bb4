import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { clip, createLog, describeError } from '../src/log.ts';

describe('a log line', () => {
  const line = (level: 'debug' | 'info', least: 'info' | 'silent') => {
    const written: string[] = [];
    createLog({ write: (text) => written.push(text) }, least)[level]({ uid: 'u' }, 'said');
    return written;
  };

  it('is one JSON object with the level as a word and the time as RFC 3339', () => {
    const [text = '', ...more] = line('info', 'info');
    expect(more).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      uid: 'u',
      msg: 'said',
    });
  });

  it('is left out below the level', () => {
    expect(line('debug', 'info')).toEqual([]);
    expect(line('info', 'silent')).toEqual([]);
  });
});

describe('an error in the log', () => {
  it('has name, code, message and stack', () => {
    const error = Object.assign(new TypeError('no good'), { code: 'E_BAD' });
    expect(describeError(error)).toMatchObject({ type: 'TypeError', code: 'E_BAD', message: 'no good' });
    expect(describeError(error)['stack']).toMatch(/^\s+at /);
  });

  it('has the first line of its cause', () => {
    expect(describeError(new Error('a', { cause: new Error('b\nc') }))).toMatchObject({ cause: 'b' });
  });

  it('does not hold the document that a failed patch was for', () => {
    const operation = { op: 'replace', path: '/missing', value: 's3cret' } as const;
    let thrown: unknown;
    try {
      jsonpatch.applyPatch({ password: 's3cret' }, [operation], true);
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error).message).toContain('s3cret');
    expect(JSON.stringify(describeError(thrown))).not.toContain('s3cret');
  });

  it('is only a type for what is no error', () => {
    expect(describeError('s3cret')).toEqual({ type: 'string' });
    expect(describeError(undefined)).toEqual({ type: 'undefined' });
  });
});

describe('clipping', () => {
  it('cuts what is too long', () => {
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcd', 3)).toBe('ab…');
  });
});
