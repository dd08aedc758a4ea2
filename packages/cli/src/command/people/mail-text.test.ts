import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleet } from '../fleet.testing.js';

const TEXT = {
  kind: 'ResetPassword',
  audience: 'customer',
  when: 'Somebody asks for a new password',
  subject: 'Set a new password',
  body: 'Open this:\n{{link}}',
  default: { subject: 'Set a new password', body: 'Open this:\n{{link}}' },
  isOwn: false,
  placeholders: [{ name: 'link', about: 'Where the reader goes on', example: 'https://p.example', isRequired: true, isForSubject: false }],
};

const line = (input = '') =>
  fleet(
    ({ method, path }) => {
      if (method === 'GET' && path === '/api/mail-texts') return { body: { texts: [TEXT] } };
      if (path.endsWith('/preview')) return { body: { subject: 'For you', text: 'Open\u001b[2J this\nnow\n' } };
      if (path.endsWith('/test')) return { body: { mailId: 'mail-1', recipient: 'ops@example.com', isSent: false } };
      return path.startsWith('/api/mail-texts/') ? { body: TEXT } : undefined;
    },
    {},
    { readInput: async () => input },
  );

describe('mail-text', () => {
  it('list and show tell the kinds, and the placeholders of one', async () => {
    const one = await line();
    expect((await one.run('mail-text', 'list')).out).toMatch(/ResetPassword +customer +no +Somebody asks for a new password/);
    const { out } = await one.run('mail-text', 'show', 'ResetPassword');
    expect(out).toContain('Open this:\n{{link}}\n');
    expect(out).toMatch(/\{\{link\}\} +yes +Where the reader goes on/);
    expect(await one.run('mail-text', 'show', 'Nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('use one of ResetPassword'),
    });
  });

  it.each([
    [['--subject', 'Hi'], { subject: 'Hi', body: TEXT.body }],
    [['--body', '-'], { subject: TEXT.subject, body: 'Go:\n{{link}}' }],
  ])('set with %j keeps what is not given', async (args, body) => {
    const one = await line('Go:\n{{link}}');
    expect(await one.run('mail-text', 'set', 'ResetPassword', ...args)).toMatchObject({ code: 0 });
    expect(one.changes).toEqual([['PUT /api/mail-texts/ResetPassword', body]]);
  });

  it('set without a text changes nothing, and says what to give', async () => {
    const one = await line();
    const { code, err } = await one.run('mail-text', 'set', 'ResetPassword');
    expect([code, err, one.changes]).toEqual([1, expect.stringContaining('Nothing to change: give --subject or --body.'), []]);
  });

  it.each(['set', 'preview', 'test'])('%s says which file cannot be read', async (verb) => {
    const one = await line();
    const { code, err } = await one.run('mail-text', verb, 'ResetPassword', '--body', '/nowhere/reset.txt');
    expect([code, err, one.changes]).toEqual([
      1,
      'Error: bad_request\nDetail: /nowhere/reset.txt cannot be read: there is no such file.\n',
      [],
    ]);
  });

  it('a body that is no text is refused, and not sent as something else', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'mail-text-')), 'reset.txt');
    await writeFile(file, Buffer.from([0x7b, 0xff, 0xfe]));
    const one = await line();
    const { code, err } = await one.run('mail-text', 'set', 'ResetPassword', '--body', file);
    expect([code, err, one.changes]).toEqual([1, expect.stringContaining('is not UTF-8 text'), []]);
  });

  it('preview, test and reset are asked for of the draft; nothing in a mail moves the cursor', async () => {
    const one = await line();
    expect((await one.run('mail-text', 'preview', 'ResetPassword', '--subject', 'Hi')).out).toContain('For you\n\nOpen [2J this\nnow');
    expect((await one.run('mail-text', 'test', 'ResetPassword')).out).toContain('lies in the outbox');
    await one.run('mail-text', 'reset', 'ResetPassword');
    expect(one.changes).toEqual([
      ['POST /api/mail-texts/ResetPassword/preview', { subject: 'Hi' }],
      ['POST /api/mail-texts/ResetPassword/test', {}],
      ['DELETE /api/mail-texts/ResetPassword', undefined],
    ]);
  });
});
