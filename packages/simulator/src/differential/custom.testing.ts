import { apply, del, get, json, merge, post, put } from './builders.testing.js';
import { namespaceOf, type Scenario } from './step.testing.js';

import { around, crd, type Json, struct, version } from './definition.testing.js';

const FIELDS: Json = {
  text: { type: 'string' },
  short: { type: 'string', maxLength: 3 },
  long: { type: 'string', minLength: 3 },
  pattern: { type: 'string', pattern: '^a+$' },
  choice: { type: 'string', enum: ['one', 'two'] },
  count: { type: 'integer', minimum: 1, maximum: 5 },
  above: { type: 'integer', minimum: 1, exclusiveMinimum: true },
  even: { type: 'integer', multipleOf: 2 },
  ratio: { type: 'number', maximum: 1 },
  flag: { type: 'boolean' },
  either: { 'x-kubernetes-int-or-string': true },
  when: { type: 'string', format: 'date-time' },
  items: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
  set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  keyed: {
    type: 'array',
    items: struct({ name: { type: 'string' }, value: { type: 'integer' } }, { required: ['name'] }),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
  map: { type: 'object', additionalProperties: { type: 'integer' } },
  few: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 1 },
  nested: struct({ must: { type: 'string' }, may: { type: 'integer' } }, { required: ['must'] }),
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  nullable: { type: 'string', nullable: true },
  defaulted: { type: 'string', default: 'given' },
  filled: struct({ a: { type: 'string', default: 'A' }, b: { type: 'integer', default: 2 } }, { default: {} }),
  half: struct({ a: { type: 'string', default: 'A' } }),
  any: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
};

