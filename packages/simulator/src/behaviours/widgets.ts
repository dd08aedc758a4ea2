/**
 * A made-up operator for trying upgrades of operators: its second major version has another definition of the same kind. `legacy` is gone,
 * colours are a closed list, and a rule in CEL is new. Nothing behaves like it; `cellplane.dev/simulate` says what its objects do.
 */
import type { JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { flag, oneOf, struct, text } from './schema-parts.js';

const FIRST: Schema = struct({ size: { type: 'integer' }, color: text, legacy: text, paused: flag });
const SECOND: Schema = {
  ...struct({ size: { type: 'integer', minimum: 1 }, color: oneOf('red', 'green', 'blue'), paused: flag }),
  'x-kubernetes-validations': [{ rule: 'self.size <= 100 || !self.paused', message: 'a large widget cannot be paused' }],
};

/** Definitions of `widget-operator`, as that version of it has them. */
export function widgetCrds(labels: Record<string, string>, version: string): JsonObject[] {
  const isFirst = /^v?[01]\./.test(version);
  return [
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.operators.example.com', labels },
      spec: {
        group: 'operators.example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', singular: 'widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  apiVersion: text,
                  kind: text,
                  metadata: { type: 'object' },
                  spec: isFirst ? FIRST : SECOND,
                  status: struct({ phase: text }),
                },
              },
            },
            subresources: { status: {} },
          },
        ],
      },
    },
  ];
}
