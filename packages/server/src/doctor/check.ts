/** One thing that a cluster must have, and whether it has it. */
export interface Check {
  /** What was checked, such as `rights: namespaces`. */
  name: string;
  /** `warning`: Cellplane works, but not all that it offers. `skipped`: it could not be checked, or need not be there. */
  outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found. */
  message: string;
  /** What to do; empty where there is nothing to do. */
  cure: string;
}

export function ok(name: string, message: string): Check {
  return { name, outcome: 'ok', message, cure: '' };
}

export function failed(name: string, message: string, cure: string): Check {
  return { name, outcome: 'failed', message, cure };
}

export function warning(name: string, message: string, cure: string): Check {
  return { name, outcome: 'warning', message, cure };
}

export function skipped(name: string, message: string): Check {
  return { name, outcome: 'skipped', message, cure: '' };
}
