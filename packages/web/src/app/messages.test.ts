import { t } from 'i18next';
import { expect, it } from 'vitest';
import './messages';

const found = (count: number) => t('{{count}} instances', { count, defaultValue_one: '{{count}} instance' });

it('a text is its own key: dots, colons and markup in it stay as they are', () => {
  expect(t('Gone: {{name}}. Restore it from Snapshots.', { name: '<b>a.b:c</b>' })).toBe('Gone: <b>a.b:c</b>. Restore it from Snapshots.');
});

it('numbers choose the form', () => {
  expect([0, 1, 2].map(found)).toEqual(['0 instances', '1 instance', '2 instances']);
});
