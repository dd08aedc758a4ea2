/** The rules of the plan language for one value: the same that the server checks with. A chunk of its own, since the language is large. */
import { type ApiParameter, type ParameterType, PatternBudget, PatternBudgetSpent, valueFault } from '@cellplane/plan';
import type { Parameter } from './parameter-fields';

/** Types as the offering names them, in the words of the plan language. It says JSON of Json and of Any, and Any takes each text. */
const TYPES: Record<string, ParameterType> = { JSON: 'Any' };

/** What is wrong with a text, as the end of a sentence that begins with "It": "must be at least 1". Undefined: nothing. */
export function faultByRules(parameter: Parameter, text: string): string | undefined {
  const { key, displayName, type, options, regex, isList, limits } = parameter;
  const declared: ApiParameter = {
    key,
    name: displayName,
    description: '',
    type: TYPES[type] ?? (type as ParameterType),
    required: false,
    modifiable: true,
    export: true,
    tabIndex: 0,
    isList,
    parameterDependencyMap: {},
    ...(options === undefined ? {} : { options }),
    ...(regex === undefined ? {} : { regex }),
    ...(limits === undefined ? {} : { limits }),
  };
  try {
    return valueFault(declared, text, new PatternBudget());
  } catch (error) {
    // The server has more patience, and says so where it has not.
    if (error instanceof PatternBudgetSpent) return undefined;
    throw error;
  }
}
