/** Where a plan can begin: an example that works, a small one to grow, or a file. */
import { Button, FileButton, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { type DragEvent, useState } from 'react';
import { Failure } from '../../../kit/failure';
import { Section } from '../../../kit/page/section';
import { examples } from './examples';

export function Start({ onText }: { onText: (text: string) => void }) {
  const [isOver, setOver] = useState(false);
  const load = useMutation({ mutationFn: (read: () => Promise<string>) => read(), onSuccess: onText });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) load.mutate(() => file.text());
  };
  return (
    <Stack
      gap="md"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      style={isOver ? { outline: '2px dashed var(--mantine-primary-color-filled)', outlineOffset: 8 } : {}}
    >
      {load.isError && <Failure title={t('It cannot be read')} error={load.error} />}
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 4 }}>
        {examples().map(({ name, about, read }) => (
          <Section key={name} title={name} about={about}>
            <Button
              variant="default"
              loading={load.isPending}
              onClick={() => load.mutate(read)}
              aria-label={t('Begin with this: {{name}}', { name })}
            >
              {t('Begin with this')}
            </Button>
          </Section>
        ))}
      </SimpleGrid>
      <Group gap="sm">
        <Button variant="default" onClick={() => onText('')}>
          {t('Begin with an empty file')}
        </Button>
        <FileButton accept=".yaml,.yml,text/yaml,application/yaml" onChange={(file) => file !== null && load.mutate(() => file.text())}>
          {(props) => (
            <Button variant="default" {...props}>
              {t('Load a file')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {t('Or drop one here. It stays in this browser until you build it.')}
        </Text>
      </Group>
    </Stack>
  );
}