function schemas(): Scenario {
  const n = 'schemas';
  const group = `${n}.simdiff.cellplane.dev`;
  const all = `/apis/${group}/v1/namespaces/${namespaceOf(n)}/samples`;
  const body = (spec: unknown, more: Json = {}): Json => ({
    apiVersion: `${group}/v1`,
    kind: 'Sample',
    metadata: { name: 'x' },
    spec,
    ...more,
  });
  const dry = `${all}?dryRun=All`;
  const values: [string, Json][] = [
    ['number for a text', { text: 5 }],
    ['text for a number', { count: 'five' }],
    ['text for a flag', { flag: 'true' }],
    ['object for a text', { text: {} }],
    ['list for a text', { text: ['a'] }],
    ['text for a list', { items: 'a' }],
    ['text for an object', { nested: 'a' }],
    ['fraction for an integer', { count: 1.5 }],
    ['integer for a number', { ratio: 1 }],
    ['too long', { short: 'abcd' }],
    ['too short', { long: 'a' }],
    ['no match', { pattern: 'b' }],
    ['not a choice', { choice: 'three' }],
    ['empty choice', { choice: '' }],
    ['below', { count: 0 }],
    ['over', { count: 6 }],
    ['at an exclusive limit', { above: 1 }],
    ['odd', { even: 3 }],
    ['ratio over', { ratio: 1.5 }],
    ['either number', { either: 5 }],
    ['either text', { either: '5%' }],
    ['either flag', { either: true }],
    ['no time', { when: 'yesterday' }],
    ['a time', { when: '2020-01-02T03:04:05Z' }],
    ['no items', { items: [] }],
    ['too many items', { items: ['a', 'b', 'c'] }],
    ['wrong item', { items: ['a', 5] }],
    ['twins in a set', { set: ['a', 'a'] }],
    ['twins in a keyed list', { keyed: [{ name: 'a' }, { name: 'a' }] }],
    ['item without its key', { keyed: [{ value: 1 }] }],
    ['wrong value in a map', { map: { a: 'b' } }],
    ['too many properties', { few: { a: '1', b: '2' } }],
    ['missing in nested', { nested: { may: 1 } }],
    ['unknown in open', { open: { x: { y: [1] } } }],
    ['null that may be', { nullable: null }],
    ['null that may not be', { text: null }],
    ['null with a default', { defaulted: null }],
    ['null for an object', { nested: null }],
    ['other than the default', { defaulted: 'own' }],
    ['half filled', { half: {} }],
    ['half filled by hand', { half: { a: 'own' }, filled: { b: 3 } }],
    ['unknown fields', { bogus: 1, nested: { must: 'x', bogus: 2 }, keyed: [{ name: 'a', bogus: 3 }] }],
    ['three problems', { count: 9, choice: 'x', nested: {} }],
    [
      'everything',
      {
        text: 't',
        short: 'abc',
        count: 3,
        items: ['a'],
        set: ['a', 'b'],
        keyed: [{ name: 'a', value: 1 }],
        map: { a: 1 },
        nested: { must: 'm' },
      },
    ],
  ];
  const definition = crd(group, 'Sample', [
    version(struct({ spec: struct(FIELDS), status: struct({ phase: { type: 'string' } }) }, { required: ['spec'] }), {
      subresources: { status: {} },
    }),
  ]);
  const one = `${all}/x`;
  return {
    name: n,
    steps: around(definition, 'samples', group, namespaceOf(n), [
      ...values.map(([name, spec]) => post(name, dry, body(spec))),
      ...values
        .slice(41, 42)
        .flatMap(([name, spec]) => [
          post(`${name}, strict`, `${dry}&fieldValidation=Strict`, body(spec)),
          post(`${name}, ignored`, `${dry}&fieldValidation=Ignore`, body(spec)),
        ]),
      post('no spec', dry, { apiVersion: `${group}/v1`, kind: 'Sample', metadata: { name: 'x' } }),
      post('null spec', dry, body(null)),
      post('text spec', dry, body('x')),
      post('unknown at the root', `${dry}&fieldValidation=Strict`, body({}, { bogus: {} })),
      post('unknown in metadata', `${dry}&fieldValidation=Strict`, { ...body({}), metadata: { name: 'x', bogus: 1 } }),
      post('wrong kind', dry, { ...body({}), kind: 'Other' }),
      post('wrong version', dry, { ...body({}), apiVersion: `${group}/v2` }),
      post('no kind', dry, { apiVersion: `${group}/v1`, metadata: { name: 'x' }, spec: {} }),
      post('no name', dry, { ...body({}), metadata: {} }),
      post('bad name', dry, { ...body({}), metadata: { name: 'X' } }),
      post('bad labels', dry, { ...body({}), metadata: { name: 'x', labels: { a: '-' } } }),
      post('number label', dry, { ...body({}), metadata: { name: 'x', labels: { a: 1 } } }),
      post('create', all, body({ text: 'a' })),
      merge('patch to what is wrong', one, { spec: { count: 9 } }),
      merge('patch an unknown field', one, { spec: { bogus: 9 } }),
      merge('patch an unknown field, strict', `${one}?fieldValidation=Strict`, { spec: { bogus: 9 } }),
      merge('patch away', one, { spec: { text: null } }),
      merge('patch away the spec', one, { spec: null }),
      { ...merge('strategic', one, {}), type: 'application/strategic-merge-patch+json' },
      json('json patch', one, [{ op: 'add', path: '/spec/items', value: ['q'] }]),
      put('put without a version', one, body({})),
      apply('apply an unknown field', one, 'm', body({ bogus: 1 })),
      apply('apply an unknown field, strict', one, 'm', body({ bogus: 1 }), '&fieldValidation=Strict'),
      apply('apply what is wrong', one, 'm', body({ count: 9 })),
      apply('apply a wrong type', one, 'm', body({ count: 'x' })),
      apply('apply twins', one, 'm', body({ keyed: [{ name: 'a' }, { name: 'a' }] })),
    ]),
  };
}

