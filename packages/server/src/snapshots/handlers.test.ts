import { type OperationName, operations } from '@cellplane/api';
import { expect, it } from 'vitest';
import { SIGNED_IN, testApp } from '../http/app.testing.js';

const BODIES: Partial<Record<OperationName, object>> = {
  copyInstanceSnapshot: { targetRegion: 'r' },
  customerCopyInstanceSnapshot: { targetRegion: 'r' },
  customerCopySnapshot: { targetRegion: 'r' },
  customerCreateSnapshot: { instanceId: 'i' },
  customerRestoreToTime: { targetRestoreTime: '2030-01-01T00:00:00Z' },
  restoreInstanceToTime: { targetRestoreTime: '2030-01-01T00:00:00Z' },
};

const names = (Object.keys(operations) as OperationName[]).filter((name) => /snapshot|restore/i.test(name));

it.each(names)('%s is reached by its own path, whatever the others are called', async (name) => {
  const row = operations[name];
  const path = row.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => `of-${parameter}`);
  const asked: unknown[] = [];
  const handler = (request: { params: unknown }) => {
    asked.push(request.params);
    return Promise.reject(new Error('asked'));
  };
  const app = testApp({ [name]: handler });
  const body = row.method === 'POST' ? { body: JSON.stringify(BODIES[name] ?? {}) } : {};
  await app.request(path, { method: row.method, headers: SIGNED_IN, ...body });
  const parameters = [...row.path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => [parameter, `of-${parameter}`]);
  expect(asked).toEqual([Object.fromEntries(parameters)]);
});
