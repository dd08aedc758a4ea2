import type { CompiledWorkflow } from '../model.js';
import type { SpecNode } from '../parse/node.js';
import type { Report } from '../parse/report.js';

/** A workflow body: what was compiled of it, and where it was read. */
export interface WorkflowBody {
  workflow: CompiledWorkflow;
  body: SpecNode;
  /** Names of templates that are reported already; what follows from them is not. */
  broken: ReadonlySet<string>;
}

/** Names, entrypoint, templates, inputs, DAG, conditions and `when`, as the workflow core judges them. */
export function checkStructure(_report: Report, _input: WorkflowBody): void {}
