import { isText, type Part } from '../fragment.js';
import type { SlotValue } from './instance.js';
import { type LaidOutPart, layoutManifest } from './layout.js';
import { type ManifestProblem, ManifestRefusal } from './problem.js';
import { type Marker, markerFor, token } from './token.js';
import { valueText } from '../value-text.js';

/** A manifest whose values have become tokens, and where each stretch of it came from. */
export interface Assembly {
  text: string;
  marker: Marker;
  slots: SlotValue[];
  /** Ascending: from `start` on in `text`, the source is at `offset` of the manifest, running along with it or (`threaded`) staying there. */
  origins: { start: number; offset: number; threaded: boolean }[];
}

/**
 * Puts a manifest together: the author's text as it is, each value as a token. `resolve` gives the parts that a placeholder
 * stands for.
 */
export function assemble(manifest: string, resolve: (part: LaidOutPart) => readonly Part[]): Assembly {
  const resolved = layoutManifest(manifest).map((laidOut) => ({ laidOut, parts: partsOf(laidOut, resolve) }));
  const author = resolved.map(({ parts }) => parts.map((part) => (isText(part) ? part.text : '')).join('')).join('');
  const marker = markerFor(author);
  const assembly: Assembly = { text: '', marker, slots: [], origins: [] };
  for (const { laidOut, parts } of resolved) {
    const { part } = laidOut;
    assembly.origins.push({ start: assembly.text.length, offset: part.offset, threaded: part.type !== 'text' });
    for (const piece of parts) {
      if (isText(piece)) assembly.text += piece.text;
      else {
        assembly.text += token(marker, assembly.slots.length);
        assembly.slots.push(piece);
      }
    }
  }
  return assembly;
}

type SlottedPart = { text: string } | SlotValue;

/** The parts that a placeholder contributes to the YAML, by where it stands. */
function partsOf(laidOut: LaidOutPart, resolve: (part: LaidOutPart) => readonly Part[]): readonly SlottedPart[] {
  const { part, context, alone } = laidOut;
  if (part.type === 'text') return [{ text: part.text }];
  if (context === 'comment') return [];
  if (part.type === 'foreign') {
    // Unquoted braces would be a YAML map; in quotes and block scalars they are text already.
    return context === 'plain' ? [{ value: part.text, source: part.text, literal: true }] : [{ text: part.text }];
  }
  if (part.type === 'platform' && part.bare && context === 'block') return [{ text: part.text }];
  const parts = resolve(laidOut);
  if (alone && context === 'plain' && parts.every((piece) => (isText(piece) ? piece.text : valueText(piece.value)) === '')) return [];
  if (context !== 'quoted') return parts;
  return parts.map((piece) => (isText(piece) ? { value: piece.text, source: part.text, literal: true } : piece));
}

/** The problem as its author sees it: a line of the manifest, no tokens. */
export function explainRefusal(refusal: ManifestRefusal, manifest: string, assembly: Assembly): ManifestProblem {
  const { code, offset } = refusal;
  const message = refusal.message.replaceAll(new RegExp(assembly.marker.pattern, 'g'), '{{…}}');
  if (offset === undefined) return { code, line: 0, message, cure: refusal.cure };
  const origin = assembly.origins.findLast(({ start }) => start <= offset);
  const source = origin === undefined ? 0 : origin.threaded ? origin.offset : origin.offset + offset - origin.start;
  const line = manifest.slice(0, source).split('\n').length;
  const value = code === 'manifest-syntax' && lineAround(assembly.text, offset).includes(assembly.marker.prefix);
  const cure = value
    ? `${refusal.cure} A value is a scalar: it needs a key (size: {{…}}) or a dash before it; only literal text of arguments can be a block.`
    : refusal.cure;
  return {
    code,
    line,
    message: origin?.threaded === true ? `${message} It is in what the placeholder of this line stands for.` : message,
    cure,
  };
}

/** The line at an offset and the one before it: parsers often complain at the start of the next line. */
function lineAround(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1));
  const start = lineStart <= 0 ? 0 : text.lastIndexOf('\n', lineStart - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? undefined : end);
}
