/** The settings of the environment, without what is secret in them. Pure. */
import { SECRET_SETTINGS, SETTING_GROUPS, SETTINGS } from '../settings.js';

export interface GivenSetting {
  name: string;
  group: string;
  meaning: string;
  fallback?: string;
  isSet: boolean;
  isSecret: boolean;
  value?: string;
}

/** User and password of an address. */
const CREDENTIALS = /(?<=:\/\/)[^/@\s,]+(?=@)/g;

/** Every setting of the server, in the order of the documentation. An empty variable counts as not set. */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): GivenSetting[] {
  return SETTINGS.map(({ name, group, meaning, fallback }) => {
    const given = (env[name] ?? '').trim();
    const isSecret = SECRET_SETTINGS.includes(name);
    return {
      name,
      group: SETTING_GROUPS[group],
      meaning,
      isSet: given !== '',
      isSecret,
      ...(fallback === undefined ? {} : { fallback }),
      ...(given === '' || isSecret ? {} : { value: given.replaceAll(CREDENTIALS, '***') }),
    };
  });
}
