/** Which workflow of the plan is shown: the one at the cursor, until another one is chosen. */
import { Group, Select, Text } from '@mantine/core';
import type { CompiledPlan, CompiledResource, CompiledWorkflow } from '@cellplane/plan';
import { t } from 'i18next';
import { useEffect, useState } from 'react';
import type { VerbAt } from './use-verb';

export interface Choice {
  value: string;
  label: string;
  resource: CompiledResource;
  workflow: CompiledWorkflow;
}

/** All workflows of a plan. */
function choicesOf(plan: CompiledPlan): Choice[] {
  return plan.resources.flatMap((resource) =>
    [...Object.values(resource.systemWorkflows), ...resource.customWorkflows].map((workflow) => ({
      value: `${resource.key} ${workflow.verb}`,
      label: plan.resources.length > 1 ? `${workflow.verb} · ${resource.name}` : workflow.verb,
      resource,
      workflow,
    })),
  );
}

/** The chosen workflow, which follows the cursor. */
export function useChoice(plan: CompiledPlan | undefined, at: VerbAt | undefined) {
  const [value, setValue] = useState<string>();
  const choices = plan === undefined ? [] : choicesOf(plan);
  useEffect(() => setValue(undefined), [at]);
  const atCursor = choices.find(({ resource, workflow }) => workflow.verb === at?.verb && resource.name === at.resource);
  return { choices, choice: choices.find((one) => one.value === value) ?? atCursor ?? choices[0], choose: setValue };
}

interface Props {
  choices: readonly Choice[];
  choice: Choice;
  onChoose: (value: string) => void;
  /** The text has errors now: what is shown is of the text before them. */
  isOld: boolean;
}

export function WorkflowChoice({ choices, choice, onChoose, isOld }: Props) {
  return (
    <Group gap="sm" align="end">
      <Select
        label={t('Workflow')}
        data={choices.map(({ value, label }) => ({ value, label }))}
        value={choice.value}
        onChange={(next) => next !== null && onChoose(next)}
        allowDeselect={false}
        searchable
        w={220}
      />
      <Text size="xs" c="dimmed" maw={260}>
        {isOld ? t('As the text was before its errors.') : t('Follows the cursor.')}
      </Text>
    </Group>
  );
}
