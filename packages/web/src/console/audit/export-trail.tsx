/** The whole trail as a file: one JSON object a line, each with its hash. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { wordsOf } from '../../kit/failure';

export function ExportTrail() {
  const save = useMutation({
    mutationFn: async () => {
      const lines: string[] = [];
      for await (const line of await client.exportAuditTrail({ query: {} })) lines.push(line);
      download(new Blob(lines, { type: 'application/x-ndjson' }), `audit-${new Date().toISOString().slice(0, 10)}.ndjson`);
      return lines.length;
    },
    onSuccess: (count) => notifications.show({ message: t('{{count}} lines are in the file.', { count }) }),
    onError: (error) => notifications.show({ color: 'red', title: t('There is no file'), message: wordsOf(error) }),
  });
  return (
    <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
      {t('Export')}
    </Button>
  );
}

function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
