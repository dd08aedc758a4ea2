import { apply, del, get, merge, post, put, strategic } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

const core = (scenario: string, plural: string, name = '') =>
  `/api/v1/namespaces/${namespaceOf(scenario)}/${plural}${name === '' ? '' : `/${name}`}`;
const config = (name: string, data: Record<string, unknown> = { a: '1' }, metadata: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

/** A stored template: no controller touches it. */
const template = (name: string, spec: unknown, metadata: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: { name },
  template: { metadata: { labels: { app: 'x' }, ...metadata }, spec },
});

function applyConfig(): Scenario {
  const n = 'apply-config';
  const one = core(n, 'configmaps', 'one');
  const body = (data: Record<string, string>, metadata: Record<string, unknown> = {}) => config('one', data, metadata);
  return {
    name: n,
    steps: [
      apply('create', one, 'alpha', body({ a: '1', b: '2' })),
      apply('the same', one, 'alpha', body({ a: '1', b: '2' })),
      apply('another manager, other fields', one, 'beta', body({ c: '3' })),
      apply('shared value', one, 'beta', body({ a: '1', c: '3' })),
      apply('conflict on a shared field', one, 'beta', body({ a: '9', c: '3' })),
      apply('conflict on two', one, 'beta', body({ a: '9', b: '9' })),
      apply('forced', one, 'beta', body({ a: '9', c: '3' }), '&force=true'),
      apply('owner without the lost field', one, 'alpha', body({ b: '2' })),
      apply('removal', one, 'alpha', body({})),
      apply('removal of what is shared', one, 'beta', body({ a: '9' })),
      merge('an update takes a field', `${one}?fieldManager=editor`, { data: { a: 'edited' } }),
      apply('conflict with an updater', one, 'beta', body({ a: '9' })),
      apply('agreement with an updater', one, 'beta', body({ a: 'edited' })),
      put('put by an updater', `${one}?fieldManager=editor`, body({ a: 'put', z: '26' }, { labels: { l: 'm' } })),
      apply('labels', one, 'beta', body({ a: 'put' }, { labels: { own: 'yes' }, annotations: { n: '1' } })),
      apply('fewer labels', one, 'beta', body({ a: 'put' }, { annotations: { n: '1' } })),
      apply('empty annotations', one, 'beta', body({ a: 'put' }, { annotations: {} })),
      apply('nothing', one, 'beta', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } }),
      apply('null field', one, 'beta', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: null }),
      apply('dry run', one, 'beta', body({ q: '1' }), '&dryRun=All'),
      get('dry run changed nothing', one),
      apply('without name', one, 'gamma', { apiVersion: 'v1', kind: 'ConfigMap', data: { g: '1' } }),
      apply('with another name', one, 'gamma', config('two')),
      apply('with another namespace', one, 'gamma', config('one', {}, { namespace: 'default' })),
      apply('with managed fields', one, 'gamma', config('one', {}, { managedFields: [] })),
      apply('with managed fields in it', one, 'gamma', config('one', {}, { managedFields: [{ manager: 'x', operation: 'Apply' }] })),
      apply('without kind', one, 'gamma', { apiVersion: 'v1', metadata: { name: 'one' } }),
      apply('with another version', one, 'gamma', { ...config('one'), apiVersion: 'v2' }),
      apply('with another kind', one, 'gamma', { ...config('one'), kind: 'Secret' }),
      apply('unknown field', one, 'gamma', { ...config('one'), bogus: 1 }),
      apply('wrong type', one, 'gamma', { ...config('one'), data: 'text' }),
      apply('wrong type inside', one, 'gamma', config('one', { a: ['x'] })),
      apply('no YAML', one, 'gamma', '{{'),
      apply('a list', one, 'gamma', '[]'),
      apply(
        'YAML text',
        core(n, 'configmaps', 'yaml'),
        'gamma',
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  yes: "no"\n',
      ),
      { name: 'no manager', method: 'PATCH', path: one, body: body({ a: '1' }), type: 'application/apply-patch+yaml' },
      apply('bad name', core(n, 'configmaps', 'Bad'), 'gamma', config('Bad')),
      apply('bad key', one, 'gamma', config('one', { 'a b': '1' })),
      apply(
        'with a uid, not there',
        core(n, 'configmaps', 'none'),
        'gamma',
        config('none', {}, { uid: '00000000-0000-4000-8000-000000000000' }),
      ),
      apply('with a version, not there', core(n, 'configmaps', 'none'), 'gamma', config('none', {}, { resourceVersion: '5' })),
      apply('with an old version', one, 'gamma', config('one', {}, { resourceVersion: '5' })),
      apply('with another uid', one, 'gamma', config('one', {}, { uid: '00000000-0000-4000-8000-000000000000' })),
      apply('finalizers', one, 'gamma', config('one', {}, { finalizers: ['example.com/a', 'example.com/b'] })),
      apply('other finalizers of another manager', one, 'delta', config('one', {}, { finalizers: ['example.com/c'] })),
      apply('fewer finalizers', one, 'gamma', config('one', {}, { finalizers: ['example.com/b'] })),
      apply('no finalizers', one, 'gamma', config('one', {})),
      apply('no more finalizers', one, 'delta', config('one', {})),
      merge('managed fields are cleared', one, { metadata: { managedFields: [{}] } }),
      apply('apply after clearing', one, 'beta', body({ a: 'again' })),
      merge('managed fields are replaced', one, {
        metadata: {
          managedFields: [
            { manager: 'made-up', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:a': {} } } },
          ],
        },
      }),
    ],
  };
}

