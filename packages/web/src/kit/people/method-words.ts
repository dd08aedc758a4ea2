/** How somebody has signed in, in words. */
import { t } from 'i18next';

export function methodInWords(method: string): string {
  const words: Record<string, string> = {
    PASSWORD: t('Password'),
    PASSWORD_TOTP: t('Password and app'),
    PASSWORD_RECOVERY_CODE: t('Password and recovery code'),
    PASSWORD_PASSKEY: t('Password and passkey'),
    PASSKEY: t('Passkey'),
    SSO: t('Identity provider'),
    API_KEY: t('API key'),
  };
  return words[method] ?? method;
}
