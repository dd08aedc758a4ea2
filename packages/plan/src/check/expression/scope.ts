import type { ResourceSource } from '../../compile/resource.js';
import type { SystemVerb } from '../../model.js';
import { dependencyClosure } from '../dependencies.js';

/** Where an expression stands: what it may see. */
export interface ExpressionScope {
  resource: ResourceSource;
  resources: readonly ResourceSource[];
  /** Closure of the resource's `dependsOn`. */
  reachable: ReadonlySet<ResourceSource>;
  /** Keys of `$var`. */
  variables: ReadonlySet<string>;
  /** The system workflow, if the expression is in one. */
  verb?: SystemVerb;
  /** In words, for messages: "workflow 'create'". */
  where: string;
  /** Tasks that `$tasks` may name, with whether their object remains; absent where `$tasks` is not given. */
  tasks?: ReadonlyMap<string, { deleted: boolean }>;
  /** Values of a chart: what is no expression reaches the chart as it stands, for templates of its own. */
  chartValues?: true;
  /** `$var._crd` is given (older fields). */
  customResource?: true;
  /** The text belongs to something that all tenants of a cell share; in words: "the chart 'x'". */
  shared?: string;
}

/** The scope of a resource outside any workflow. */
export function resourceScope(resource: ResourceSource, resources: readonly ResourceSource[]): ExpressionScope {
  return {
    resource,
    resources,
    reachable: dependencyClosure(resources, resource),
    variables: new Set(resource.compiled.parameters.map((parameter) => parameter.key)),
    where: `resource '${resource.compiled.key}'`,
  };
}
