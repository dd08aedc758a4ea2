import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterRole, rightsFor } from './rights.js';

// docs/kubernetes-access.md shows the rights that the code asks for, word for word.
const page = readFileSync(new URL('../../../../docs/kubernetes-access.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) =>
  parseAllDocuments(text ?? '').map((document) => document.toJS() as unknown),
);

describe('the page about access', () => {
  it('shows the ClusterRole', () => {
    expect(blocks[0]).toEqual(clusterRole(rightsFor([])));
  });

  it('says why each right is needed', () => {
    for (const { resource, verbs, purpose } of rightsFor([]))
      expect(page).toContain(`| \`${resource}\`: ${verbs.join(', ')} | ${purpose} |`);
  });

  it('shows the rules that the example plan adds', () => {
    const kinds = [
      { group: 'k8s.mariadb.com', resource: 'backups', verbs: ['patch', 'delete'] },
      { group: 'k8s.mariadb.com', resource: 'mariadbs', verbs: ['patch', 'delete'] },
      { group: '', resource: 'secrets', verbs: ['patch'] },
    ];
    const role = clusterRole(rightsFor(kinds)).find((object) => 'rules' in object) as { rules: unknown[] };
    // Secrets are in the role already, with `list`.
    expect(blocks[1]?.[0]).toEqual(role.rules.slice(-2));
    expect(role.rules).toContainEqual({ apiGroups: [''], resources: ['secrets'], verbs: ['list', 'get', 'watch'] });
  });
});
