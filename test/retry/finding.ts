import type { Container } from '../../src/inject/pod.ts';
import { detectLanguage } from '../../src/retry/evidence.ts';
import type { LanguageFinding } from '../../src/retry/evidence.ts';
import type { Language } from '../../src/retry/language.ts';

/** What a pod says of a container. */
export type Given = Partial<Container> & {
  annotations?: Record<string, string>;
  explicit?: Language;
  isFirst?: boolean;
};

export function find({ annotations = {}, explicit, isFirst = true, ...container }: Given): LanguageFinding {
  return detectLanguage({ name: 'app', ...container }, annotations, explicit, { isFirst });
}

/** `language strength`, `disagree`, or `unknown`. */
export function brief({ language, strength, disagree }: LanguageFinding): string {
  if (disagree) return 'disagree';
  return language === undefined ? 'unknown' : `${language} ${strength}`;
}

export const operator = 'instrumentation.opentelemetry.io';
export const env = (name: string, value: string) => ({ env: [{ name, value }] });
export const secret = (name: string) => ({ env: [{ name, valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] });