function applyTemplates(): Scenario {
  const n = 'apply-templates';
  const one = core(n, 'podtemplates', 'one');
  const step = (name: string, manager: string, spec: unknown, query = ''): Step => apply(name, one, manager, template('one', spec), query);
  const a = { name: 'a', image: 'a:1' };
  return {
    name: n,
    steps: [
      step('create', 'alpha', { containers: [{ ...a, ports: [{ containerPort: 80 }], env: [{ name: 'E', value: '1' }], args: ['x'] }] }),
      step('the same', 'alpha', { containers: [{ ...a, ports: [{ containerPort: 80 }], env: [{ name: 'E', value: '1' }], args: ['x'] }] }),
      step('a second container by another', 'beta', { containers: [{ name: 'b', image: 'b:1' }] }),
      step('conflict in a list item', 'beta', { containers: [{ name: 'a', image: 'a:2' }] }),
      step('conflict on an atomic list', 'beta', { containers: [{ name: 'a', args: ['y'] }] }),
      step(
        'forced in a list item',
        'beta',
        {
          containers: [
            { name: 'a', image: 'a:2' },
            { name: 'b', image: 'b:1' },
          ],
        },
        '&force=true',
      ),
      step('a variable beside', 'beta', {
        containers: [
          { name: 'a', image: 'a:2', env: [{ name: 'F', value: '2' }] },
          { name: 'b', image: 'b:1' },
        ],
      }),
      step('a port with the default protocol', 'beta', {
        containers: [
          { name: 'a', image: 'a:2', ports: [{ containerPort: 80, name: 'web' }] },
          { name: 'b', image: 'b:1' },
        ],
      }),
      step('another protocol is another port', 'beta', {
        containers: [
          { name: 'a', image: 'a:2', ports: [{ containerPort: 80, protocol: 'UDP' }] },
          { name: 'b', image: 'b:1' },
        ],
      }),
      step('order of items', 'beta', {
        containers: [
          { name: 'b', image: 'b:1' },
          { name: 'a', image: 'a:2' },
        ],
      }),
      step('item in between', 'beta', {
        containers: [
          { name: 'b', image: 'b:1' },
          { name: 'c', image: 'c:1' },
          { name: 'a', image: 'a:2' },
        ],
      }),
      step('items given up', 'beta', { containers: [{ name: 'c', image: 'c:1' }] }),
      step('the other gives up parts', 'alpha', { containers: [{ name: 'a', image: 'a:2' }] }),
      step('an owned default', 'gamma', { containers: [{ name: 'a', imagePullPolicy: 'IfNotPresent' }] }),
      step('a changed default', 'gamma', { restartPolicy: 'Never', containers: [{ name: 'a', imagePullPolicy: 'Always' }] }, '&force=true'),
      step('a default given up', 'gamma', { containers: [{ name: 'a' }] }),
      step('twins', 'delta', { containers: [{ name: 'a' }, { name: 'a' }] }),
      step('item without key', 'delta', { containers: [{ image: 'q' }] }),
      step('item that is no map', 'delta', { containers: ['a'] }),
      step('unknown field in an item', 'delta', { containers: [{ name: 'a', bogus: 1 }] }),
      step('wrong type in an item', 'delta', { containers: [{ name: 'a', image: 5 }] }),
      step('number for a list', 'delta', { containers: 5 }),
      step('atomic map', 'delta', { nodeSelector: { a: 'b' } }),
      step('atomic map of another', 'epsilon', { nodeSelector: { c: 'd' } }),
      step('atomic map forced', 'epsilon', { nodeSelector: { c: 'd' } }, '&force=true'),
      step('empty struct', 'delta', { volumes: [{ name: 'v', emptyDir: {} }] }),
      step('struct given up', 'delta', { volumes: [{ name: 'v' }] }),
      step('affinity', 'delta', {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] }],
            },
          },
        },
      }),
      step('quantities', 'delta', {
        containers: [{ name: 'a', resources: { requests: { cpu: '1000m', memory: '1Gi' }, limits: { cpu: 2 } } }],
      }),
      strategic('an update beside', `${one}?fieldManager=editor`, { template: { spec: { containers: [{ name: 'a', image: 'edited' }] } } }),
      step('conflict with the update', 'alpha', { containers: [{ name: 'a', image: 'a:3' }] }),
      del('delete', one),
    ],
  };
}

