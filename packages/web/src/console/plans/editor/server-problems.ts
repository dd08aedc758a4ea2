/** The problems that a refused build names, at their places in the text. Pure. */
import { ResponseError } from '@cellplane/api/client';
import type { Problem } from '@cellplane/plan';

interface Detail {
  field: string;
  code: string;
  message: string;
  cure?: string;
  line?: number;
  column?: number;
  severity?: string;
}

/** Empty where the refusal is about something else than places in the text. */
export function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof ResponseError)) return [];
  const details = (error.body.details ?? []) as Detail[];
  return details.flatMap(({ field, code, message, cure = '', line, column, severity }) =>
    line === undefined || column === undefined
      ? []
      : [
          {
            severity: severity === 'warning' ? ('warning' as const) : ('error' as const),
            code,
            path: field,
            position: { line, column },
            message,
            cure,
          },
        ],
  );
}
