import type { PlanSource } from '../compile/plan.js';
import { valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { checkCapabilities, checkExclusiveKeys } from './capabilities.js';
import { checkChartSource } from './chart/source.js';
import { checkCharts } from './chart/charts.js';
import { checkDependencies } from './dependencies.js';
import { checkWholePlan } from './document.js';
import { checkEndpoints } from './endpoints.js';
import { checkExpressions } from './expression/expressions.js';
import { checkLiteralFields } from './expression/literal-fields.js';
import { checkParameterLinks } from './parameter/links.js';
import { checkParameters } from './parameter/parameters.js';
import { checkPricing } from './pricing.js';
import { checkServed } from './served.js';
import { checkUpgrade } from './upgrade.js';
import { checkWorkflows } from './workflow/workflows.js';

/** All checks of a compiled plan (docs/reference/plan-language.md#what-a-build-checks); each reports on its own and sees only what the schema let through. */
export function checkPlan(report: Report, plan: PlanSource): void {
  checkWholePlan(report, plan);
  checkPricing(report, plan.node);
  checkDependencies(report, plan);
  for (const resource of plan.resources) {
    checkParameters(report, valueAt(resource.node, 'apiParameters'));
    checkParameterLinks(report, resource, plan.resources);
    checkEndpoints(report, resource.node);
    checkCharts(report, resource.node);
    checkCapabilities(report, resource);
    checkExclusiveKeys(report, resource.node);
    checkChartSource(report, resource.node);
    checkWorkflows(report, resource);
    checkUpgrade(report, resource);
  }
  checkLiteralFields(report, plan);
  checkExpressions(report, plan);
  // What can be made of a plan is known once it compiles.
  if (!report.problems.some((problem) => problem.severity === 'error')) checkServed(report, plan);
}
