/** The languages that have a profile. */
export const languages = ['java', 'python', 'nodejs', 'go', 'dotnet', 'cpp', 'ruby', 'php', 'rust', 'erlang'] as const;
export type Language = (typeof languages)[number];

/** Other names that people use for them in the annotation. */
export const languageAliases: Readonly<Partial<Record<Language, readonly string[]>>> = {
  java: ['jvm'],
  python: ['py'],
  nodejs: ['node', 'node.js', 'js', 'javascript'],
  go: ['golang'],
  dotnet: ['.net', 'csharp', 'c#'],
  cpp: ['c++'],
  erlang: ['elixir'],
};

/** The values of OTEL_EXPORTER_OTLP_PROTOCOL in the OpenTelemetry specification. */
export const protocols = ['grpc', 'http/protobuf', 'http/json'] as const;
export type Protocol = (typeof protocols)[number];

/** What a profile depends on: both HTTP encodings share one exporter, and so one behaviour. */
export type Transport = 'grpc' | 'http';
export const transportOf = (protocol: Protocol): Transport => (protocol === 'grpc' ? 'grpc' : 'http');

const byName = new Map<string, Language>(
  languages.flatMap((language) => [language, ...(languageAliases[language] ?? [])].map((name) => [name, language])),
);

/** The language of a name or alias, in any case. Undefined for a name not known. */
export const languageNamed = (name: string): Language | undefined => byName.get(name.trim().toLowerCase());

/** The protocols a setting or an annotation can ask for. */
export type SettableProtocol = Exclude<Protocol, 'http/json'>;

/**
 * The protocols that can be chosen for a language without its user's word, the usual one first.
 *
 * Go apps have their exporter compiled in, usually gRPC, which is also the one that retries a refused
 * connection. Node.js's gRPC exporter never retries, Ruby has none that a variable can choose, and PHP's
 * needs an extension that is seldom there.
 */
export const choosableProtocols = {
  java: ['http/protobuf', 'grpc'],
  python: ['http/protobuf', 'grpc'],
  nodejs: ['http/protobuf'],
  go: ['grpc'],
  dotnet: ['http/protobuf', 'grpc'],
  cpp: ['http/protobuf', 'grpc'],
  ruby: ['http/protobuf'],
  php: ['http/protobuf'],
  rust: ['http/protobuf', 'grpc'],
  erlang: ['http/protobuf', 'grpc'],
} as const satisfies Record<Language, readonly [SettableProtocol, ...SettableProtocol[]]>;

/** The admin's preferred protocol where the language can have it, else the language's usual one. */
export function choosableProtocol(language: Language | undefined, preferred: SettableProtocol): SettableProtocol {
  if (language === undefined) return preferred;
  const possible: readonly [SettableProtocol, ...SettableProtocol[]] = choosableProtocols[language];
  return possible.includes(preferred) ? preferred : possible[0];
}
