import { expect, it } from 'vitest';
import '../../app/messages';
import { accentFault } from './theme';

it('a colour that cannot be read comes with the nearest that can', () => {
  expect(accentFault('#ffd400')).toMatchObject({ cure: expect.stringMatching(/^#[\da-f]{6}$/) as string });
  expect(accentFault(accentFault('#ffd400')?.cure ?? '')).toBeUndefined();
  expect([accentFault(''), accentFault('#0753da')]).toEqual([undefined, undefined]);
  expect(accentFault('blue')?.message).toContain('such as #0753da');
});