function subresources(): Scenario {
  const n = 'subresources';
  const group = `${n}.simdiff.cellplane.dev`;
  const all = `/apis/${group}/v1/namespaces/${namespaceOf(n)}/widgets`;
  const one = `${all}/one`;
  const body = (spec: unknown, more: Json = {}): Json => ({
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { name: 'one' },
    spec,
    ...more,
  });
  const schema = struct({
    spec: struct({ replicas: { type: 'integer' }, size: { type: 'string' } }),
    status: struct({
      replicas: { type: 'integer' },
      phase: { type: 'string' },
      selector: { type: 'string' },
      conditions: {
        type: 'array',
        items: struct({ type: { type: 'string' }, status: { type: 'string' } }, { required: ['type'] }),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      },
    }),
    extra: { type: 'string' },
  });
  const columns = [
    { name: 'Size', type: 'string', jsonPath: '.spec.size' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1 },
  ];
  const definition = crd(group, 'Widget', [
    version(schema, {
      additionalPrinterColumns: columns,
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
      },
    }),
  ]);
  const asTable = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
  const status = `${one}/status`;
  return {
    name: n,
    steps: around(definition, 'widgets', group, namespaceOf(n), [
      post('status is ignored on create', all, body({ size: 's' }, { status: { phase: 'Up' } })),
      merge('status is ignored on patch', one, { status: { phase: 'Up' } }),
      merge('status by its endpoint', status, { status: { phase: 'Up' } }),
      merge('spec is ignored there', status, { spec: { size: 'm' }, status: { phase: 'Down' } }),
      merge('metadata is ignored there', status, { metadata: { labels: { a: 'b' } }, status: { phase: 'Other' } }),
      merge('spec counts', one, { spec: { size: 'l' } }),
      merge('metadata does not count', one, { metadata: { labels: { a: 'c' }, annotations: { n: '1' } } }),
      merge('a field beside spec counts', one, { extra: 'e' }),
      merge('no change', one, { spec: { size: 'l' } }),
      merge('status does not count', status, { status: { phase: 'Third' } }),
      json('status by json patch', status, [{ op: 'replace', path: '/status/phase', value: 'Json' }]),
      put('status by put, no version', status, body({}, { status: { phase: 'Put' } })),
      apply(
        'status by apply',
        status,
        'controller',
        body({ size: 'ignored' }, { status: { phase: 'Applied', conditions: [{ type: 'Ready', status: 'True' }] } }),
      ),
      apply(
        'status by force',
        status,
        'controller',
        body({ size: 'ignored' }, { status: { phase: 'Applied', conditions: [{ type: 'Ready', status: 'True' }] } }),
        '&force=true',
      ),
      apply('a condition of another', status, 'second', body({}, { status: { conditions: [{ type: 'Live', status: 'True' }] } })),
      apply('fewer conditions', status, 'controller', body({}, { status: { phase: 'Applied' } })),
      merge('wrong status', status, { status: { phase: 5 } }),
      merge('unknown status', status, { status: { bogus: 5 } }),
      get('status', status),
      apply('status of nothing', `${all}/none/status`, 'controller', body({}, { metadata: { name: 'none' } })),
      get('scale', `${one}/scale`),
      put('set the scale', `${one}/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'one', namespace: namespaceOf(n) },
        spec: { replicas: 3 },
      }),
      merge('patch the scale', `${one}/scale`, { spec: { replicas: 4 } }),
      get('after the scale', one),
      get('no such subresource', `${one}/log`),
      del('delete status', status),
      get('table', one, asTable),
      get('table of all', all, asTable),
      get('metadata only', one, { headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' } }),
      get('metadata of all', all, { headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' } }),
      get('resources', `/apis/${group}/v1`),
      get('group', `/apis/${group}`),
      apply('apply a spec', one, 'alpha', body({ size: 'xl' }), '&force=true'),
      apply('apply the same spec', one, 'alpha', body({ size: 'xl' })),
      apply('apply status on the main endpoint', one, 'alpha', body({ size: 'xl' }, { status: { phase: 'no' } })),
      del('delete', one),
    ]),
  };
}

/** Scenarios on custom resources. */
export const customScenarios: Scenario[] = [schemas(), subresources()];
