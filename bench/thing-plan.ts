import { planHead } from './plan-head.js';

/** A plan whose operator answers at once, so that what is measured is the platform: ConfigMaps and a Secret, and every gate true with the write. */
export interface ThingPlan {
  name: string;
  /** Hours between periodic backups; without it the plan has no backups at all. */
  backupPeriodInHours?: number;
  snapshotBeforeDeletion?: boolean;
  /** With it the plan has `modify`, which writes this to each object; so a version of the plan can be told from another. */
  revision?: string;
  /** `modify` of instances whose parameter `outcome` is `broken` fails at the gate of its last task. */
  mayFail?: boolean;
  /** It has a restart, which writes all objects again. */
  isRestartable?: boolean;
}

export function thingPlan(plan: ThingPlan): string {
  const { name, backupPeriodInHours, snapshotBeforeDeletion = false, revision, mayFail = false, isRestartable = false } = plan;
  const backups = backupPeriodInHours !== undefined;
  return `${planHead(name)}${
    backups
      ? `    capabilities:
      backupConfiguration:
        backupRetentionInDays: 1
        backupPeriodInHours: ${backupPeriodInHours}
        snapshotBeforeDeletion: ${snapshotBeforeDeletion}
`
      : ''
  }${
    revision === undefined ? '' : '    apiParameters:\n      - {key: outcome, type: String, modifiable: true, defaultValue: ready}\n'
  }    systemWorkflows:
${workflow('create', [SECRET, CONFIG, STORE, THING], { revision })}${
  revision === undefined ? '' : workflow('modify', [SECRET, CONFIG, STORE, { ...THING, mayFail }], { revision })
}${workflow('delete', [THING, STORE, CONFIG, SECRET], { action: 'delete' })}${isRestartable ? workflow('restart', [SECRET, CONFIG, STORE, THING]) : ''}${
  backups
    ? `${workflow('restore', [SECRET, CONFIG, STORE, THING])}${workflow('backup', [BACKUP])}${workflow('deleteBackup', [BACKUP], { action: 'delete' })}`
    : ''
}`;
}

interface Leaf {
  task: string;
  kind: 'Secret' | 'ConfigMap';
  name: string;
  dependencies: string[];
  gate?: boolean;
  mayFail?: boolean;
}
/** What a workflow does with its objects, and what it writes to them. */
interface Deed {
  action?: 'apply' | 'delete';
  revision?: string | undefined;
}
const SECRET: Leaf = { task: 'secret', kind: 'Secret', name: '{{inputs.parameters.id}}-secret', dependencies: [] };
const CONFIG: Leaf = { task: 'config', kind: 'ConfigMap', name: '{{inputs.parameters.id}}-config', dependencies: [] };
const STORE: Leaf = { task: 'store', kind: 'ConfigMap', name: '{{inputs.parameters.id}}-store', dependencies: ['secret', 'config'] };
const THING: Leaf = { task: 'thing', kind: 'ConfigMap', name: '{{inputs.parameters.id}}', dependencies: ['store'], gate: true };
const BACKUP: Leaf = { task: 'copy', kind: 'ConfigMap', name: '{{inputs.parameters.snapshot}}', dependencies: [], gate: true };

function workflow(verb: string, leaves: Leaf[], deed: Deed = {}): string {
  const { action = 'apply' } = deed;
  const snapshot = leaves.includes(BACKUP);
  const inputs = snapshot ? '[{name: id}, {name: snapshot}]' : '[{name: id}]';
  const passed = `[{name: id, value: "{{inputs.parameters.id}}"}${snapshot ? ', {name: snapshot, value: "{{inputs.parameters.snapshot}}"}' : ''}]`;
  return `      ${verb}:
        workflow:
          entrypoint: main
          arguments:
            parameters:
              - {name: id, value: "{{ $sys.instanceId }}"}
${snapshot ? '              - {name: snapshot, value: "{{ $sys.snapshot.id }}"}\n' : ''}          templates:
            - name: main
              inputs: {parameters: ${inputs}}
              dag:
                tasks:
${leaves
  .map(
    ({ task, dependencies }) => `                  - name: ${task}
                    template: ${task}
                    dependencies: ${JSON.stringify(action === 'apply' ? dependencies : [])}
                    arguments: {parameters: ${passed}}
`,
  )
  .join('')}${leaves.map((leaf) => template(leaf, inputs, deed)).join('')}`;
}

function template({ task, kind, name, gate, mayFail }: Leaf, inputs: string, { action = 'apply', revision }: Deed): string {
  const state = mayFail === true ? '"{{ $var.outcome }}"' : 'ready';
  const added = revision === undefined ? '' : `  revision: ${revision}\n`;
  const data = `${kind === 'Secret' ? 'stringData:\n  password: "0123456789"\n' : `data:\n  state: ${state}\n`}${added}`;
  const manifest = `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: "${name}"\n${action === 'delete' ? '' : data}`;
  const fails = mayFail === true ? '                failureCondition: data.state == broken\n' : '';
  return `            - name: ${task}
              inputs: {parameters: ${inputs}}
              resource:
                action: ${action}
${gate === true && action === 'apply' ? `                successCondition: data.state == ready\n${fails}` : ''}                manifest: |
${manifest.replaceAll(/^(?=.)/gm, '                  ')}`;
}
