import { expect, it } from 'vitest';
import { nodeFault } from './node-of-tests.mjs';

it.each(['20.12.0', '20.20.2', '22.0.0', '24.1.0'])('the tests run on Node %s', (version) => expect(nodeFault(version)).toBeUndefined());

it.each(['20.11.1', '20.0.0', '18.20.0'])('the tests say that Node %s is too old', (version) => {
  expect(nodeFault(version)).toBe(`The tests need Node 20.12 or later; this is ${version}. Cellplane itself runs on 20.11.`);
});
