import type { ObjectKey } from '@cellplane/kubernetes';
import type { PlanParts, Task } from './plan.testing.js';
import type { Others } from './world.testing.js';

/** What a fixture's actors know. */
export interface Scene extends Others {
  namespace: string;
  /** `db` of the kind Widget in the instance's namespace. */
  widget: ObjectKey;
}

/** A state of an instance, and what everybody who looks at it is to be told. */
export interface Fixture {
  title: string;
  plan: PlanParts;
  /** What is on the cluster before anything begins. */
  before?(others: Others): Promise<void>;
  /** What others do on the cluster once the instance's operation is under way. */
  others?(scene: Scene): Promise<void>;
  /** The operation that is looked at; one other than `create` begins when the instance runs. */
  operation?: 'create' | 'modify' | 'delete';
  /** What others do between the create and that operation. */
  between?(scene: Scene): Promise<void>;
  ends: 'waits' | 'fails';
  /** `Kind/name` that the words are about, where they are about an object. */
  object?: string;
  /** Texts that are all said, in the words of whoever knows; `…` stands for anything on one line. */
  says: [string, ...string[]];
  /** For people, in docs/troubleshooting.md: what it means and what to do. */
  means: string;
  cure: string;
}

export const WIDGET = { apiVersion: 'explained.test/v1', kind: 'Widget' };

/** The CRD of Widget: a size of at most 5, a colour, and a status that its operator (here, the fixture) writes. */
export const WIDGET_CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.explained.test' },
  spec: {
    group: 'explained.test',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', maximum: 5 }, note: { type: 'string' } } },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};

/** A task that applies the widget `db`. */
export function widget(gates: string, more: { spec?: string; labels?: string } = {}): Task {
  return {
    name: 'widget',
    resource: `action: apply\n${gates}`.trim(),
    manifest: `apiVersion: explained.test/v1
kind: Widget
metadata:
  name: db${more.labels === undefined ? '' : `\n  labels: ${more.labels}`}
spec: ${more.spec ?? '{size: 1, note: "{{inputs.parameters.note}}"}'}`,
  };
}

/** A task that applies a ConfigMap. */
export const SETTINGS: Task = {
  name: 'settings',
  resource: 'action: apply',
  manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: fast}',
};

/** A task that applies a Deployment `app` of one pod and waits for it. */
export function app(pod: string): Task {
  return {
    name: 'app',
    resource: 'action: apply\nsuccessCondition: status.readyReplicas == 1',
    manifest: `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec: ${pod}`,
  };
}

/** A task that deletes the widget. */
export const REMOVE: Task = {
  name: 'remove',
  resource: 'action: delete',
  manifest: 'apiVersion: explained.test/v1\nkind: Widget\nmetadata: {name: db}',
};
