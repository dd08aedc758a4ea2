import { acted, boolean, type Fields, listOf, map, number, stored, text } from './shape.js';

/** Prices, and metering and billing, which are stored with the version. */
export const moneyFields: Fields = {
  pricing: acted(
    listOf(
      map('a price', {
        dimension: acted(
          text,
          'What is charged: cpu, memory, storage, replica; prices of others are shown, and nothing is counted for them.',
          { required: true },
        ),
        unit: acted(text, 'cores or millicores for cpu; MiB, GiB, TiB, MB, GB or TB for memory and storage.'),
        timeUnit: acted(text, 'second, minute, hour, day, week, month (730 hours) or year.', { default: 'hour' }),
        price: acted(number, 'Price, in a currency that all prices of the plan have in common.', { required: true }),
      }),
    ),
    'List prices; what was used is shown with what it costs.',
    { default: '[]' },
  ),
  metering: stored(
    map('metering', {
      s3BucketArn: stored(text, 'S3 bucket.'),
      s3BucketRegion: stored(text, 'Its region.'),
      gcsBucketName: stored(text, 'Google Cloud Storage bucket.'),
    }),
    'Where usage is exported.',
  ),
  customMetering: stored(
    map('customMetering', {
      metrics: stored(
        listOf(
          map('a metric', {
            name: stored(text, 'Name.', { required: true }),
            aggregationFunction: stored(text, 'How its values are put together, such as sum.', { required: true }),
          }),
        ),
        'Metrics of the product that are charged.',
        { required: true },
      ),
    }),
    'Usage counted by the product itself.',
  ),
  billingProviders: stored(
    listOf(
      map('a billing provider', {
        name: stored(text, '`stripe` or a registered provider of your own.', { required: true }),
        externalProductID: stored(text, 'Product there.'),
        enablePaywall: stored(boolean, 'Creates need a payment method.', { default: 'false' }),
        isDefault: stored(boolean, 'At most one provider is the default.', { default: 'false' }),
        disableInvoiceGeneration: stored(boolean, 'No invoices.', { default: 'false' }),
      }),
    ),
    'Who bills.',
    { default: '[]' },
  ),
  billingProductID: stored(text, 'External product of the older Stripe link.'),
};
