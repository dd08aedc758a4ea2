/** Compares what a statement answers with the type that the sources take its rows for. */
import { type Checker, type Type, TypeFlags } from 'typescript/unstable/sync';
import type { Node } from 'typescript/unstable/ast';
import type { Described } from './describe-statement.testing.js';

/** What the database says of the columns of tables, by `table|number` (as in `Described`). */
export type Catalogue = Map<string, { name: string; isNullable: boolean; words: string[] | undefined }>;

/** PostgreSQL's number of a type → how `pg` hands its values over. */
const FORMS: Record<number, Form> = {
  16: 'boolean',
  17: 'Buffer',
  18: 'string',
  19: 'string',
  25: 'string',
  1043: 'string',
  1700: 'string',
  2205: 'string',
  20: 'number',
  21: 'number',
  23: 'number',
  26: 'number',
  700: 'number',
  701: 'number',
  1114: 'Date',
  1184: 'Date',
  114: 'json',
  3802: 'json',
  1005: 'array',
  1007: 'array',
  1009: 'array',
  1016: 'array',
  2278: 'json',
};
type Form = 'boolean' | 'Buffer' | 'string' | 'number' | 'Date' | 'json' | 'array';

/** What is wrong: a property without a column, another form, a null or a word that the type does not know. */
export function differences(
  row: Type,
  columns: Described[],
  { checker, node, catalogue }: { checker: Checker; node: Node; catalogue: Catalogue },
): string[] {
  // Nobody reads what it answers.
  if ((row.flags & (TypeFlags.Unknown | TypeFlags.Any)) !== 0) return [];
  const properties = new Map(checker.getPropertiesOfType(row).map((one) => [one.name, one]));
  const missing = [...properties.keys()].filter((name) => !columns.some((column) => column.name === name));
  const wrong = missing.map((name) => `the row has no column "${name}"`);
  for (const column of columns) {
    const property = properties.get(column.name);
    if (property === undefined) continue;
    const type = checker.getTypeOfSymbolAtLocation(property, node);
    const says = `"${column.name}" is ${checker.typeToString(type)} in the sources`;
    const form = FORMS[column.dataTypeID];
    if (form === undefined) wrong.push(`"${column.name}" has the type ${column.dataTypeID}, of which nothing is known here`);
    else if (!admits(checker, type, form)) wrong.push(`${says}, and ${form} in the database`);
    const stored = catalogue.get(`${column.tableID}|${column.columnID}`);
    if (stored === undefined) continue;
    if (stored.isNullable && !parts(type).some((one) => (one.flags & (TypeFlags.Null | TypeFlags.Unknown | TypeFlags.Any)) !== 0))
      wrong.push(`${says}, and may be null in the database`);
    const literals = parts(type).flatMap((one) => (one.isStringLiteralType() ? [one.value] : []));
    if (stored.words !== undefined && literals.length > 0) {
      const unknown = stored.words.filter((word) => !literals.includes(word));
      if (unknown.length > 0) wrong.push(`${says}, and may be ${unknown.join(', ')} in the database`);
    }
  }
  return wrong;
}

function parts(type: Type): readonly Type[] {
  return type.isUnionType() ? type.getTypes() : [type];
}

/** Whether every value of the form, null apart, may be one of the type. */
function admits(checker: Checker, type: Type, form: Form): boolean {
  if (form === 'json') return true;
  return parts(type).every((one) => {
    if ((one.flags & (TypeFlags.Null | TypeFlags.Unknown | TypeFlags.Any)) !== 0) return true;
    if (form === 'string') return (one.flags & TypeFlags.StringLike) !== 0;
    if (form === 'number') return (one.flags & TypeFlags.NumberLike) !== 0;
    if (form === 'boolean') return (one.flags & TypeFlags.BooleanLike) !== 0;
    if (form === 'array') return checker.isArrayType(one);
    return one.getSymbol()?.name.startsWith(form) === true;
  });
}
