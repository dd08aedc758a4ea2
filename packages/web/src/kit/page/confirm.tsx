/** Asks before something is done that others feel, or that nothing brings back. Where much hangs on it, its name is typed first. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { type ReactNode, useState } from 'react';
import { Failure } from '../failure';

export interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  /** "Delete orders-db". */
  title: string;
  /** What follows, in sentences. */
  children: ReactNode;
  /** The verb on the button: "Delete the instance". */
  action: string;
  /** The button that changes nothing. @default "Cancel" */
  keep?: string;
  /** It can be brought back: the button is no warning, and the first that is focused. @default false */
  isMild?: boolean;
  /** Has to be typed first. @default nothing */
  typed?: string;
  /** Above the refusal: "It is not deleted". */
  failure: string;
  submit: () => Promise<unknown>;
  /** Called after success. @default onClose */
  onDone?: () => void;
}

export function Confirm({ opened, onClose, title, ...props }: ConfirmProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered closeOnClickOutside={props.typed === undefined}>
      <ConfirmForm onClose={onClose} {...props} />
    </Modal>
  );
}

function ConfirmForm({
  onClose,
  children,
  action,
  keep,
  isMild = false,
  typed,
  failure,
  submit,
  onDone = onClose,
}: Omit<ConfirmProps, 'opened' | 'title'>) {
  const [text, setText] = useState('');
  const act = useMutation({ mutationFn: submit, onSuccess: onDone });
  const isTyped = typed === undefined || text === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped) act.mutate();
      }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={t('Type {{name}} to confirm', { name: typed })}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {act.isError && <Failure title={failure} error={act.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} {...(typed === undefined && !isMild ? { 'data-autofocus': true } : {})}>
            {keep ?? t('Cancel')}
          </Button>
          <Button type="submit" loading={act.isPending} disabled={!isTyped} {...(isMild ? { 'data-autofocus': true } : { color: 'red' })}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
