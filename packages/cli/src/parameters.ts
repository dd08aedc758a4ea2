/** Parameters and tags from the command line: `--param '{"a":1}'`, `--param a=1`, `--param-file f`, `--tags k=v,k=v`. */
import { readFile } from 'node:fs/promises';
import { CommandFailure } from './failure.js';

/** Later ones win; the file comes first. @throws CommandFailure */
export async function readParameters(given: string[] | undefined, file: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (given === undefined && file === undefined) return undefined;
  const parts: Record<string, unknown>[] = [];
  if (file !== undefined) parts.push(parseObject(await readText(file), `--param-file ${file}`));
  for (const text of given ?? []) parts.push(text.trimStart().startsWith('{') ? parseObject(text, '--param') : pair(text, '--param'));
  return Object.assign({}, ...parts) as Record<string, unknown>;
}

/** @throws CommandFailure */
export function readTags(text: string | undefined, option = '--tags'): { key: string; value: string }[] | undefined {
  if (text === undefined) return undefined;
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .flatMap((part) => Object.entries(pair(part, option)).map(([key, value]) => ({ key, value })));
}

function pair(text: string, option: string): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new CommandFailure('bad_request', `${option} "${text}" must be name=value${option === '--param' ? ', or a JSON object' : ''}.`);
  return { [text.slice(0, at).trim()]: text.slice(at + 1) };
}

function parseObject(text: string, option: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure('bad_request', `${option} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandFailure('bad_request', `${option} must be a JSON object.`);
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailure('bad_request', `${file} cannot be read: ${error.message}`);
  });
}
