/** What is wrong with the values of a form, told without the server. Pure. */
import { t } from 'i18next';
import { isSecret } from './secret';
import type { Parameter, Values } from './parameter-fields';

/** The end of a sentence about a value, "must be at least 1"; undefined: it is right. */
export type Rule = (parameter: Parameter, text: string) => string | undefined;

/** Key → what is wrong. */
export function faultsOf(parameters: readonly Parameter[], values: Values, rule?: Rule): Record<string, string> {
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const fault = faultOf(parameter, values[parameter.key] ?? '', rule);
      return fault === undefined ? [] : [[parameter.key, fault]];
    }),
  );
}

function faultOf(parameter: Parameter, value: string, rule: Rule | undefined): string | undefined {
  if (value === '') return parameter.required ? t('{{name}} is required.', { name: parameter.displayName }) : undefined;
  const fault = rule?.(parameter, value);
  if (fault === undefined) return undefined;
  const { defaultValue: example = '' } = parameter;
  // A pattern alone helps few people.
  const isPattern = parameter.regex !== undefined && fault.endsWith(parameter.regex) && example !== '' && !isSecret(parameter);
  return isPattern ? t('It {{fault}}, such as {{example}}.', { fault, example }) : t('It {{fault}}.', { fault });
}

/** What a field says of what it takes, beside its description. */
export function boundsOf({ limits }: Parameter): string | undefined {
  const { min, max, minLength, maxLength } = limits ?? {};
  if (min !== undefined && max !== undefined) return t('From {{min}} to {{max}}.', { min, max });
  if (min !== undefined) return t('{{min}} at least.', { min });
  if (max !== undefined) return t('{{max}} at most.', { max });
  if (minLength !== undefined && maxLength !== undefined) return t('{{minLength}} to {{maxLength}} characters.', { minLength, maxLength });
  if (minLength !== undefined) return t('{{minLength}} characters at least.', { minLength });
  if (maxLength !== undefined) return t('{{maxLength}} characters at most.', { maxLength });
  // A pattern is named where a value does not match it: before, it helps few people.
  return undefined;
}
