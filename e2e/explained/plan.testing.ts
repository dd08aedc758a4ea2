/** Plans of fixtures, written as the few lines that differ. */

/** One task: a resource template of its own, run after the one before. */
export interface Task {
  name: string;
  /** Fields of `resource` beside the manifest: action, gates. YAML. */
  resource: string;
  /** YAML. */
  manifest: string;
}

export interface PlanParts {
  create: Task[];
  modify?: Task[];
  delete?: Task[];
  /** Seconds, for each workflow. */
  deadline?: number;
  /** More parameters of the resource; YAML list elements on one line each. */
  parameters?: string[];
}

/** A whole plan spec. */
export function planText(name: string, parts: PlanParts): string {
  const verbs = (['create', 'modify', 'delete'] as const).flatMap((verb) => {
    const tasks = parts[verb];
    return tasks === undefined ? [] : [workflowText(verb, tasks, parts.deadline)];
  });
  return `name: ${name}
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
tenancyType: CUSTOM_TENANCY
services:
  - name: Thing
    apiParameters:
      - {key: note, type: String, modifiable: true, defaultValue: "first"}
${(parts.parameters ?? []).map((one) => `      - ${one}\n`).join('')}    systemWorkflows:
${verbs.join('')}`;
}

function workflowText(verb: string, tasks: Task[], deadline: number | undefined): string {
  const dag = tasks.map((task, index) => {
    const after = index === 0 ? '' : `, dependencies: [${tasks[index - 1]?.name ?? ''}]`;
    return `                  - {name: ${task.name}, template: ${task.name}, arguments: {parameters: [{name: note, value: "{{inputs.parameters.note}}"}]}${after}}\n`;
  });
  const templates = tasks.map(
    (task) => `            - name: ${task.name}
              inputs: {parameters: [{name: note}]}
              resource:
${indented(task.resource, 16)}
                manifest: |
${indented(task.manifest, 18)}
`,
  );
  return `      ${verb}:
        workflow:
          entrypoint: main
${deadline === undefined ? '' : `          activeDeadlineSeconds: ${deadline}\n`}          arguments: {parameters: [{name: note, value: "{{ $var.note }}"}]}
          templates:
            - name: main
              inputs: {parameters: [{name: note}]}
              dag:
                tasks:
${dag.join('')}${templates.join('')}`;
}

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n');
}
