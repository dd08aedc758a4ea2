/** One operation on several instances: what each row refuses and why, and what became of each. */
import { Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { useMayAny } from '../access/use-may';
import { wordsOf } from '../failure';
import { Confirm } from '../page/confirm';
import type { BulkAction } from '../table/data-table';
import { BULK_KINDS, type BulkKind, refusalOfState } from './bulk-rules';
import type { ListedInstance } from './instance-query';

/** Begins an operation; rejects where the server refuses. */
export type Operate = (row: ListedInstance, kind: BulkKind) => Promise<unknown>;

interface Result {
  row: ListedInstance;
  /** Undefined: it has begun. */
  refusal?: string;
}

interface Round {
  kind: BulkKind;
  rows: ListedInstance[];
  results: Result[];
}

export interface Bulk {
  actions: BulkAction<ListedInstance>[];
  round: Round | undefined;
  close: () => void;
  /** Instances that are to be deleted, once that is confirmed. */
  doomed: ListedInstance[];
  /** What is to be stopped or restarted, once that is confirmed. */
  halted: Pick<Round, 'kind' | 'rows'> | undefined;
  /** Does neither. */
  keep: () => void;
  go: (kind: BulkKind, rows: ListedInstance[]) => Promise<void>;
}

/** Requests that are under way at a time. */
const AT_ONCE = 4;

/** Names of the API's operations, by kind, for the question whether the role allows them. */
const OPERATIONS = {
  console: { start: 'startInstance', stop: 'stopInstance', restart: 'restartInstance', delete: 'deleteInstance' },
  portal: {
    start: 'customerStartInstance',
    stop: 'customerStopInstance',
    restart: 'customerRestartInstance',
    delete: 'customerDeleteInstance',
  },
} as const;

export function useBulk({ operate, isConsole }: { operate: Operate; isConsole: boolean }): Bulk {
  const queries = useQueryClient();
  const mayAny = useMayAny();
  const [round, setRound] = useState<Round>();
  const [doomed, setDoomed] = useState<ListedInstance[]>([]);
  const [halted, setHalted] = useState<Bulk['halted']>();
  const names = OPERATIONS[isConsole ? 'console' : 'portal'];
  async function go(kind: BulkKind, rows: ListedInstance[]): Promise<void> {
    setRound({ kind, rows, results: [] });
    const waiting = [...rows];
    const one = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        const result = await operate(row, kind).then(
          (): Result => ({ row }),
          (error: unknown): Result => ({ row, refusal: wordsOf(error) }),
        );
        setRound((before) => (before === undefined ? before : { ...before, results: [...before.results, result] }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await queries.invalidateQueries({ queryKey: ['instances'] });
  }
  const actions = BULK_KINDS().map(
    ({ kind, label, isDangerous }): BulkAction<ListedInstance> => ({
      key: kind,
      label,
      isDangerous,
      refusal: (row) => mayAny(names[kind], isConsole ? undefined : row.subscriptionId).why ?? refusalOfState(kind, row),
      run: (rows) => {
        if (kind === 'delete') setDoomed(rows);
        else if (kind === 'start') void go(kind, rows);
        else setHalted({ kind, rows });
      },
    }),
  );
  const keep = () => {
    setDoomed([]);
    setHalted(undefined);
  };
  return { actions, round, close: () => setRound(undefined), doomed, halted, keep, go };
}

/** The question before instances are deleted, stopped or restarted, and what became of each instance. */
export function BulkResults({ bulk: { round, close, doomed, halted, keep, go } }: { bulk: Bulk }) {
  const count = doomed.length;
  return (
    <>
      <Confirm
        opened={count > 0}
        onClose={keep}
        title={t('Delete {{count}} instances', { count, defaultValue_one: 'Delete {{count}} instance' })}
        action={t('Delete them')}
        typed={t('delete {{count}}', { count })}
        failure={t('They are not deleted')}
        submit={() => {
          void go('delete', doomed);
          return Promise.resolve();
        }}
        onDone={keep}
      >
        <Stack gap="xs">
          <Text>{t('Each takes a last snapshot first, where its plan can. Then it is gone with all that it has in its cell.')}</Text>
          <Names of={doomed} />
        </Stack>
      </Confirm>
      <Confirm
        isMild
        opened={halted !== undefined}
        onClose={keep}
        title={halted === undefined ? '' : roundTitle(halted)}
        action={halted?.kind === 'restart' ? t('Restart them') : t('Stop them')}
        failure={t('It was not begun')}
        submit={() => {
          if (halted !== undefined) void go(halted.kind, halted.rows);
          return Promise.resolve();
        }}
        onDone={keep}
      >
        <Stack gap="xs">
          <Text>
            {halted?.kind === 'restart'
              ? t('Their connections end while they restart. Their data and addresses stay.')
              : t('Their connections end, and nobody reaches them until they are started again. Their data and addresses stay.')}
          </Text>
          <Names of={halted?.rows ?? []} />
        </Stack>
      </Confirm>
      <Modal opened={round !== undefined} onClose={close} title={round === undefined ? '' : roundTitle(round)} centered>
        {round !== undefined && <RoundResults round={round} close={close} />}
      </Modal>
    </>
  );
}

function Names({ of }: { of: readonly ListedInstance[] }) {
  return (
    <List size="sm" style={{ maxHeight: 200, overflowY: 'auto' }} tabIndex={0} aria-label={t('Instances')}>
      {of.map(({ id, name }) => (
        <List.Item key={id}>
          <bdi>{name === '' ? id : name}</bdi>
        </List.Item>
      ))}
    </List>
  );
}

function roundTitle({ kind, rows }: Pick<Round, 'kind' | 'rows'>): string {
  const label = BULK_KINDS().find((one) => one.kind === kind)?.label ?? '';
  return t('{{action}}: {{count}} instances', { action: label, count: rows.length, defaultValue_one: '{{action}}: {{count}} instance' });
}

function RoundResults({ round: { rows, results }, close }: { round: Round; close: () => void }) {
  const refused = results.filter(({ refusal }) => refusal !== undefined);
  const isOver = results.length === rows.length;
  return (
    <Stack gap="sm">
      <Progress value={(results.length / rows.length) * 100} aria-label={t('Asked for')} />
      <Text role="status">
        {t('{{begun}} begun, {{refused}} refused, of {{count}}', {
          begun: results.length - refused.length,
          refused: refused.length,
          count: rows.length,
        })}
      </Text>
      {results.length > 0 && (
        <List
          size="sm"
          listStyleType="none"
          style={{ maxHeight: 320, overflowY: 'auto' }}
          tabIndex={0}
          aria-label={t('What became of each')}
        >
          {results.map(({ row: { id, name }, refusal }) => (
            <List.Item key={id}>
              <bdi>{name === '' ? id : name}</bdi>
              <Text span size="sm" c={refusal === undefined ? 'dimmed' : 'red'}>
                {' '}
                {refusal ?? t('begun')}
              </Text>
            </List.Item>
          ))}
        </List>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {isOver ? t('Close') : t('Go on in the background')}
        </Button>
      </Group>
    </Stack>
  );
}
