import { Lexer } from 'yaml';
import { remember } from '../bounded-cache.js';
import { markerFor, splitTokens, token } from './token.js';
import { parseManifestText, type TextPart } from '../text.js';

/** Where a placeholder stands in the YAML, judged with every placeholder opaque. */
type PlaceholderContext = 'plain' | 'quoted' | 'block' | 'comment';

export interface LaidOutPart {
  part: TextPart;
  context: PlaceholderContext;
  /** Only white space before and after it on its line: where a threaded block stands. */
  alone: boolean;
}

/**
 * The parts of a manifest with the YAML context of each placeholder. Only the lexer is asked, since a manifest whose
 * blocks are threaded through inputs need not be valid YAML before they are there. Cached.
 */
export const layoutManifest: (manifest: string) => readonly LaidOutPart[] = remember(1000, (manifest) => {
  const parts = parseManifestText(manifest);
  const marker = markerFor(manifest);
  const opaque = parts.map((part, index) => (part.type === 'text' ? part.text : token(marker, index))).join('');
  const contexts = new Map<number, PlaceholderContext>();
  let previous = '';
  let block = false;
  for (const lexeme of new Lexer().lex(opaque)) {
    // The lexer announces plain and block scalars by a unit separator; a header (| or >) tells which.
    const scalar = previous === '\u001f';
    const context = scalar ? (block ? 'block' : 'plain') : /^["']/.test(lexeme) ? 'quoted' : lexeme.startsWith('#') ? 'comment' : 'plain';
    if (scalar) block = false;
    else if (/^[|>]/.test(lexeme)) block = true;
    for (const piece of splitTokens(marker, lexeme)) if (typeof piece === 'number') contexts.set(piece, context);
    previous = lexeme;
  }
  return parts.map((part, index) => ({
    part,
    context: contexts.get(index) ?? 'plain',
    alone: part.type !== 'text' && isAlone(manifest, part),
  }));
});

function isAlone(manifest: string, part: TextPart): boolean {
  for (let at = part.offset - 1; at >= 0 && manifest[at] !== '\n'; at -= 1) if (!isBlank(manifest[at])) return false;
  for (let at = part.offset + part.text.length; at < manifest.length && manifest[at] !== '\n'; at += 1)
    if (!isBlank(manifest[at])) return false;
  return true;
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character);
}
