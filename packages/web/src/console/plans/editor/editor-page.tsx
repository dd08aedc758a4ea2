/** Writes a plan: takes up a draft, a version's spec, an example or a file, and hands it to the workbench. */
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { person } from '../../../app/session/signed-in';
import { Failure } from '../../../kit/failure';
import { PageHead } from '../../../kit/page/page-head';
import { versionSpec } from '../services';
import { type Draft, draftKey, keepDraft, readDraft } from './draft';
import { offerBack } from './offer-back';
import { Start } from './start';
import { Workbench } from './workbench';

export function EditorPage() {
  const search = useSearch({ from: '/shell/console/plan-editor' });
  const who = useQuery(person);
  if (who.data === undefined) return <Skeleton height={320} aria-label={t('Loading the editor')} />;
  const key = draftKey(who.data.id, search);
  return <Begin key={key} draftAt={key} />;
}

function Begin({ draftAt }: { draftAt: string }) {
  const { product, service, plan, version } = useSearch({ from: '/shell/console/plan-editor' });
  const [draft, setDraft] = useState<Draft | undefined>(() => readDraft(localStorage, draftAt));
  const [chosen, setChosen] = useState<string>();
  const [round, setRound] = useState(0);
  const spec = useQuery({
    ...versionSpec(service ?? '', plan ?? '', version),
    enabled: service !== undefined && plan !== undefined,
    // What is being edited does not change under the hand.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (service !== undefined && plan !== undefined && spec.isPending) return <Skeleton height={320} aria-label={t('Loading the spec')} />;
  const base = spec.data;
  const text = draft?.text ?? chosen ?? base;
  if (text === undefined)
    return (
      <Stack gap="md">
        <PageHead title={t('Plan editor')} above={[{ label: t('Products and plans'), link: { to: '/console/plans' } }]} />
        {spec.isError && <Failure title={t('The spec cannot be loaded')} error={spec.error} retry={() => void spec.refetch()} />}
        <Start onText={setChosen} />
      </Stack>
    );
  return (
    <Workbench
      // Another text begins another history of changes.
      key={round}
      draftAt={draftAt}
      draft={draft}
      text={text}
      base={base === undefined ? undefined : { text: base, version: version ?? '' }}
      product={product ?? ''}
      onDiscard={(thrown) => {
        setDraft(undefined);
        setChosen(undefined);
        setRound((before) => before + 1);
        offerBack(() => {
          keepDraft(localStorage, draftAt, thrown);
          setDraft(thrown);
          setRound((before) => before + 1);
        });
      }}
    />
  );
}
