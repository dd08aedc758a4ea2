/** A picture that is chosen from a file, seen at once, and may be taken away. */
import { FileButton, Group, Input, Text } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { GuardedButton } from '../../kit/access/guarded';
import { wordsOf } from '../../kit/failure';
import { readPicture } from './theme';

interface Props {
  label: string;
  description: string;
  /** Address of what is shown now. */
  shown: string;
  /** True where nothing but our own mark is shown. */
  isOurs: boolean;
  /** Base64; empty: taken away. */
  onChange: (base64: string) => void;
  /** Why it cannot be changed. @default it can */
  why: string | undefined;
}

export function PictureField({ label, description, shown, isOurs, onChange, why }: Props) {
  const [fault, setFault] = useState<string>();
  const choose = async (file: File | null) => {
    if (file === null) return;
    try {
      onChange(await readPicture(file));
      setFault(undefined);
    } catch (error) {
      setFault(wordsOf(error));
    }
  };
  return (
    <Input.Wrapper label={label} description={description} error={fault} labelElement="div">
      <Group gap="sm" mt={4}>
        <img src={shown} alt={isOurs ? t('Cellplane’s own mark') : label} height={32} style={{ maxWidth: 128, objectFit: 'contain' }} />
        <FileButton accept="image/png,image/webp" onChange={(file) => void choose(file)} disabled={why !== undefined}>
          {(props) => (
            <GuardedButton {...props} why={why} variant="default" size="xs" aria-label={t('Choose a file: {{label}}', { label })}>
              {t('Choose a file')}
            </GuardedButton>
          )}
        </FileButton>
        {isOurs ? (
          <Text size="xs" c="dimmed">
            {t('Cellplane’s own')}
          </Text>
        ) : (
          <GuardedButton
            variant="subtle"
            color="gray"
            size="xs"
            why={why}
            onClick={() => onChange('')}
            aria-label={t('Take away: {{label}}', { label })}
          >
            {t('Take away')}
          </GuardedButton>
        )}
      </Group>
    </Input.Wrapper>
  );
}
