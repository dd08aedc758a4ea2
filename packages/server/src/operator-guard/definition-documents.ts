/**
 * The documents of a rendered chart that may be definitions. The rest of a chart may be large, and is not parsed. Whoever reads them looks at
 * the kind: a document may say the word elsewhere, and may write its keys in quotes and in any order, as JSON does.
 */
export function documentsOfDefinitions(text: string): string {
  // Helm begins each document with a line of three dashes.
  const documents = text.split(/^---(?=\s|$)/m);
  return documents.filter((document) => document.includes('CustomResourceDefinition')).join('\n---\n');
}
