import { describe, expect, it } from 'vitest';
import { placeOfCell } from './expression-context.js';

const place = (cloudProvider: string, region: string) => ({ cloudProvider, region, zones: [] });

describe('the place of what all instances of a cell share', () => {
  it('is one, wherever an instance lies and in whatever order places are kept', () => {
    const places = [place('gcp', 'us-central1'), place('aws', 'us-west-2'), place('aws', 'us-east-1')];
    for (const kept of [places, places.toReversed()]) {
      for (const instance of places) expect(placeOfCell({ places: kept }, instance)).toEqual({ cloudProvider: 'aws', region: 'us-east-1' });
    }
  });

  it('is that of the instance where the cell does not say', () => {
    expect(placeOfCell({ places: [] }, place('aws', 'eu-central-1'))).toEqual({ cloudProvider: 'aws', region: 'eu-central-1' });
  });
});
