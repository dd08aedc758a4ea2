/**
 * The key of a resource: its name without separators, each further word capitalised, the first letter lower-case unless the
 * first word begins with two capitals ("Redis Cluster" → "redisCluster", "CNPG" → "CNPG"). Empty if the name has no letter
 * or digit.
 */
export function resourceKey(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words.map((word, index) => (index === 0 ? lowerFirst(word) : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

/** How keys are compared: without case and separators. */
export function looseKey(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
}

function lowerFirst(word: string): string {
  return /^\p{Lu}\p{Lu}/u.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1);
}
