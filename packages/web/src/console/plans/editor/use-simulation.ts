/** A simulated run of the chosen workflow, made anew when the plan, the inputs or the operators' behaviour change. */
import type { CompiledPlan } from '@cellplane/plan';
import { useQuery } from '@tanstack/react-query';
import { planLanguage } from '../../../kit/editor/plan-language';
import type { Operators, Simulation } from '../../../kit/editor/simulation/model';
import { planNumber } from '../../../kit/editor/plan-number';
import type { Choice } from './workflow-choice';

/** Each key typed makes another plan: what was thought of the ones before is soon forgotten. Milliseconds. */
export const KEPT_MS = 5_000;

export function useSimulation(
  plan: CompiledPlan | undefined,
  choice: Choice | undefined,
  values: Readonly<Record<string, string>>,
  operators: Operators,
) {
  return useQuery({
    queryKey: ['plan language', 'simulation', planNumber(plan), choice?.value, values, operators],
    gcTime: KEPT_MS,
    enabled: plan !== undefined && choice !== undefined,
    placeholderData: (before: Simulation | undefined) => before,
    retry: false,
    queryFn: async () => {
      if (plan === undefined || choice === undefined) throw new Error('there is no plan yet');
      const resource = choice.resource.key;
      const verb = choice.workflow.verb;
      const examples = await planLanguage('examples', [...choice.resource.parameters, ...choice.workflow.parameters]);
      return planLanguage('simulate', plan, { resource, verb, values: { ...examples, ...values }, operators });
    },
  });
}
