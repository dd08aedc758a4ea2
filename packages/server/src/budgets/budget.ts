/** What a budget is, and how a request says it. Pure. */
import { cut } from '@cellplane/plan';
import { badRequest } from '../errors.js';

export interface Tag {
  key: string;
  value: string;
}

/** What may be changed of one. */
export interface BudgetTerms {
  /** As people know it; of a subscription, no two have the same. */
  name: string;
  /** What a month may cost, in the currency of the plan's prices. */
  amount: number;
  /** Parts of the amount, in per cent, each once, the least first. */
  alertPercents: number[];
  /** Told, too, when the month is expected to cost more than the amount. */
  alertExpected: boolean;
}

export interface BudgetInput {
  name?: string | undefined;
  amount?: number | undefined;
  alertPercents?: readonly number[] | undefined;
  alertExpected?: boolean | undefined;
}

/** What counts where a new budget does not say it. */
const DEFAULT_TERMS: Partial<BudgetTerms> = { alertPercents: [50, 80, 100], alertExpected: true };

const LONGEST_NAME = 64;
const MOST_ALERTS = 10;
const HIGHEST_AMOUNT = 1e12;
/** Digits after the point, as costs are summed up. */
const DIGITS = 6;
const HIGHEST_PERCENT = 1_000;
const LONGEST_TAG = 256;

/** @throws DomainError bad_request naming the field */
export function readTerms(input: BudgetInput, present: Partial<BudgetTerms> = DEFAULT_TERMS): BudgetTerms {
  const name = input.name === undefined ? present.name : readName(input.name);
  const amount = input.amount === undefined ? present.amount : readAmount(input.amount);
  if (name === undefined) throw refused('name', 'is missing', 'name is missing: say what the budget is called.', 'missing-field');
  if (amount === undefined) throw refused('amount', 'is missing', 'amount is missing: say what a month may cost.', 'missing-field');
  return {
    name,
    amount,
    alertPercents: input.alertPercents === undefined ? [...(present.alertPercents ?? [])] : readPercents(input.alertPercents),
    alertExpected: input.alertExpected ?? present.alertExpected ?? false,
  };
}

/** @throws DomainError bad_request naming the field */
export function readTag({ key, value }: Tag): Tag {
  if (key === '' || key.length > LONGEST_TAG)
    throw refused('tag.key', `must have 1 to ${LONGEST_TAG} characters`, `tag.key must have 1 to ${LONGEST_TAG} characters.`);
  if (value.length > LONGEST_TAG)
    throw refused('tag.value', `has more than ${LONGEST_TAG} characters`, `tag.value has more than ${LONGEST_TAG} characters.`);
  return { key, value };
}

function readName(given: string): string {
  const name = given.trim();
  if (name === '' || name.length > LONGEST_NAME || /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(name))
    throw refused(
      'name',
      `must have 1 to ${LONGEST_NAME} characters on one line`,
      `name "${cut(name)}" must have 1 to ${LONGEST_NAME} characters on one line.`,
    );
  return name;
}

function readAmount(amount: number): number {
  if (!(amount > 0 && amount <= HIGHEST_AMOUNT))
    throw refused(
      'amount',
      `must be more than 0, and ${HIGHEST_AMOUNT} at most`,
      `amount ${amount} must be more than 0, and ${HIGHEST_AMOUNT} at most.`,
    );
  if (Number(amount.toFixed(DIGITS)) !== amount)
    throw refused(
      'amount',
      `has more than ${DIGITS} digits after the point`,
      `amount ${amount} has more than ${DIGITS} digits after the point.`,
    );
  return amount;
}

function readPercents(percents: readonly number[]): number[] {
  const once = [...new Set(percents)].sort((one, other) => one - other);
  const wrong = once.find((percent) => !Number.isInteger(percent) || percent < 1 || percent > HIGHEST_PERCENT);
  if (wrong !== undefined)
    throw refused(
      'alertPercents',
      `must be whole numbers from 1 to ${HIGHEST_PERCENT}`,
      `alertPercents has ${wrong}: they must be whole numbers from 1 to ${HIGHEST_PERCENT}.`,
    );
  if (once.length > MOST_ALERTS)
    throw refused('alertPercents', `has more than ${MOST_ALERTS}`, `alertPercents has ${once.length} numbers: ${MOST_ALERTS} at most.`);
  return once;
}

function refused(field: string, message: string, sentence: string, code = 'invalid-budget') {
  return badRequest(code, sentence, [{ field, message }]);
}
