import { truthAt } from '../compile/read-value.js';
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
  const custom = entryOf(capabilities, 'enableCustomZone');
  if (custom && truthAt(capabilities, 'enableMultiZone', false) && truthAt(capabilities, 'enableCustomZone', false)) {
    report.error(keyPlace(custom), {
      code: 'zone-conflict',
      message: '`enableMultiZone` and `enableCustomZone` exclude each other: an instance is spread over zones, or lies in the one chosen.',
      cure: 'Keep one of them.',
    });
  }
}

/** Blocks of which a map may have only one. */
const EXCLUSIVE: { keys: [string, string]; code: string; why: string }[] = [
  { keys: ['chartValues', 'layeredChartValues'], code: 'chart-values-conflict', why: 'the values come from one or the other' },
  { keys: ['gitConfiguration', 'artifactsLocalPath'], code: 'source-conflict', why: 'the source is git or an uploaded folder' },
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
