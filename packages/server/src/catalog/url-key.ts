/** Url keys: the segments of the create path. Made from the name once, unique among siblings, never changed. */

/** `My Service (EU)` → `my-service-eu`; names without any Latin letter or digit give `fallback`. */
function urlKeyOf(name: string, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-+|(?<!-)-+$/g, '');
  return plain === '' ? fallback : plain;
}

/** A key that none of the siblings has: `pg`, `pg-2`, `pg-3` … */
export function uniqueUrlKey(name: string, fallback: string, siblings: readonly string[]): string {
  const key = urlKeyOf(name, fallback);
  if (!siblings.includes(key)) return key;
  for (let number = 2; ; number += 1) if (!siblings.includes(`${key}-${number}`)) return `${key}-${number}`;
}
