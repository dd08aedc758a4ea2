import { expect, it } from 'vitest';
import '../../app/messages';
import { refusalInWords } from './words';

it('names the role that does not allow it, and those that do', () => {
  const refusal = {
    because: 'role',
    role: 'service_reader',
    permission: 'fleet:operate',
    roles: ['root', 'admin', 'service_editor'],
  } as const;
  expect(refusalInWords(refusal)).toBe('Your role product reader does not allow this. Who may: root, admin, or product editor.');
});
