import { capacityOf, REPLICA_COUNT } from '../compile/capacity.js';
import { numberAt, truthAt } from '../compile/read-value.js';
import type { ResourceSource } from '../compile/resource.js';
import { entriesOf, entryOf, isNull, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { keyPlace, type Report } from '../parse/report.js';

const BACKUP_VERBS = ['backup', 'restore', 'deleteBackup'] as const;

/** Capabilities that need or exclude something: backups need three workflows, zones are spread or chosen, no backup on Nebius. */
export function checkCapabilities(report: Report, resource: ResourceSource): void {
  const capabilities = valueAt(resource.node, 'capabilities');
  const backup = entryOf(capabilities, 'backupConfiguration');
  if (backup && !isNull(backup.value)) {
    const missing = BACKUP_VERBS.filter((verb) => !resource.compiled.systemWorkflows[verb]);
    if (missing.length > 0) {
      report.error(keyPlace(backup), {
        code: 'backup-workflows-missing',
        message: `\`backupConfiguration\` needs the workflows backup, restore and deleteBackup; missing: ${missing.join(', ')}.`,
        cure: `Add ${missing.map((verb) => `systemWorkflows.${verb}`).join(', ')}, or remove backupConfiguration.`,
      });
    }
    const nebius = itemsOf(valueAt(resource.node, 'compute', 'instanceTypes')).some(
      (type) => textOf(valueAt(type, 'cloudProvider')) === 'nebius',
    );
    if (nebius) {
      report.error(keyPlace(backup), {
        code: 'backup-on-nebius',
        message: 'Backups are not available on Nebius.',
        cure: 'Remove backupConfiguration, or the Nebius instance types.',
      });
    }
  }
  checkCapacity(report, resource, capabilities);
  const custom = entryOf(capabilities, 'enableCustomZone');
  if (custom && truthAt(capabilities, 'enableMultiZone', false) && truthAt(capabilities, 'enableCustomZone', false)) {
    report.error(keyPlace(custom), {
      code: 'zone-conflict',
      message: '`enableMultiZone` and `enableCustomZone` exclude each other: an instance is spread over zones, or lies in the one chosen.',
      cure: 'Keep one of them.',
    });
  }
}

/** Bounds that exclude each other, and capacity workflows that nobody could ever call: what they count from is not known. */
function checkCapacity(report: Report, resource: ResourceSource, capabilities: SpecNode | undefined): void {
  const autoscaling = entryOf(capabilities, 'autoscaling');
  const [least, most] = ['minReplicas', 'maxReplicas'].map((key) => numberAt(autoscaling?.value, key));
  if (autoscaling && least !== undefined && most !== undefined && least > most) {
    report.error(keyPlace(autoscaling), {
      code: 'bad-limits',
      message: '`minReplicas` is larger than `maxReplicas`: no count fits.',
      cure: 'Swap or change them.',
    });
  }
  const { systemWorkflows } = resource.compiled;
  const verb = (['addCapacity', 'removeCapacity'] as const).find((one) => systemWorkflows[one]);
  const { parameter, start } = capacityOf(resource.compiled);
  if (verb === undefined || parameter !== undefined || start !== undefined) return;
  const source = resource.workflows.find(({ compiled }) => compiled.verb === verb && compiled.scope.length === 0);
  report.warning(source?.node ?? resource.node, {
    code: 'replica-count-unknown',
    message: `${verb} counts from the present number of replicas, which '${resource.compiled.key}' does not tell; a call will be refused.`,
    cure: `Declare the parameter \`${REPLICA_COUNT}\`, or set \`compute.replicaCount\` or \`capabilities.autoscaling.minReplicas\`.`,
  });
}

/** Blocks of which a map may have only one. */
const EXCLUSIVE: { keys: [string, string]; code: string; why: string }[] = [
  { keys: ['chartValues', 'layeredChartValues'], code: 'chart-values-conflict', why: 'the values come from one or the other' },
  { keys: ['gitConfiguration', 'artifactsLocalPath'], code: 'source-conflict', why: 'the source is git or an uploaded folder' },
  { keys: ['username', 'authProvider'], code: 'credentials-conflict', why: 'the user is named once' },
  { keys: ['password', 'authProvider'], code: 'credentials-conflict', why: 'the password is given once' },
  { keys: ['replicaCount', 'replicaCountAPIParam'], code: 'replica-count-conflict', why: 'the number is fixed or a parameter' },
];

/** Looks through a whole service for keys that exclude each other. */
export function checkExclusiveKeys(report: Report, node: SpecNode): void {
  for (const { keys, code, why } of EXCLUSIVE) {
    const [first, second] = keys.map((key) => entryOf(node, key));
    if (first && second && !isNull(first.value) && !isNull(second.value)) {
      report.error(keyPlace(second), {
        code,
        message: `\`${keys[0]}\` and \`${keys[1]}\` exclude each other: ${why}.`,
        cure: 'Keep one of them.',
      });
    }
  }
  for (const entry of entriesOf(node)) if (!OPAQUE.has(entry.key)) checkExclusiveKeys(report, entry.value);
  for (const item of itemsOf(node)) checkExclusiveKeys(report, item);
}

/** Keys below which the author's own words begin. */
const OPAQUE = new Set([
  'chartValues',
  'values',
  'valuesFile',
  'template',
  'supplementalFiles',
  'environmentVariables',
  'systemWorkflows',
  'customWorkflows',
  'agentConfiguration',
]);
