/** What somebody wrote as HTML, as text: pages show no HTML of others. */

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Without tags; paragraphs, list items and line breaks begin a line. A text without tags stays as it is. */
export function plainText(html: string): string {
  return html
    .replaceAll(/<(?:script|style)\b[^]*?<\/(?:script|style)\s*>/gi, '')
    .replaceAll(/<(?:br|\/p|\/li|\/h[1-6]|\/div)\b[^>]*>/gi, '\n')
    .replaceAll(/<li\b[^>]*>/gi, '• ')
    .replaceAll(/<\/?[a-z][^>]*>/gi, '')
    .replaceAll(
      /&(amp|lt|gt|quot|apos|nbsp|#39);/gi,
      (whole, name: string) => ENTITIES[name.toLowerCase()] ?? (name === '#39' ? "'" : whole),
    )
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
