/** A simulated run of the chosen workflow, made anew when the plan, the inputs or the operators' behaviour change. */
import type { CompiledPlan } from '@cellplane/plan';
import { useQuery } from '@tanstack/react-query';
import { planLanguage } from '../../../kit/editor/plan-language';
import type { Operators, Simulation } from '../../../kit/editor/simulation/model';
import type { Choice } from './workflow-choice';

export function useSimulation(
  plan: CompiledPlan | undefined,
  choice: Choice | undefined,
  values: Readonly<Record<string, string>>,
  operators: Operators,
) {
  return useQuery({
    queryKey: ['services', 'simulation', plan, choice?.value, values, operators],
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
