import { boolean, type Fields, listOf, map, number, stored, text } from './shape.js';

/** Prices, metering and billing: stored with the version. */
export const moneyFields: Fields = {
  pricing: stored(
    listOf(
      map('a price', {
        dimension: stored(text, 'What is charged: cpu, memory, storage, replica, deploymentCell …', { required: true }),
        unit: stored(text, 'cores for cpu, GiB for memory and storage.'),
        timeUnit: stored(text, 'Time unit of the price.', { default: 'hour' }),
        price: stored(number, 'Price in the billing currency.', { required: true }),
      }),
    ),
    'List prices.',
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
