import { PARAMETER_TYPES } from '../model.js';
import { CLOUDS } from './compute.js';
import { acted, dictionary, flag, listOf, map, type Shape, stored, text } from './shape.js';

const bound: Shape = { type: 'number', literal: true };
const length: Shape = { type: 'integer', literal: true, min: 0 };

const limits = map('limits', {
  min: acted(bound, 'Smallest number.'),
  max: acted(bound, 'Largest number.'),
  minLength: acted(length, 'Shortest text.'),
  maxLength: acted(length, 'Longest text.'),
});

/** `apiParameters[]` of a service and of a custom workflow. */
export const apiParameter = map('a parameter', {
  key: acted(text, 'Name in expressions: `$var.<key>`.', { required: true }),
  name: acted(text, 'Display name.', { default: 'the key', aliases: ['displayName'] }),
  description: acted(text, 'Help text.', { default: '""' }),
  type: acted({ type: 'enum', values: PARAMETER_TYPES, literal: true }, 'Type of the value.', { default: 'String' }),
  modifiable: acted(flag, 'May change after create.', { default: 'false' }),
  required: acted(flag, 'Must be supplied, unless there is a default.', { default: 'false' }),
  export: acted(flag, 'Shown in results.', { default: 'true; false for Password and Secret' }),
  defaultValue: acted({ type: 'string', quoted: true }, 'Default, always as quoted text.'),
  options: acted(listOf(text), 'Allowed values.'),
  labeledOptions: acted(dictionary('label', text), 'Allowed values by label.'),
  limits: acted(limits, 'Bounds of numbers and lengths.'),
  regex: acted(text, 'Pattern for the whole value, in the language of RE2: no looking around, no back references.'),
  tabIndex: acted({ type: 'integer', literal: true }, 'Order in forms.', { default: 'order in the file' }),
  isList: acted(flag, 'The value is a list.', { default: 'false' }),
  scope: acted(
    map('scope', {
      cloudProviders: acted(listOf({ type: 'enum', values: CLOUDS, literal: true }), 'Clouds that have the parameter.', { default: 'all' }),
    }),
    'Where the parameter exists.',
  ),
  parameterDependencyMap: acted(dictionary('resource key', text), 'Passes the value on to parameters of other resources.'),
  dependentResource: acted(text, 'Type Resource: instances of which resource may be chosen.', { aliases: ['dependentResourceKey'] }),
  dependentResourceID: stored(text, 'Id of that resource.'),
  custom: stored(flag, 'Flag of the API.'),
  hasOptions: stored(flag, 'Flag of the API.'),
});
