import { type Document, type LineCounter, parseAllDocuments } from 'yaml';

/** How every text is read. */
const YAML_OPTIONS = { prettyErrors: false, uniqueKeys: false, version: '1.2', schema: 'core', logLevel: 'silent' } as const;

/** All documents of a text. Its errors are values of which nobody reads the stack, and there may be one for each character. */
export function readDocuments(text: string, lineCounter: LineCounter): Document[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const read = parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter });
    return Array.isArray(read) ? read : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
