/** Meanings of settings are written in Markdown for the documentation; here they are plain text. Pure. */
export function plainMeaning(markdown: string): string {
  return markdown.replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, '$1').replaceAll('`', '');
}
