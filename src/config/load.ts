import { type GivenValue, readSettingsFile, type SettingsFile } from './file.ts';
import { envName, envPrefix, flagAttribute, flagName, isServiceVariable } from './names.ts';
import { ConfigError, type Problem, show } from './problems.ts';
import { rules } from './rules.ts';
import { type SettingKey, type Settings, settingRows, settingsOf } from './settings.ts';
import { nearest } from './suggest.ts';

/** Where settings come from; each beats the next: flags, environment, file, defaults. */
export interface SettingsInput {
  /** By the names that commander uses, `retrySurvive`; undefined is not set, names that are no setting are ignored. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: SettingsFile;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where each value came from: `default`, `config.yaml:3`, `NODELOCAL_OTLP_PROTOCOL`, `--protocol`. */
  readonly sources: ReadonlyMap<SettingKey, string>;
  /** Lines for people about environment variables that look like a misspelt setting. */
  readonly warnings: readonly string[];
}

interface Chosen {
  readonly raw: unknown;
  readonly source: string;
  readonly value: unknown;
}

/**
 * The settings in force, frozen, and where each came from. An empty environment variable sets the empty text or
 * the empty list.
 *
 * @throws ConfigError with every problem at once, also those of values that a stronger source overrides
 */
export function loadSettings({ flags = {}, env = {}, file }: SettingsInput): LoadedSettings {
  const fromFile = file === undefined ? { given: [], problems: [] } : readSettingsFile(file);
  const problems: Problem[] = [...fromFile.problems];
  const chosen = new Map<SettingKey, Chosen>();
  for (const { row, raw, source } of [...defaults(), ...fromFile.given, ...fromEnv(env), ...fromFlags(flags)]) {
    const value = row.type.read(raw);
    if (value === undefined) problems.push({ key: row.key, source, got: show(raw), expected: row.type.expected });
    chosen.set(row.key, { raw, source, value });
  }
  const settings = settingsOf(new Map([...chosen].map(([key, { value }]) => [key, value])));
  problems.push(...brokenRules(settings, chosen));
  if (problems.length > 0) throw new ConfigError(problems);
  const sources = new Map([...chosen].map(([key, { source }]) => [key, source]));
  return { settings, sources, warnings: misspeltVariables(env) };
}

function defaults(): GivenValue[] {
  return settingRows.map((row) => ({ row, raw: row.default, source: 'default' }));
}

function fromEnv(env: Readonly<Record<string, string | undefined>>): GivenValue[] {
  return settingRows.flatMap((row) => {
    const text = env[envName(row)];
    return text === undefined ? [] : { row, raw: row.type.fromText(text), source: envName(row) };
  });
}

function fromFlags(flags: Readonly<Record<string, unknown>>): GivenValue[] {
  return settingRows.flatMap((row) => {
    const given = flags[flagAttribute(row)];
    const raw = typeof given === 'string' ? row.type.fromText(given) : given;
    return given === undefined ? [] : { row, raw, source: `--${flagName(row)}` };
  });
}

/** A rule about a value that is wrong by itself says nothing new, so it is left out. */
function brokenRules(settings: Settings, chosen: ReadonlyMap<SettingKey, Chosen>): Problem[] {
  return rules.flatMap(({ keys, expected, holds }) => {
    const parts = keys.map((key) => ({ key, ...chosen.get(key) }));
    if (parts.some(({ value }) => value === undefined) || holds(settings)) return [];
    const got = parts.map(({ raw }) => show(raw)).join(' and ');
    return { key: keys.join(' and '), source: parts.map(({ source }) => source).join(' and '), got, expected };
  });
}

/**
 * Only names near a setting's are worth a word: our namespace's pods also carry variables of the kubelet's making and
 * of the manifests' own.
 */
function misspeltVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = settingRows.map((row) => envName(row).slice(envPrefix.length));
  return Object.keys(env).flatMap((name) => {
    const ours =
      name.startsWith(envPrefix) && !isServiceVariable(name) && !known.includes(name.slice(envPrefix.length));
    const meant = ours ? nearest(name.slice(envPrefix.length), known) : undefined;
    return meant === undefined ? [] : `${name} in the environment is not a setting; did you mean ${envPrefix}${meant}?`;
  });
}
