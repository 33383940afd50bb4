/**
 * Every error that this program raises on purpose; docs and tests read this list.
 *
 * Codes are stable: scripts may match on them. `summary` says what kind of failure it is, `hint` what to do
 * when the message itself cannot say it better.
 */
export const errors = {
  'bad-usage': { summary: 'the command line is wrong', hint: 'See nodelocal-otlp --help.' },
  'bad-settings': { summary: 'a setting is wrong', hint: 'Each problem names the setting and what it accepts.' },
  'file-unreadable': { summary: 'a file cannot be read', hint: 'Check the path and its permissions.' },
  'file-unwritable': { summary: 'a file cannot be written', hint: 'Check the folder and its permissions.' },
  'input-malformed': { summary: 'the input cannot be parsed', hint: 'The message names the place.' },
  'certificate-invalid': {
    summary: 'a certificate or key cannot be used',
    hint: 'Delete the files named to have them made again, or repair them.',
  },
  'listen-failed': { summary: 'a port cannot be opened', hint: 'Choose another with --port or --metrics-port.' },
  'demo-failed': {
    summary: 'the demo cannot run to its end',
    hint: 'The message names the part that failed; with --collector FILE another Collector can be the agent.',
  },
  'no-cluster': { summary: 'this needs a cluster', hint: 'Without one, use nodelocal-otlp serve --standalone.' },
} as const satisfies Record<string, { summary: string; hint: string }>;

export type ErrorCode = keyof typeof errors;

/**
 * A failure with a stable code and a message for people: what failed, on which object, what was got and
 * expected. Never carries environment values or whole pods, so that it can be logged as it is.
 */
export class NodelocalError extends Error {
  override readonly name = 'NodelocalError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  /** What to do about it, from the table. */
  get hint(): string {
    return errors[this.code].hint;
  }
}
