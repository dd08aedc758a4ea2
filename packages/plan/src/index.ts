export type * from './json.js';
export type * from './problem.js';
export { cut } from './cut.js';
export { HIGHEST_PORT, INT32, isPort, isWithin } from './number-ranges.js';
export { groupOf, isCustomGroup } from './api-version.js';
export * from './model.js';
export * from './expression/fragment.js';
export type * from './workflow/model.js';
export type * from './expression/expression.js';
export { references } from './expression/expression.js';
export { MAX_EXPRESSION_LENGTH, parseExpression } from './expression/expression-parser.js';
export * from './expression/fragment-text.js';
export { FUNCTIONS, type FunctionSignature } from './expression/function/functions.js';
export { type RenderedText, type RenderScope, renderText } from './expression/render-text.js';
export { parseManifestText, parseText, placedExpressions, type TextPart } from './expression/text.js';
export { valueText } from './expression/value-text.js';
export { inexactNumbers, type JsonNumber, jsonNumbers, readForeignJson, readJson } from './expression/json/exact-json.js';
export { isExactNumber } from './expression/json/exact-number.js';
export * from './result.js';
export { bindGate, parseGate, pathsOf } from './workflow/gate/gate.js';
export type { Gate, GateField, GateNode, GateProblem } from './workflow/gate/model.js';
export { decidingClauses, evaluateGate, explainClause, gateHolds } from './workflow/gate/evaluate.js';
export { satisfyGate, satisfyWhole } from './workflow/gate/satisfy.js';
export type { BoundText } from './workflow/word.js';
export { evaluateExpression, evaluateText } from './expression/evaluate.js';
export { type EvaluationProblem, type ExpressionContext, type ResourceContext } from './expression/context.js';
export { ExpressionWork, MAX_TEXT, MAX_WORK, TEXT_TOO_LONG, TooMuchText } from './expression/work.js';
export { isTooDeep, MAX_JSON_DEPTH } from './expression/json/json-size.js';
export { evaluateOutput, type OutputContext, outputPlace, prepareOutputs } from './expression/output.js';
export { type ResolvedExpressions, resolveExpressions } from './expression/resolve.js';
export { buildPlan, type BuildResult, MAX_PROBLEMS } from './build.js';
export { INTEGER_RANGES, isBase64, isTruthText, valueFault } from './check/parameter/value.js';
export { PATTERN_STEPS, PATTERNS_TOO_SLOW, PatternBudget, PatternBudgetSpent } from './pattern/budget.js';
export { MAX_PATTERN_LENGTH, MAX_PATTERN_SIZE, type PatternFault } from './pattern/pattern-fault.js';
export { type AllowedSource, type ChartHost, readAllowedSource, sourceFault } from './chart/allowance.js';
export { addressOf, isPublic } from './chart/network.js';
export { isChartName, isChartVersion, isNamespace, isReleaseName, isReservedNamespace, readChartAddress } from './chart/reference.js';
export { type Capacity, capacityOf, REPLICA_COUNT } from './compile/capacity.js';
export { explainUnserved, isContainer, type Unserved, unservedOf, whatIsNotServed } from './compile/served.js';
export { looseKey, resourceKey } from './compile/key.js';
export { readFieldPath } from './compile/upgrade.js';
export { stableJson } from './compile/stable-json.js';
export { type BoundGates, bindGates } from './workflow/bind-template.js';
export { type AttemptOf, attemptOf } from './workflow/attempt.js';
export { advance, sizeProblem, waitedFor } from './workflow/walk/advance.js';
export { MAX_NODES, MAX_TASKS, TOO_LARGE } from './workflow/size.js';
export * from './workflow/reducers.js';
export { explainVerdict, judge, type JudgedLeaf } from './workflow/judge.js';
export { DEFAULT_SETTLE_SECONDS } from './workflow/freshness.js';
export {
  type DependsNode,
  type DependsProblem,
  evaluateDepends,
  parseDepends,
  TASK_RESULTS,
  type TaskResults,
  tasksOf,
} from './workflow/depends.js';
export { evaluateWhen, parseWhen, type When, type WhenProblem } from './workflow/when/when.js';
export { isFulfilled, isFailing } from './workflow/walk/walk.js';
export { type GraphTask, workflowGraph } from './workflow/graph.js';
export { type InspectedManifest, inspectManifest, type RenderedManifest, renderManifest } from './expression/manifest/manifest.js';
export type { ManifestProblem } from './expression/manifest/problem.js';
export { type TenantPart, tenantPartsIn } from './expression/shared-value.js';
export { checkTaint, type TaintCheck } from './expression/taint.js';
export { type PlainScalar, resolveNumberOrBoolean, resolvePlainKey, resolvePlainScalar } from './expression/manifest/yaml-scalars.js';
export { formatNotes, formatProblems, type ProblemSource } from './check/format-problems.js';
export { stepsOf, SYSTEM_VALUES, type SystemValue } from './system/table.js';
export { matchSystemPath, type SystemMatch } from './system/match.js';
export { checkFacts, type FactProblem, factValues, mergeTrees, simulatedFacts } from './system/facts.js';
export { needOf, type SystemNeed, systemNeeds } from './system/needs.js';
export { NEEDS_FACT } from './check/expression/system.js';
export { parseFacts } from './system/read-facts.js';
export { readObjects } from './parse/read-yaml.js';
export { readPath } from './expression/path.js';
export { MAX_SPEC_BYTES } from './parse/document.js';
export { describeGrammar, type GrammarRow } from './schema/describe.js';
export { type EvaluatedTree, evaluateTree } from './expression/evaluate-tree.js';
export { validateWorkflow } from './workflow/validate/workflow.js';
export type { WorkflowProblem } from './workflow/validate/tell.js';
export { examineDepends, examineGate, examineWhen, type PlaceholderValues, substitute } from './workflow/examine.js';
export { planJsonSchema } from './schema/json-schema.js';
export { systemParametersSchema } from './system/json-schema.js';
export { PLAN_SHAPE } from './schema/plan.js';
export { shapeInWords } from './schema/describe.js';
export type { EnumShape, Field, MapShape, Shape, Support } from './schema/shape.js';
export { editDistance } from './schema/suggest.js';
export { madeUpValue } from './example/made-up-value.js';
export { writeYaml } from './parse/write-yaml.js';
