import { describe, expect, it } from 'vitest';
import { type Endpoint, rulesFor, type Target, targetOf } from './service-rules.ts';

/** `a`: on this node; `A`: on another one. Its state by a sign: `+` ready, `-` not ready, `~` terminating and serving, `!` not serving. */
function endpoints(...states: readonly string[]): Endpoint[] {
  return states.map((state) => {
    const [name = '', sign = ''] = state;
    const node = name === name.toUpperCase() ? 'other' : 'this';
    return { ip: name, node, ready: sign === '+', serving: '+~'.includes(sign), terminating: '~!'.includes(sign) };
  });
}

describe('the target of new connections', () => {
  it.each<{ given: string[]; local: Target; preferred: Target }>([
    { given: [], local: 'reject', preferred: 'reject' },
    { given: ['a-', 'B-'], local: 'reject', preferred: 'reject' },
    { given: ['a!'], local: 'reject', preferred: 'reject' },
    { given: ['a+'], local: ['a'], preferred: ['a'] },
    { given: ['a+', 'b+', 'c-', 'D+'], local: ['a', 'b'], preferred: ['a', 'b'] },
    { given: ['a+', 'b~'], local: ['a'], preferred: ['a'] },
    { given: ['a~', 'b-'], local: ['a'], preferred: ['a'] },
    { given: ['a~', 'B+'], local: ['a'], preferred: ['B'] },
    { given: ['a~', 'B~'], local: ['a'], preferred: ['a', 'B'] },
    { given: ['a-', 'B+'], local: 'drop', preferred: ['B'] },
    { given: ['B~'], local: 'drop', preferred: ['B'] },
  ])('of $given: $local with Local, $preferred with PreferSameNode', ({ given, local, preferred }) => {
    const all = endpoints(...given);
    expect([targetOf(all, 'Local', 'this'), targetOf(all, 'PreferSameNode', 'this')]).toEqual([local, preferred]);
  });
});

describe('the rules of a Service', () => {
  const rules = (target: Target) => rulesFor('service', '10.96.0.100', [4317, 4318], target);
  const lines = (target: Target) =>
    rules(target)
      .split('\n')
      .filter((line) => line.includes('10.96'))
      .map((line) => line.trim());

  it.each<[Target, string]>([
    [['10.77.1.2'], 'ip daddr 10.96.0.100 tcp dport { 4317, 4318 } dnat to 10.77.1.2'],
    [
      ['10.77.1.2', '10.77.1.3'],
      'ip daddr 10.96.0.100 tcp dport { 4317, 4318 } dnat to numgen random mod 2 map { 0 : 10.77.1.2, 1 : 10.77.1.3 }',
    ],
    ['drop', 'ct state new ip daddr 10.96.0.100 tcp dport { 4317, 4318 } drop'],
    ['reject', 'ct state new ip daddr 10.96.0.100 tcp dport { 4317, 4318 } reject'],
  ])('for %s stand in both hooks, and nothing else does', (target, rule) => {
    expect(lines(target)).toEqual([rule, rule]);
  });

  it('replace those before', () => {
    expect(rules('drop')).toMatchInlineSnapshot(`
      "table ip service {
      }
      flush table ip service
      table ip service {
        chain nat-prerouting {
          type nat hook prerouting priority dstnat
          
        }
        chain nat-output {
          type nat hook output priority -100
          
        }
        chain filter-forward {
          type filter hook forward priority -110
          ct state new ip daddr 10.96.0.100 tcp dport { 4317, 4318 } drop
        }
        chain filter-output {
          type filter hook output priority -110
          ct state new ip daddr 10.96.0.100 tcp dport { 4317, 4318 } drop
        }
      }
      "
    `);
  });
});
