/**
 * Languages beside English, which is in the sources. Another one is a file `messages/<language>.json` with the keys of `messages/en.json`:
 * it is loaded when somebody wants it, by `?lng=`, by what they chose last, or by what their browser asks for. What it lacks is English.
 * `pseudo` and `pseudo-rtl` show, without any translation, which texts do not go through `t`, and what right to left breaks.
 */
import i18next from 'i18next';

const CHOICE = 'cellplane-language';
const FILES = import.meta.glob<Record<string, string>>(['./messages/*.json', '!./messages/en.json'], { import: 'default' });
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur', 'pseudo-rtl'];
const PSEUDO = ['pseudo', 'pseudo-rtl'];

/** The first wish that there is: `de-AT` is answered by `de`. English where there is none. Pure. */
export function chosenLanguage(wishes: readonly string[], known: readonly string[]): string {
  for (const wish of wishes) {
    const found = [wish, wish.split('-')[0] ?? ''].find((language) => language === 'en' || known.includes(language));
    if (found !== undefined) return found;
  }
  return 'en';
}

/** Letters with marks, and a third longer, as many languages are. What stands in braces stays. Pure. */
export function pseudo(text: string): string {
  const marked = text.replaceAll(
    /[aeiouAEIOU]/g,
    (letter) => ({ a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú' })[letter] ?? letter,
  );
  return `⟦${marked}${'·'.repeat(Math.ceil(text.length / 3))}⟧`;
}

/** Sets the language before anything is drawn. */
export async function takeWantedLanguage(): Promise<void> {
  const asked = new URLSearchParams(window.location.search).get('lng');
  const known = [...Object.keys(FILES).map((file) => file.replace(/^.*\/|\.json$/g, '')), ...PSEUDO];
  const language = chosenLanguage([...(asked === null ? [] : [asked]), ...kept(), ...navigator.languages], known);
  if (asked !== null) keep(language);
  document.documentElement.lang = PSEUDO.includes(language) ? 'en' : language;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language.split('-')[0] ?? '') || language === 'pseudo-rtl' ? 'rtl' : 'ltr';
  if (language === 'en') return;
  if (PSEUDO.includes(language)) {
    i18next.use({ type: 'postProcessor', name: 'pseudo', process: pseudo });
    i18next.options.postProcess = 'pseudo';
    return;
  }
  const messages = await FILES[`./messages/${language}.json`]?.();
  i18next.addResourceBundle(language, 'translation', messages);
  await i18next.changeLanguage(language);
}

function kept(): string[] {
  try {
    const language = sessionStorage.getItem(CHOICE) ?? localStorage.getItem(CHOICE);
    return language === null ? [] : [language];
  } catch {
    // Storage is forbidden here: the browser's wish counts.
    return [];
  }
}

/** The pseudo languages are for the tab alone. */
function keep(language: string): void {
  try {
    (PSEUDO.includes(language) ? sessionStorage : localStorage).setItem(CHOICE, language);
  } catch {
    // Without storage the address has to name the language each time.
  }
}
