/** Handlers of what customers do with an instance of theirs beside its lifecycle: read a secret, see calls, try again. */
import type { Handlers } from '@cellplane/api';
import { DomainError, notFound } from '../../errors.js';
import { describeRun } from '../../engine/describe-run.js';
import { audienceOf } from '../../identity/audience.js';
import type { Viewer } from '../../identity/viewer.js';
import { controlOperation } from '../../lifecycle/requests/control-operation.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';
import { selectOperationOfRun } from '../../lifecycle/store.js';
import { type InstanceRow, selectVisibleInstance, selectVisibleToo } from '../../instances/store.js';
import { describeExecution, listExecutions } from '../executions.js';
import type { RunViews } from '../live/run-views.js';
import { admitReveal, revealSecret } from './reveal-secret.js';
import { customVerbsSeenBy, isRunSeenBy } from '../seen-workflows.js';

export type OwnInstanceHandlers = Pick<
  Handlers,
  'revealInstanceSecret' | 'listInstanceExecutions' | 'describeInstanceExecution' | 'retryInstanceRun'
>;

export function ownInstanceHandlers(deps: InstanceDeps, runs: RunViews): OwnInstanceHandlers {
  const { db } = deps;
  const seen = async (caller: Viewer, id: string): Promise<InstanceRow> => {
    const instance = await selectVisibleToo(db, caller, id);
    if (instance === undefined) throw notFound('instance', id);
    return instance;
  };
  return {
    async revealInstanceSecret({ params, body, caller }) {
      await admitReveal(db, caller);
      return { key: body.key, value: await revealSecret(deps, caller, { instanceId: params.id, key: body.key }) };
    },
    async listInstanceExecutions({ params, query, caller }) {
      const instance = await seen(caller, params.id);
      return listExecutions(db, instance, { ...query, custom: { verbs: await customVerbsSeenBy(db, caller, instance) } });
    },
    async describeInstanceExecution({ params, caller }) {
      const instance = await seen(caller, params.id);
      return describeExecution(deps, runs, instance, params.executionId, { verbs: await customVerbsSeenBy(db, caller, instance) });
    },
    async retryInstanceRun({ params: { id, runId }, caller }) {
      const instance = await selectVisibleInstance(db, caller, id);
      if (instance === undefined) throw notFound('instance', id);
      const operation = await selectOperationOfRun(db, runId);
      const run = operation?.instanceId === id ? await describeRun({ db, sealer: deps.sealer }, runId) : undefined;
      if (operation === undefined || run === undefined || !(await isRunSeenBy(db, caller, instance, run))) throw notFound('run', runId);
      if (operation.kind === 'upgrade' && audienceOf(instance, caller) !== 'FLEET')
        throw new DomainError(
          'forbidden',
          'upgrade-not-yours-to-retry',
          `An upgrade of ${id} is tried again by its provider. Modify the instance to stay with its present version.`,
        );
      await controlOperation(deps, { runId, control: 'retry' });
    },
  };
}
