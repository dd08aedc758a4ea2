/** A text that is there to be pasted somewhere else. */
import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { t } from 'i18next';

interface Props {
  text: string;
  /** What it is, in the words of the button: "Copy the id". */
  label: string;
  /** @default the text */
  shown?: string;
  /** Whole, over several lines where it must be. @default cut at the end of the line */
  whole?: boolean;
}

export function Copyable({ text, label, shown = text, whole = false }: Props) {
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex" miw={0} maw="100%">
      <Text component="span" className="mono" {...(whole ? { style: { overflowWrap: 'anywhere' } } : { truncate: true, title: shown })}>
        {shown}
      </Text>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('Copied') : t('Copy {{what}}', { what: label })}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={copied ? t('Copied') : t('Copy {{what}}', { what: label })}
            >
              <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
                {copied ? <path d="m3 8 3.5 3.5L13 5" /> : <path d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z" />}
              </svg>
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
