/** Recovery codes, shown this once: kept by copying, saving or printing them. */
import { Button, Code, CopyButton, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { t } from 'i18next';

interface Props {
  codes: readonly string[] | undefined;
  /** Of whom, for the file. */
  email: string;
  onKept: () => void;
}

export function RecoveryCodes({ codes, email, onKept }: Props) {
  return (
    <Modal
      opened={codes !== undefined}
      onClose={onKept}
      title={t('Keep your recovery codes')}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {codes !== undefined && (
        <Stack gap="md">
          <Text size="sm">
            {t(
              'Each signs you in once, on the day on which your phone or key is lost. They are not shown again: keep them apart from your password.',
            )}
          </Text>
          <SimpleGrid cols={2} spacing="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} role="list">
            {codes.map((code) => (
              <li key={code}>
                <Code block ta="center" fz="sm" dir="ltr">
                  {code}
                </Code>
              </li>
            ))}
          </SimpleGrid>
          <Group justify="space-between">
            <Group gap="xs">
              <CopyButton value={codes.join('\n')}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy}>
                    {copied ? t('Copied') : t('Copy')}
                  </Button>
                )}
              </CopyButton>
              <Button variant="default" onClick={() => save(codes, email)}>
                {t('Save as a file')}
              </Button>
            </Group>
            <Button onClick={onKept}>{t('I have kept them')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function save(codes: readonly string[], email: string): void {
  const text = [`${window.location.host}, ${email}: recovery codes`, '', ...codes, ''].join('\n');
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'recovery-codes.txt';
  link.click();
  URL.revokeObjectURL(address);
}
