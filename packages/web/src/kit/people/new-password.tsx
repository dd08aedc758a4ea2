/** A new password, typed or made: one field that can be shown, so that it need not be typed twice. */
import { Anchor, PasswordInput, Text } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { madePassword } from './made-password';

/** As the server counts. Characters. */
export const SHORTEST_PASSWORD = 8;

interface Props {
  value: string;
  onChange: (password: string) => void;
  label?: string;
  error?: string | undefined;
}

export function NewPassword({ value, onChange, label = t('Password'), error }: Props) {
  const [isShown, setShown] = useState(false);
  const [isLeft, setLeft] = useState(false);
  const missing = SHORTEST_PASSWORD - value.length;
  const short =
    isLeft && value !== '' && missing > 0
      ? t('{{count}} more characters are needed.', { count: missing, defaultValue_one: '{{count}} more character is needed.' })
      : undefined;
  return (
    <div>
      <PasswordInput
        label={label}
        description={t('At least {{count}} characters.', { count: SHORTEST_PASSWORD })}
        autoComplete="new-password"
        required
        minLength={SHORTEST_PASSWORD}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={() => setLeft(true)}
        visible={isShown}
        onVisibilityChange={setShown}
        error={short ?? error}
      />
      <Text size="sm" mt={4}>
        <Anchor component="button" type="button" size="sm" onClick={() => (onChange(madePassword()), setShown(true))}>
          {t('Make one for me')}
        </Anchor>
      </Text>
    </div>
  );
}