function strategicPatches(): Scenario {
  const n = 'strategic-patches';
  const one = core(n, 'podtemplates', 'one');
  const step = (name: string, spec: unknown): Step => strategic(name, one, { template: { spec } });
  const spec = {
    containers: [
      {
        name: 'a',
        image: 'a:1',
        args: ['x', 'y'],
        env: [
          { name: 'E1', value: '1' },
          { name: 'E2', value: '2' },
        ],
        ports: [{ containerPort: 80 }, { containerPort: 90, name: 'n' }],
      },
      { name: 'b', image: 'b:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    ],
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 'w', configMap: { name: 'c' } },
    ],
    tolerations: [{ key: 'k', operator: 'Exists' }],
    imagePullSecrets: [{ name: 's' }],
  };
  return {
    name: n,
    steps: [
      post('create', core(n, 'podtemplates'), template('one', spec)),
      step('image by name', { containers: [{ name: 'a', image: 'a:2' }] }),
      step('a new container', { containers: [{ name: 'c', image: 'c:1' }] }),
      step('an environment variable', {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'E2', value: '22' },
              { name: 'E3', value: '3' },
            ],
          },
        ],
      }),
      step('a port', { containers: [{ name: 'a', ports: [{ containerPort: 90, name: 'm' }, { containerPort: 100 }] }] }),
      step('arguments are replaced', { containers: [{ name: 'a', args: ['z'] }] }),
      step('tolerations are replaced', { tolerations: [{ key: 'q', operator: 'Exists' }] }),
      step('delete a container', { containers: [{ name: 'c', $patch: 'delete' }] }),
      step('delete a variable', { containers: [{ name: 'a', env: [{ name: 'E1', $patch: 'delete' }] }] }),
      step('replace the variables', { containers: [{ name: 'a', env: [{ $patch: 'replace' }, { name: 'ONLY', value: '1' }] }] }),
      step('retain keys of a volume', { volumes: [{ name: 'w', $retainKeys: ['name', 'secret'], secret: { secretName: 't' } }] }),
      step('order of containers', {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [{ name: 'b', image: 'b:2' }],
      }),
      step('a mount', { containers: [{ name: 'b', volumeMounts: [{ name: 'v', mountPath: '/other' }] }] }),
      step('a pull secret', { imagePullSecrets: [{ name: 't' }] }),
      step('null takes away', { tolerations: null }),
      step('item without key', { containers: [{ image: 'q' }] }),
      strategic('replace a map', one, { template: { metadata: { labels: { $patch: 'replace', only: 'this' } } } }),
      strategic('add finalizers', one, { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }),
      strategic('more finalizers', one, { metadata: { finalizers: ['example.com/c'] } }),
      strategic('delete from a list', one, {
        metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a', 'example.com/b', 'example.com/c'] },
      }),
      strategic('unknown directive', one, { template: { $patch: 'explode' } }),
      strategic('nothing', one, {}),
      strategic('wrong type', one, { template: { spec: { containers: [{ name: 'a', image: 5 }] } } }),
      strategic('not for status of nothing', core(n, 'podtemplates', 'none'), {}),
    ],
  };
}

/** Scenarios of server-side apply and strategic patches on built-in objects. */
export const applyingScenarios: Scenario[] = [strategicPatches(), applyConfig(), applyTemplates()];
