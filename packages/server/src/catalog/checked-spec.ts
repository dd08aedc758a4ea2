/** What is found out about a plan spec, in a form that crosses threads cheaply: the compiled plan is a text, as it will be stored. */
import { createHash } from 'node:crypto';
import { buildPlan, type Note, type Problem, stableJson, type Unserved, unservedOf } from '@cellplane/plan';

export interface SpecFindings {
  problems: Problem[];
  notes: Note[];
  /** Absent if a problem is an error. */
  built?: BuiltSpec;
}

export interface BuiltSpec {
  text: string;
  /** JSON of the compiled plan. */
  plan: string;
  digest: string;
  name: string;
  resourceKeys: string[];
  unserved: Unserved[];
}

/** Checks and compiles. From the bytes, so that text that is not UTF-8 is a problem with a position like any other. */
export function findInSpec(bytes: Uint8Array): SpecFindings {
  const { problems, notes, plan } = buildPlan(bytes);
  if (plan === undefined) return { problems, notes };
  const built: BuiltSpec = {
    text: new TextDecoder().decode(bytes),
    plan: JSON.stringify(plan),
    digest: createHash('sha256').update(stableJson(plan)).digest('hex'),
    name: plan.name,
    resourceKeys: plan.resources.map(({ key }) => key),
    unserved: unservedOf(plan),
  };
  return { problems, notes, built };
}
