/** The text of one kind of mail: subject, body, its placeholders, and beside it what a reader will see. */
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { type FormEvent, useRef, useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure, fieldFaults } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { Unsaved } from '../../kit/page/unsaved';
import { inWords } from '../../kit/code-words';
import { type Draft, type MailText, mailTexts } from './mail-texts';
import classes from './mail-texts.module.css';
import { MailPreview } from './mail-preview';
import { Placeholders } from './placeholders';
import { inserted, written } from './words';

export function TextForm({ text }: { text: MailText }) {
  const { kind } = text;
  const { may, why } = useMay('updateMailText');
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ subject: text.subject, body: text.body });
  const [isLeaving, setLeaving] = useState(false);
  const subject = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTextAreaElement>(null);
  const last = useRef<keyof Draft>('body');
  const isChanged = draft.subject !== text.subject || draft.body !== text.body;
  const taken = (saved: MailText) => {
    queries.setQueryData(mailTexts.queryKey, (all) => all?.map((one) => (one.kind === kind ? saved : one)));
    setDraft({ subject: saved.subject, body: saved.body });
  };
  const save = useMutation({ mutationFn: () => client.updateMailText({ params: { kind }, body: draft }), onSuccess: taken });
  const test = useMutation({ mutationFn: () => client.testMailText({ params: { kind }, body: draft }) });
  const faults = { ...fieldFaults(test.error), ...fieldFaults(save.error) };
  const change = (changes: Partial<Draft>) => {
    save.reset();
    test.reset();
    setDraft((present) => ({ ...present, ...changes }));
  };
  const insert = (what: string, isForSubject: boolean) => {
    const field = last.current === 'subject' && isForSubject ? 'subject' : 'body';
    const element = field === 'subject' ? subject.current : body.current;
    if (element === null) return;
    const { selectionStart, selectionEnd } = element;
    const next = inserted(draft[field], { start: selectionStart ?? 0, end: selectionEnd ?? 0 }, what);
    change({ [field]: next.text });
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(next.at, next.at);
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (may) save.mutate();
  };
  return (
    <div className={classes['form']}>
      <Unsaved isChanged={isChanged} searchKey="kind" />
      <Section
        title={inWords(kind)}
        about={
          <>
            {text.when}. {text.isOwn ? t('This text is your own') : t('This is the text that Cellplane has')}
            {text.modifiedAt !== undefined && (
              <>
                {', '}
                <Moment at={text.modifiedAt} />
              </>
            )}
            .
          </>
        }
      >
        <form onSubmit={submit} aria-label={t('Text of the mail')}>
          <Stack gap="md">
            <TextInput
              ref={subject}
              label={t('Subject')}
              value={draft.subject}
              readOnly={!may}
              error={faults['subject']}
              onFocus={() => (last.current = 'subject')}
              onChange={(event) => change({ subject: event.currentTarget.value })}
            />
            <Textarea
              ref={body}
              label={t('Text')}
              description={t('Plain text. A paragraph whose placeholders are all empty is left out.')}
              value={draft.body}
              autosize
              minRows={8}
              maxRows={24}
              readOnly={!may}
              error={faults['body']}
              onFocus={() => (last.current = 'body')}
              onChange={(event) => change({ body: event.currentTarget.value })}
            />
            <Placeholders of={text.placeholders} why={why} onInsert={(one) => insert(written(one), one.isForSubject)} />
            {save.isError && <Failure title={t('The text is not saved')} error={save.error} />}
            {test.isError && <Failure title={t('No mail was sent')} error={test.error} />}
            {save.isSuccess && (
              <Alert color="green" title={t('Saved')} role="status">
                {t('Mails that go out from now on have this text.')}
              </Alert>
            )}
            {test.isSuccess && (
              <Alert color="green" title={t('A test is on its way')} role="status">
                {test.data.isSent
                  ? t('It goes to {{address}}.', { address: test.data.recipient })
                  : t('This server sends no mails itself: read it with cellplane mail show {{id}}.', { id: test.data.mailId })}
              </Alert>
            )}
            <Group gap="sm">
              <GuardedButton type="submit" loading={save.isPending} why={why ?? (isChanged ? undefined : t('Nothing is changed.'))}>
                {t('Save the text')}
              </GuardedButton>
              <GuardedButton variant="default" loading={test.isPending} why={why} onClick={() => test.mutate()}>
                {t('Send a test to me')}
              </GuardedButton>
              {isChanged && (
                <Button variant="subtle" color="gray" onClick={() => change({ subject: text.subject, body: text.body })}>
                  {t('Discard the changes')}
                </Button>
              )}
              {text.isOwn && (
                <GuardedButton variant="subtle" color="gray" why={why} onClick={() => setLeaving(true)}>
                  {t('Go back to Cellplane’s text')}
                </GuardedButton>
              )}
            </Group>
          </Stack>
        </form>
      </Section>
      <Section title={t('Preview')} about={t('With example values, as its reader sees it.')}>
        <MailPreview kind={kind} draft={draft} />
      </Section>
      <Confirm
        opened={isLeaving}
        onClose={() => setLeaving(false)}
        title={t('Go back to Cellplane’s text')}
        action={t('Remove your text')}
        failure={t('Your text is still used')}
        submit={async () => taken(await client.resetMailText({ params: { kind } }))}
      >
        <Stack gap="xs">
          <Text>{t('Your own text is gone then. The mail will say:')}</Text>
          <pre className={classes['mail']}>{`${text.default.subject}\n\n${text.default.body}`}</pre>
        </Stack>
      </Confirm>
    </div>
  );
}
