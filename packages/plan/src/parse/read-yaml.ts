import { type Document, type DocumentOptions, type LineCounter, parseAllDocuments, type ParseOptions, type SchemaOptions } from 'yaml';

type Options = ParseOptions & DocumentOptions & SchemaOptions;

/** How every text is read. */
const YAML_OPTIONS: Options = { prettyErrors: false, uniqueKeys: false, version: '1.2', schema: 'core', logLevel: 'silent' };

/** All documents of a text, with the positions of its lines. */
export function readDocuments(text: string, lineCounter: LineCounter): Document[] {
  return readWith(text, { ...YAML_OPTIONS, lineCounter });
}

/** The same of a text whose scalars keep what is written there. */
export function readTextDocuments(text: string): Document.Parsed[] {
  return readWith(text, { prettyErrors: false, uniqueKeys: false, schema: 'failsafe', resolveKnownTags: false, logLevel: 'silent' });
}

/** Errors of YAML are values of which nobody reads the stack, and there may be one for each character. */
function readWith(text: string, options: Options): Document.Parsed[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const read = parseAllDocuments(text, options);
    return Array.isArray(read) ? read : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Objects of a text that a program wrote, one a document; documents that are no objects are left out, and so are those that cannot be read. */
export function readObjects(text: string): object[] {
  return readWith(text, YAML_OPTIONS).flatMap((document) => {
    if (document.errors.length > 0) return [];
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : [];
  });
}
