/**
 * Texts that people read go through `t` of i18next, with the English text as its own key: `t('Delete {{name}}', { name })`. A text that
 * depends on a number names both forms: `t('{{count}} instances', { count, defaultValue_one: '{{count}} instance' })`. `t` is called
 * while a page is drawn, never while a module loads.
 */
import i18next from 'i18next';

void i18next.init({
  lng: 'en',
  initAsync: false,
  showSupportNotice: false,
  resources: {},
  // A key is a sentence, and may hold dots and colons.
  keySeparator: false,
  nsSeparator: false,
  // React escapes what it draws.
  interpolation: { escapeValue: false },
});
