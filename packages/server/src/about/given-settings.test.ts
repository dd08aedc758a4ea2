import { expect, it } from 'vitest';
import { SETTINGS } from '../settings.js';
import { settingsOf } from './given-settings.js';

it('says what is set, and nothing that is secret', () => {
  const env = {
    CELLPLANE_SIGN_UP: 'invited',
    CELLPLANE_PORTAL_URL: ' ',
    DATABASE_URL: 'postgresql://ada:hush@db/x',
    CELLPLANE_MASTER_KEY: 'hush',
    CELLPLANE_CHART_MIRRORS: 'https://a.example=https://ada:hush@b.example/x,https://c.example=https://hush@d.example',
  };
  const settings = settingsOf(env);
  const of = (name: string) => settings.find((setting) => setting.name === name);
  expect(JSON.stringify(settings)).not.toContain('hush');
  expect(of('CELLPLANE_SIGN_UP')).toMatchObject({ isSet: true, value: 'invited', fallback: 'open' });
  expect(of('CELLPLANE_PORTAL_URL')).toMatchObject({ isSet: false });
  expect(of('DATABASE_URL')).toMatchObject({ isSet: true, isSecret: true });
  expect(of('CELLPLANE_CHART_MIRRORS')?.value).toBe('https://a.example=https://***@b.example/x,https://c.example=https://***@d.example');
});

it('whatever is named like a secret is one', () => {
  const suspicious = SETTINGS.filter(({ name }) => /PASSWORD|TOKEN|_KEY$|SMTP|DATABASE/.test(name)).map(({ name }) => name);
  expect(settingsOf({}).flatMap(({ name, isSecret }) => (isSecret ? [name] : []))).toEqual(suspicious);
});
