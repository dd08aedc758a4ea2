/** A finding about a workflow. `path` is inside the workflow, as the spec spells it: `templates[1].dag.tasks[0].template`. */
export interface WorkflowProblem {
  severity: 'error' | 'warning';
  code: string;
  path: string;
  /** UTF-16 code units from the start of the text at `path`, for what stands inside a text. */
  offset?: number;
  message: string;
  cure: string;
}

/** Where the checks put what they find. */
export type Tell = (problem: Omit<WorkflowProblem, 'severity'> & { severity?: 'warning' }) => void;
