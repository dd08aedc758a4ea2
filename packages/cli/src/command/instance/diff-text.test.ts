import type { ChangePreview, ObjectChange } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { previewText } from './diff-text.js';

const object = (more: Partial<ObjectChange>): ObjectChange => ({
  action: 'change',
  apiVersion: 'v1',
  kind: 'Cluster',
  namespace: 'n',
  name: 'db',
  resource: 'postgres',
  tasks: ['patchcluster'],
  fields: [],
  restarts: false,
  ...more,
});
const preview = (more: Partial<ChangePreview>): ChangePreview => ({
  instanceId: 'instance-a',
  kind: 'modify',
  changes: true,
  steps: [],
  objects: [],
  charts: [],
  problems: [],
  restarts: [],
  ...more,
});

describe('a preview', () => {
  it('has a block for each object that differs, and a line for each field', () => {
    const told = preview({
      steps: [{ verb: 'modify', resource: 'postgres', planVersion: '1.0', tasks: 2, assumed: ['$db.out.host'] }],
      charts: [
        { chart: 'plugin', repositoryUrl: 'https://x', from: '0.6.0', to: '0.6.0', action: 'keep' },
        { chart: 'cloudnative-pg', repositoryUrl: 'https://x', from: '0.27.1', to: '0.28.0', action: 'upgrade', instances: 3 },
      ],
      objects: [
        object({
          restarts: true,
          fields: [
            { path: 'spec.a', before: 1, after: 2, owners: ['cellplane', 'kubectl-edit'] },
            { path: 'spec.b', after: { c: true }, owners: [] },
            { path: 'spec.d', before: '***', after: '***', owners: [], hidden: true },
          ],
        }),
        object({ action: 'create', kind: 'Job', name: 'once-(run)', why: 'Admission was not asked.' }),
        object({ action: 'unchanged', name: 'same' }),
        object({ name: 'no', refused: 'admission said no', immutable: ['spec.x'] }),
      ],
      restarts: [{ kind: 'Cluster', name: 'db', fields: ['spec.a'] }],
      problems: [{ code: 'denied', message: 'admission said no' }],
    });
    expect(previewText(told, 'table')).toBe(`~ chart cloudnative-pg 0.27.1 -> 0.28.0, shared by 3 instances of the cell
~ Cluster/db  change, restarts  (task patchcluster)
    spec.a: 1 -> 2  (cellplane, kubectl-edit)
    spec.b: (none) -> {"c":true}
    spec.d: changed (hidden)
+ Job/once-(run)  create  (task patchcluster)
    Admission was not asked.
~ Cluster/no  change  (task patchcluster)
    refused: admission said no
    never changes: spec.x
1 object stays as it is.
Taken as they are now, though a step before may change them: $db.out.host.
Restarts, as the plan says: Cluster/db.
Would fail: admission said no.
`);
    expect(previewText(told, 'text').split('\n')[2]).toBe('change\tCluster/db\tspec.a\t1\t2\tcellplane,kubectl-edit');
  });

  it('of nothing says so', () => {
    expect(previewText(preview({ changes: false }), 'table')).toBe('Nothing would change.\n');
  });
});
