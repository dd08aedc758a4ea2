import { KubeconfigError, type TextSource } from './access.js';

/** A mapping of a kubeconfig whose fields are not known to be right yet. */
export type Fields = Record<string, unknown>;

/** @throws KubeconfigError where the value is not a mapping */
export function fields(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new KubeconfigError(`${at}: a mapping is expected`);
  return value as Fields;
}

/** @throws KubeconfigError where the field is there and not text */
export function optionalText(from: Fields, field: string, at: string): string | undefined {
  const value = from[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new KubeconfigError(`${at}: text is expected`);
  return value;
}

/** @throws KubeconfigError where the field is not a list of texts */
export function textList(from: Fields, field: string, at: string): string[] {
  const value = from[field] ?? [];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
    throw new KubeconfigError(`${at}: a list of texts is expected`);
  }
  return value;
}

/** @throws KubeconfigError where the field is not true or false */
export function flag(from: Fields, field: string, at: string): boolean {
  const value = from[field] ?? false;
  if (typeof value !== 'boolean') throw new KubeconfigError(`${at}: true or false is expected`);
  return value;
}

/** `<field>-data` (base64 of a PEM text) or `<field>` (a file). Inline data wins over the file, as in kubectl. */
export function pemOrFile(from: Fields, field: string, at: string, path: (name: string, field: string) => string): TextSource | undefined {
  const data = optionalText(from, `${field}-data`, `${at}: ${field}-data`);
  if (data !== undefined && data !== '') {
    const text = Buffer.from(data, 'base64').toString('utf8');
    if (!text.includes('-----BEGIN ')) throw new KubeconfigError(`${at}: ${field}-data is not the base64 of a PEM text`);
    return { data: text };
  }
  const file = optionalText(from, field, `${at}: ${field}`);
  return file === undefined || file === '' ? undefined : { file: path(file, field) };
}
