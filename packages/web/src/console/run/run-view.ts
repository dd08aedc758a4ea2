/** What of a run is shown; it stands in the page's address, so that a task and a moment can be linked to. Pure. */
export interface RunView {
  /** The key of a lane. */
  task?: string;
  /** Milliseconds after the run's beginning. Absent: its end, or now. */
  at?: number;
  /** @default the time line */
  view?: 'graph';
}

export function runViewOf({ task, at, view }: Record<string, unknown>): RunView {
  return {
    ...(typeof task === 'string' && task !== '' ? { task } : {}),
    ...(typeof at === 'number' && Number.isFinite(at) && at >= 0 ? { at } : {}),
    ...(view === 'graph' ? { view } : {}),
  };
}
