import { readObjects } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { documentsOfDefinitions } from './definition-documents.js';

it('definitions are found however their YAML is written, and nothing else is kept', () => {
  const rendered = `---
# Source: gadgets/templates/crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: blocks.test}
---
# Source: gadgets/templates/crd.json
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"json.test"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`;
  const names = (readObjects(documentsOfDefinitions(rendered)) as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  expect(names).toEqual(['blocks.test', 'json.test']);
});
