import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { parseManifestText } from '../expression/text.js';

/** What can be known of a manifest before its placeholders have values. */
export interface ManifestOutline {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name?: string;
  generateName: boolean;
  documents: number;
  /** Fields whose text holds a placeholder. */
  templated: ('apiVersion' | 'kind' | 'namespace' | 'name')[];
  /** The first error of the YAML parser, with the line in the manifest (from 1). */
  fault?: { message: string; line: number };
}

/** A character of the private use area: placeholders become words that begin with it, which YAML reads as plain text. */
const MARK = '\uE000';

/**
 * Reads a manifest with every placeholder replaced by a word. A placeholder alone on its line may stand for a whole block
 * that the author indents himself; if the manifest reads only without such lines, it is read without them.
 */
export function outlineManifest(manifest: string): ManifestOutline {
  const neutral = neutralise(manifest);
  const read = outline(neutral);
  if (!read.fault) return read;
  const withoutBlocks = outline(neutral.replaceAll(new RegExp(`^[ \\t]*(?:${MARK}\\w+[ \\t]*)+$`, 'gm'), ''));
  return withoutBlocks.fault ? read : withoutBlocks;
}

function neutralise(manifest: string): string {
  let text = '';
  let count = 0;
  for (const part of parseManifestText(manifest)) {
    if (part.type === 'text' || part.type === 'foreign') text += part.text;
    else text += `${MARK}x${count++}`;
  }
  return text;
}

function outline(text: string): ManifestOutline {
  const documents = readDocuments(text);
  const [first] = documents;
  const root = first?.contents;
  const templated: ManifestOutline['templated'] = [];
  const field = (holder: unknown, key: 'apiVersion' | 'kind' | 'namespace' | 'name'): string | undefined => {
    const value = isMap(holder) ? holder.get(key, true) : undefined;
    const read = isScalar(value) && value.value !== null ? String(value.value) : undefined;
    if (read?.includes(MARK)) {
      templated.push(key);
      return undefined;
    }
    return read;
  };
  const metadata = isMap(root) ? root.get('metadata', true) : undefined;
  const [error] = first?.errors ?? [];
  const result: ManifestOutline = {
    apiVersion: field(root, 'apiVersion') ?? '',
    kind: field(root, 'kind') ?? '',
    generateName: isMap(metadata) && metadata.has('generateName'),
    documents: documents.length,
    templated,
  };
  const namespace = field(metadata, 'namespace');
  const name = field(metadata, 'name');
  if (namespace !== undefined) result.namespace = namespace;
  if (name !== undefined) result.name = name;
  if (error) result.fault = { message: error.message, line: text.slice(0, error.pos[0]).split('\n').length };
  else if (!isMap(root)) result.fault = { message: root ? 'The manifest is not a map' : 'The manifest is empty', line: 1 };
  return result;
}

function readDocuments(text: string): ReturnType<typeof parseAllDocuments> & unknown[] {
  const read = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  if ('empty' in read) return [];
  return read.filter((document) => document.contents !== null || document.errors.length > 0);
}
