/** Where an id leads. Pure. */

export type Found =
  | { to: '/console/instances/$instanceId'; params: { instanceId: string } }
  | { to: '/console/runs/$runId'; params: { runId: string } }
  | { to: '/console/upgrades/$pathId'; params: { pathId: string } }
  | { to: '/console/cells/$cell'; params: { cell: string } }
  // The list reads what it is asked for by itself.
  | { to: '/console/instances'; search: never };

/** The page of the thing that has the id; what is no id that has a page of its own is searched for among the instances. */
export function placeOf(text: string): Found {
  const id = text.trim();
  if (/^instance-[a-z0-9]+$/.test(id)) return { to: '/console/instances/$instanceId', params: { instanceId: id } };
  if (/^submit-[a-z0-9-]+$/.test(id)) return { to: '/console/runs/$runId', params: { runId: id } };
  if (/^upgrade-\w+$/.test(id)) return { to: '/console/upgrades/$pathId', params: { pathId: id } };
  if (/^hc-\w+$/.test(id)) return { to: '/console/cells/$cell', params: { cell: id } };
  return { to: '/console/instances', search: { q: id } as never };
}
