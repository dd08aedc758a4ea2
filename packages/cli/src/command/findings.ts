/** What a build says of a spec besides that it can be built: warnings at their places, and keys that change nothing in one block. */
import type { Client } from '@cellplane/api';
import type { Context } from '../context.js';

type Built = Pick<Awaited<ReturnType<Client['buildServicePlanSpec']>>, 'warnings' | 'notes'>;

/** To stderr: the answer of the command itself stays clean. */
export async function showFindings(context: Context, file: string, { warnings = [], notes = [] }: Built): Promise<void> {
  for (const warning of warnings)
    context.stderr(`${file}:${warning.line}:${warning.column}: warning: ${warning.message} ${warning.cure}\n`);
  if (notes.length === 0) return;
  const { formatNotes } = await import('@cellplane/plan');
  const told = notes.map((note) => ({
    ...note,
    places: note.places.map(({ path, line, column }) => ({ path, position: { line, column } })),
  }));
  context.stderr(`${formatNotes(told)}\n`);
}
