/**
 * Where the tasks of a graph stand in a drawing of lines. A task stands below the last one that everything on its way goes
 * through; where several branches begin there, each is drawn indented, and what joins them again stands below them, back in
 * the old column. So a chain stays in one column however long it is, and every line has one place.
 */

/** What is laid out: ids in an order in which each comes after what it depends on. */
export interface Laid {
  id: string;
  dependsOn: string[];
}

export interface Placed {
  id: string;
  /** In front of the task's mark: `├─ ` and the like, with the columns of the branches around it. */
  branch: string;
  /** In front of lines below the task. */
  below: string;
  /** What it comes after, where the drawing does not show it: the ends of the branches that it joins. */
  after: string[];
}

const TOP = '';

/** Lays the tasks out, top to bottom. */
export function layOut(tasks: readonly Laid[]): Placed[] {
  // Only what stands before counts: a cycle, which only a broken plan has, cannot be drawn.
  const known = new Set<string>();
  const needs = new Map(
    tasks.map((task) => {
      const earlier = task.dependsOn.filter((id) => known.has(id));
      known.add(task.id);
      return [task.id, earlier];
    }),
  );
  const direct = reduce(tasks, needs);
  const above = new Map<string, string>();
  const under = new Map<string, string[]>();
  for (const { id } of tasks) {
    const parent = (direct.get(id) ?? []).reduce<string | undefined>(
      (met, one) => (met === undefined ? one : meet(above, met, one)),
      undefined,
    );
    above.set(id, parent ?? TOP);
    under.set(parent ?? TOP, [...(under.get(parent ?? TOP) ?? []), id]);
  }
  const placed: Placed[] = [];
  const place = (id: string, branch: string, column: string): void => {
    const after = direct.get(id) ?? [];
    placed.push({ id, branch, below: column, after: after.length > 1 ? after : [] });
    placeAll(under.get(id) ?? [], column);
  };
  const placeAll = (ids: string[], column: string): void => {
    const joins = ids.filter((id) => (direct.get(id) ?? []).length > 1);
    const branches = ids.filter((id) => !joins.includes(id));
    if (branches.length === 1) for (const id of branches) place(id, column, column);
    else
      branches.forEach((id, index) => {
        const last = index === branches.length - 1;
        place(id, `${column}${last ? '└─ ' : '├─ '}`, `${column}${last ? '   ' : '│  '}`);
      });
    for (const id of joins) place(id, column, column);
  };
  placeAll(under.get(TOP) ?? [], '');
  return placed;
}

/** Without what follows from the rest: a → b → c and a → c is a → b → c. */
function reduce(tasks: readonly Laid[], needs: ReadonlyMap<string, string[]>): Map<string, string[]> {
  const before = new Map<string, Set<string>>();
  for (const { id } of tasks) {
    const own = needs.get(id) ?? [];
    before.set(id, new Set(own.flatMap((need) => [need, ...(before.get(need) ?? [])])));
  }
  return new Map(
    tasks.map(({ id }) => {
      const own = needs.get(id) ?? [];
      return [id, own.filter((need) => !own.some((other) => before.get(other)?.has(need) === true))];
    }),
  );
}

/** The nearest task that both stand below. */
function meet(above: ReadonlyMap<string, string>, one: string, other: string): string {
  const way = new Set<string>();
  for (let id: string | undefined = one; id !== undefined && !way.has(id); id = above.get(id)) way.add(id);
  const seen = new Set<string>();
  for (let id: string | undefined = other; id !== undefined && !seen.has(id); id = above.get(id)) {
    if (way.has(id)) return id;
    seen.add(id);
  }
  return TOP;
}
