/**
 * What tenants share, such as the release of an operator's chart, may be made only of values that are equal for all instances
 * of a plan version in one cell: literals, secrets of the provider, facts of the cell and of the plan.
 */
import type { Json } from '../json.js';
import type { Call, Expression, Reference } from './expression.js';
import { parseExpression } from './expression-parser.js';
import { parseText } from './text.js';

/** Second steps of `$sys.deployment` that do not depend on the instance. */
const DEPLOYMENT = new Set([
  'resourceID',
  'serviceID',
  'planID',
  'cloudProvider',
  'cloudProviderAccountID',
  'kubernetesClusterID',
  'kubernetesClusterEndpoint',
  'kubernetesClusterCACertificate',
  'tlsServerCertificateSecretName',
]);

/** Roots below which there are facts of the cell only. */
const CELL_ROOTS = new Set(['deploymentCell', 'storage', 'backup']);

/** A part of an expression whose value differs between instances, and why. */
export interface TenantPart {
  /** As written: `$var.password`. */
  text: string;
  /** After the text, as a sentence: "is chosen for each instance". */
  why: string;
}

/** Every part of the expression that differs between instances, arguments of functions included. */
export function tenantParts(expression: Expression): TenantPart[] {
  if (expression.type === 'literal') return [];
  if (expression.type === 'reference') {
    const why = whyReferenceDiffers(expression);
    return why === undefined ? [] : [{ text: expression.text, why }];
  }
  const own = whyCallDiffers(expression);
  return [...(own === undefined ? [] : [{ text: expression.text, why: own }]), ...expression.arguments.flatMap(tenantParts)];
}

/** The same for every text of a tree, such as a chart's values; keys are looked at too. Each part once. */
export function tenantPartsIn(tree: Json | undefined): TenantPart[] {
  const found = new Map<string, TenantPart>();
  const text = (value: string): void => {
    // Quotes inside the text force a text in chart values; the expression is what they enclose.
    const inner = /^"(\$[^"]*)"$/.exec(value)?.[1] ?? value;
    for (const part of parseText(inner)) {
      const parsed = part.type === 'platform' ? parseExpression(part.expression) : undefined;
      if (parsed?.ok) for (const one of tenantParts(parsed.value)) found.set(one.text, one);
    }
  };
  const visit = (node: Json): void => {
    if (typeof node === 'string') text(node);
    else if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        text(key);
        visit(value);
      }
    }
  };
  if (tree !== undefined) visit(tree);
  return [...found.values()];
}

function whyReferenceDiffers(reference: Reference): string | undefined {
  switch (reference.root) {
    case 'secret':
      return undefined;
    case 'var':
      return 'is chosen for each instance';
    case 'tasks':
      return 'is read from an object of one instance';
    case 'resource':
      if (reference.scope === 'var') return 'is chosen for each instance';
      return reference.scope === 'sys' ? whySystemValueDiffers(reference) : 'is an output of one instance';
    case 'sys':
      return whySystemValueDiffers(reference);
  }
}

function whySystemValueDiffers({ path }: Reference): string | undefined {
  const [root, leaf] = path.map((segment) => ('key' in segment ? segment.key : ''));
  if (root !== undefined && CELL_ROOTS.has(root)) return undefined;
  if (root === 'deployment' && leaf !== undefined && DEPLOYMENT.has(leaf)) return undefined;
  return 'is a fact of one instance';
}

/** Random values come from a secret of the instance, unless a seed is given. */
function whyCallDiffers(call: Call): string | undefined {
  const seeded = call.name === 'randomminmax' && call.arguments.length > 2;
  return !seeded && /^(random|randomminmax|uuidv4)$/.test(call.name) ? 'gives another value for each instance' : undefined;
}
