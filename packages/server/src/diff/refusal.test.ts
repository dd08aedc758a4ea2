import { expect, it } from 'vitest';
import { immutableFields } from './refusal.js';

it.each([
  [
    'causes of an API server',
    {
      message: 'is invalid',
      causes: [
        { field: 'spec.selector', message: 'Invalid value: {}: field is immutable' },
        { field: 'spec.x', message: 'Required value' },
      ],
    },
    ['spec.selector'],
  ],
  [
    'the text of a webhook without causes',
    {
      message:
        'admission webhook "v.example" denied the request: Cluster.postgresql.cnpg.io "a" is invalid: [spec.storage.size: Invalid value: "1Gi": can\'t shrink existing storage from 2Gi to 1Gi, spec.instances: Invalid value: 0: must be positive]',
      causes: [],
    },
    ['spec.storage.size'],
  ],
  [
    'a StatefulSet',
    {
      message: 'StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than replicas are forbidden',
      causes: [],
    },
    ['spec'],
  ],
  ['a refusal for another reason', { message: 'x is invalid: spec.a: Invalid value: 3: too many', causes: [] }, []],
])('fields that never change, by %s', (_, refusal, fields) => {
  expect(immutableFields(refusal)).toEqual(fields);
});
