/** Builds a plan, writes its release notes, and goes to the page of the plan. */
import type { Client } from '@cellplane/api/client';
import type { Problem } from '@cellplane/plan';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../../app/client';
import { wordsOf } from '../../../kit/failure';
import { problemsOf } from './server-problems';

type Built = Awaited<ReturnType<Client['buildServicePlanSpec']>>;

interface Asked {
  body: Parameters<Client['buildServicePlanSpec']>[0]['body'];
  /** Of the version that comes of it. Empty: none. */
  notes: string;
  /** The text is kept by the server now. */
  onBuilt: () => void;
  /** What the server says against the text. */
  onProblems: (problems: Problem[]) => void;
}

export function useBuild({ body, notes, onBuilt, onProblems }: Asked) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const built = await client.buildServicePlanSpec({ body });
      // The version is there by now, whatever comes of its notes.
      const notesFault = await writeNotes(built, notes.trim()).then(() => undefined, wordsOf);
      return { built, notesFault };
    },
    onSuccess: async ({ built, notesFault }) => {
      onBuilt();
      await queries.invalidateQueries({ queryKey: ['services'] });
      notifications.show({
        message: built.isNewServicePlanVersionCreated ? t('A new version is built.') : t('The spec is kept; no new version was made.'),
      });
      if (notesFault !== undefined)
        notifications.show({
          color: 'red',
          title: t('The version is there without its release notes'),
          message: t('{{why}} Write them in the menu of the version.', { why: notesFault }),
          autoClose: false,
        });
      await navigate({
        to: '/console/plans/$serviceId/$environmentId/$planId',
        params: { serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, planId: built.productTierID },
      });
    },
    onError: (error) => {
      const found = problemsOf(error);
      if (found.length > 0) onProblems(found);
    },
  });
}

async function writeNotes(built: Built, releaseNotes: string): Promise<void> {
  if (!built.isNewServicePlanVersionCreated || releaseNotes === '') return;
  const of = { serviceId: built.serviceID, productTierId: built.productTierID };
  const { tierVersionSets } = await client.listVersionSets({ params: of, query: { pageSize: 1 } });
  const version = tierVersionSets[0]?.version;
  if (version !== undefined) await client.updateVersionSetMetadata({ params: { ...of, version }, body: { releaseNotes } });
}
