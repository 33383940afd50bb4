import { type Field, fieldsOf, typeOfKind } from './api-types.ts';

/**
 * What the API server would refuse or, worse, drop in an object: unknown fields, missing ones and values of a wrong type,
 * each with its path. Empty when there is nothing. What values mean is not looked at.
 */
export function strictProblems(object: unknown): string[] {
  if (!isObject(object)) return ['is no object'];
  const { apiVersion, kind } = object;
  const type = typeOfKind(String(apiVersion), String(kind));
  if (type === undefined) return [`is of an unknown kind: ${String(apiVersion)} ${String(kind)}`];
  const missing = ['apiVersion', 'kind', 'metadata']
    .filter((name) => !(name in object))
    .map((name) => `${name} is missing`);
  return [...missing, ...typeProblems(object, { type, format: '', required: true }, '')];
}

function typeProblems(value: unknown, { type, format }: Field, at: string): string[] {
  const element = /^Array<(.+)>$/.exec(type)?.[1] ?? /^Set<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) return arrayProblems(value, { type: element, format, required: true }, at);
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (entry !== undefined) return mapProblems(value, { type: entry, format, required: true }, at);
  if (type === 'any' || type === 'object') return [];
  return fieldsOf(type) === undefined ? scalarProblems(value, type, format, at) : objectProblems(value, type, at);
}

function arrayProblems(value: unknown, element: Field, at: string): string[] {
  if (!Array.isArray(value)) return [`${at}: ${shown(value)} where a list belongs`];
  return value.flatMap((item, i) => typeProblems(item, element, `${at}[${i}]`));
}

function mapProblems(value: unknown, entry: Field, at: string): string[] {
  if (!isObject(value)) return [`${at}: ${shown(value)} where a map belongs`];
  return Object.entries(value).flatMap(([key, item]) => typeProblems(item, entry, `${at}[${key}]`));
}

function objectProblems(value: unknown, type: string, at: string): string[] {
  if (!isObject(value)) return [`${at}: ${shown(value)} where ${type} belongs`];
  const fields = fieldsOf(type) ?? new Map<string, Field>();
  const path = (name: string): string => (at === '' ? name : `${at}.${name}`);
  const missing = [...fields]
    .filter(([name, field]) => field.required && !(name in value))
    .map(([name]) => `${path(name)} is missing`);
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const field = fields.get(name);
    return field === undefined ? [`${path(name)} is unknown to ${type}`] : typeProblems(item, field, path(name));
  });
  return [...missing, ...wrong];
}

const scalars: Readonly<Record<string, (value: unknown, format: string) => boolean>> = {
  string: (value, format) => typeof value === 'string' && (format !== 'byte' || isBase64(value)),
  number: (value, format) => typeof value === 'number' && (!format.startsWith('int') || Number.isInteger(value)),
  boolean: (value) => typeof value === 'boolean',
  IntOrString: (value) => Number.isInteger(value) || typeof value === 'string',
  Date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

function scalarProblems(value: unknown, type: string, format: string, at: string): string[] {
  const fits = scalars[type];
  if (fits === undefined) throw new Error(`${at}: these tests do not know the type ${type}`);
  return fits(value, format) ? [] : [`${at}: ${shown(value)} where ${format || type} belongs`];
}

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
