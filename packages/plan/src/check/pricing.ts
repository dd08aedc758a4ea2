import { textAt } from '../compile/read-value.js';
import { itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { isMetered, METERED_DIMENSIONS, unitsOf } from '../price.js';

/** Prices that nothing is counted for: of what is not metered, or in a unit that is not known. They are shown all the same. */
export function checkPricing(report: Report, plan: SpecNode): void {
  for (const price of itemsOf(valueAt(plan, 'pricing'))) {
    const dimension = textAt(price, 'dimension') ?? '';
    const unit = textAt(price, 'unit');
    const timeUnit = textAt(price, 'timeUnit');
    if (isMetered({ dimension, unit, timeUnit, price: 0 })) continue;
    const metered = METERED_DIMENSIONS.find((one) => one === dimension);
    if (metered === undefined) {
      report.warning(valueAt(price, 'dimension') ?? price, {
        code: 'price-not-counted',
        message: `Nothing is counted for the price of '${dimension}': it is shown, and costs nothing.`,
        cure: `Use ${METERED_DIMENSIONS.join(', ')}, or keep it as a list price.`,
      });
      continue;
    }
    const isUnitKnown = isMetered({ dimension, unit, price: 0 });
    const key = isUnitKnown ? 'timeUnit' : 'unit';
    report.warning(valueAt(price, key) ?? price, {
      code: 'price-not-counted',
      message: `Nothing is counted for this price of '${dimension}': the ${key} '${textOf(valueAt(price, key)) ?? ''}' is not known.`,
      cure: isUnitKnown ? 'Use second, minute, hour, day, week, month or year.' : `Use ${unitsOf(metered).join(', ')}.`,
    });
  }
}
