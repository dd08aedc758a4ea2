/** Parameters and tags from the command line: `--param '{"a":1}'`, `--param a=1`, `--param-file f`, `--tags k=v,k=v`. */
import { CommandFailure } from './failure.js';
import { readGivenText } from './given-file.js';

/** Later ones win; the file comes first. @throws CommandFailure */
export async function readParameters(given: string[] | undefined, file: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (given === undefined && file === undefined) return undefined;
  const parts: Record<string, unknown>[] = [];
  if (file !== undefined) parts.push(await parseObject(await readGivenText(file), `--param-file ${file}`));
  for (const text of given ?? []) parts.push(text.trimStart().startsWith('{') ? await parseObject(text, '--param') : pair(text, '--param'));
  return Object.assign({}, ...parts) as Record<string, unknown>;
}

/** A JSON object in a file that an option names. @throws CommandFailure */
export async function readObject(file: string, option: string): Promise<Record<string, unknown>> {
  return parseObject(await readGivenText(file), `${option} ${file}`);
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

async function parseObject(text: string, option: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure('bad_request', `${option} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return withDigits(text, value as Record<string, unknown>, option);
  throw new CommandFailure('bad_request', `${option} must be a JSON object.`);
}

/**
 * Numbers that would be rounded are refused; one that is written in another way than JSON writes it (`15.10`) goes as text: the server takes
 * either for a number, and for a text its digits count.
 */
async function withDigits(text: string, value: Record<string, unknown>, option: string): Promise<Record<string, unknown>> {
  // Loaded only here: most commands do without the plan language.
  const { isExactNumber, jsonNumbers } = await import('@cellplane/plan');
  const numbers = jsonNumbers(text);
  const rounded = numbers.find(({ literal }) => !isExactNumber(literal));
  if (rounded !== undefined)
    throw new CommandFailure(
      'bad_request',
      `${option}: ${rounded.path} is a number that would be rounded; quote it, as text it keeps its digits.`,
    );
  const written = numbers.filter(({ steps, literal }) => steps.length === 1 && String(Number(literal)) !== literal);
  return { ...value, ...Object.fromEntries(written.map(({ path, literal }) => [path, literal])) };
}

export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export const PARAM = 'a JSON object, or name=value; may be given several times';
