import type { Cause } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { causeLines } from './cause-lines.js';

const image: Cause = {
  code: 'image-pull',
  cause: '3 pods (a-1, a-2, a-3), container main: the image cannot be pulled (ImagePullBackOff)',
  object: 'Pod/a-1',
  objects: ['Pod/a-1', 'Pod/a-2', 'Pod/a-3'],
  count: 3,
  words: '"x:1": not found',
  cure: 'Correct its name.',
  more: ['Pod/a-1: Failed: Error: ErrImagePull (kubelet)'],
};
const operator: Cause = {
  ...image,
  code: 'operator-says',
  cause: 'Cluster/a: condition Ready is False',
  words: 'no',
  cure: 'Look.',
  more: [],
};
const texts = (...args: Parameters<typeof causeLines>) => causeLines(...args).map(({ text }) => text);

describe('why something waits', () => {
  it('is the root cause and what to do, and how the rest is shown', () => {
    expect(texts({ explanation: 'short', causes: [image, operator] })).toEqual([
      '3 pods (a-1, a-2, a-3), container main: the image cannot be pulled (ImagePullBackOff): "x:1": not found',
      '→ Correct its name.',
      '(2 more of this with --verbose)',
    ]);
  });

  it('is everything with --verbose', () => {
    expect(texts({ causes: [image, operator] }, true)).toEqual([
      expect.stringContaining('not found'),
      '→ Correct its name.',
      '· Pod/a-1: Failed: Error: ErrImagePull (kubelet)',
      'Cluster/a: condition Ready is False: no',
      '→ Look.',
    ]);
  });

  it('is the words of a server that knows no causes, or nothing', () => {
    expect([texts({ explanation: 'pod a-1 waits' }), texts({})]).toEqual([['pod a-1 waits'], []]);
  });

  it('is no news when only pods and counts have changed', () => {
    const keys = (cause: Cause) => causeLines({ causes: [cause] }).map(({ same }) => same);
    expect(keys({ ...image, cause: 'pod a-9: …', count: 1 })).toEqual(keys(image));
  });
});
