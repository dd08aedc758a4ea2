/** Resource templates: action, conditions, strategy, flags, tags (Argo 3.7 validate.go, and the conditions it never parses). */
import { parseManifestText, parseText } from '../../expression/text.js';
import type { CompiledWorkflow, ResourceTemplate } from '../../model.js';
import type { PatternBudget } from '../../pattern/budget.js';
import { parseGate } from '../gate/gate.js';
import type { Gate, GateField } from '../gate/model.js';
import { clausesOf, gateFaults, swappedSides } from '../gate/faults.js';
import { checkTags } from './tags.js';
import { within } from './patterns.js';
import type { Tell } from './tell.js';
import { shownWord } from '../word.js';

const ACTIONS: readonly string[] = ['get', 'create', 'apply', 'delete', 'replace', 'patch'];
const STRATEGIES: readonly string[] = ['strategic', 'merge', 'json'];
const FLAGS: readonly string[] = ['--ignore-not-found=true', '--ignore-not-found'];

/** Checks one leaf. */
export function checkLeaf(tell: Tell, workflow: CompiledWorkflow, template: ResourceTemplate, path: string, patterns: PatternBudget): void {
  const { name } = template;
  const at = `${path}.resource`;
  if (!ACTIONS.includes(template.action)) {
    tell({
      code: 'resource-action',
      path: `${at}.action`,
      message: `templates.${name}.resource.action must be one of: ${ACTIONS.join(', ')}`,
      cure: 'Use apply, patch or delete.',
    });
  }
  if (template.manifest.trim() === '') {
    tell({
      code: 'manifest-missing',
      path: at,
      message: `either templates.${name}.resource.manifest or templates.${name}.resource.manifestFrom must be specified`,
      cure: 'Add the manifest of the object; to get or delete, apiVersion, kind and metadata.name are enough.',
    });
  }
  if (template.mergeStrategy !== undefined && !STRATEGIES.includes(template.mergeStrategy)) {
    tell({
      code: 'merge-strategy',
      path: `${at}.mergeStrategy`,
      message: `templates.${name}.resource.mergeStrategy '${template.mergeStrategy}' is unknown`,
      cure: 'Use strategic (built-in kinds only), merge or json.',
    });
  }
  for (const [index, flag] of template.flags.entries()) {
    if (template.action === 'delete' && FLAGS.includes(flag)) continue;
    tell({
      code: 'unsupported-flag',
      path: `${at}.flags[${index}]`,
      message: `unsupported ${template.action} flag: ${flag}`,
      cure: 'The only flag is --ignore-not-found=true, on delete.',
    });
  }
  if (template.activeDeadlineSeconds !== undefined && !(template.activeDeadlineSeconds > 0)) {
    tell({
      code: 'deadline',
      path: `${path}.activeDeadlineSeconds`,
      message: `templates.${name}.activeDeadlineSeconds must be a positive integer > 0`,
      cure: 'Write seconds, for example 1800.',
    });
  }
  for (const field of ['success', 'failure'] as const) checkCondition(tell, workflow, template, field, at, patterns);
  checkTags(tell, parseManifestText(template.manifest), {
    path: `${at}.manifest`,
    owner: `templates.${name}:`,
    workflow,
    inputs: template.inputs,
    manifest: true,
  });
}

function checkCondition(
  tell: Tell,
  workflow: CompiledWorkflow,
  template: ResourceTemplate,
  field: GateField,
  at: string,
  patterns: PatternBudget,
): void {
  const text = template[`${field}Condition`];
  if (text === undefined) return;
  const path = `${at}.${field}Condition`;
  if (template.action === 'delete') {
    tell({
      code: 'condition-on-delete',
      path,
      message: `templates.${template.name}: successCondition, failureCondition and outputs are not supported for delete action`,
      cure: 'Remove it: a delete is done when the object is gone.',
    });
    return;
  }
  checkTags(tell, parseText(text), { path, owner: `templates.${template.name}:`, workflow, inputs: template.inputs, operandsOnly: true });
  const parsed = within(tell, path, () => parseGate(text, field, patterns));
  if (parsed === undefined) return;
  if (!parsed.ok) {
    const { code, offset, message, cure } = parsed.problem;
    tell({ code, path, offset, message: `templates.${template.name}: ${field} condition '${text}' failed to parse: ${message}`, cure });
    return;
  }
  warnOfTexts(tell, parsed.value, path);
  for (const { severity, code, offset, message, cure } of gateFaults(parsed.value, template.apiVersion)) {
    const what = { code, path, offset, message: `templates.${template.name}: ${field} condition: ${message}`, cure };
    tell(severity === 'warning' ? { severity, ...what } : what);
  }
  if (field === 'failure' && template.successCondition?.trim() === text.trim()) {
    tell({
      code: 'gate-never-holds',
      path,
      message: `templates.${template.name} has one condition for success and failure: what is asked first is the failure`,
      cure: 'Remove one of the two.',
    });
  }
  if (field === 'failure' && template.successCondition === undefined) {
    tell({
      severity: 'warning',
      code: 'only-failure-condition',
      path,
      message: `templates.${template.name} has a failureCondition only: it succeeds at the first look at which that is false`,
      cure: 'Add a successCondition to wait for something.',
    });
  }
}

/** Argo reads every right side as a text, also what looks like a path or a null. */
function warnOfTexts(tell: Tell, gate: Gate, path: string): void {
  if (gate.level !== 1) return;
  for (const clause of clausesOf(gate.root)) {
    if (swappedSides(clause)) continue;
    for (const operand of clause.right) {
      const text = operand.kind === 'text' ? shownWord(operand.word) : '';
      if (!/^(spec|status|metadata)\./.test(text) && text !== 'null') continue;
      tell({
        severity: 'warning',
        code: 'gate-compares-text',
        path,
        message: `'${shownWord(clause.source)}' compares with the text '${text}', as Argo does`,
        cure: text === 'null' ? 'Write !path for an absent field.' : `Write $.${text} to compare with the field.`,
      });
    }
  }
}
