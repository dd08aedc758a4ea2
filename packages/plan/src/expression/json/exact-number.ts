/**
 * True if a JavaScript number holds exactly what this decimal literal says: its shortest spelling has the same digits. So `0.1`, `1.50` and
 * `1e3` are; `12345678901234567890`, `0.1234567890123456789` and `1e400` are not: they would silently become others.
 */
export function isExactNumber(literal: string): boolean {
  // Fifteen digits always come back as they were.
  if (literal.length <= 15 && !/[eE]/.test(literal)) return true;
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  const [meant, held] = [normal(literal), normal(String(value))];
  return meant.digits === held.digits && meant.exponent === held.exponent;
}

/** Digits without zeros at either end, and the power of ten that the last of them counts. */
function normal(literal: string): { digits: string; exponent: number } {
  const [, whole = '', fraction = '', power = '0'] = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(literal) ?? [];
  const all = `${whole}${fraction}`;
  let [start, end] = [0, all.length];
  while (start < end && all[start] === '0') start += 1;
  while (end > start && all[end - 1] === '0') end -= 1;
  const digits = all.slice(start, end);
  return digits === '' ? { digits: '0', exponent: 0 } : { digits, exponent: Number(power) - fraction.length + (all.length - end) };
}
