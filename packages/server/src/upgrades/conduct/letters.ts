/** What customers are mailed about the maintenance of their instances: so many at a time, each in the transaction that notes that it was announced. */
import { planPlace } from '../../catalog/catalog.js';
import { transaction } from '../../database/database.js';
import type { Letter, LetterPayloads } from '../../mail/payloads.js';
import { announce } from '../../news/news-store.js';
import type { UpgradeDeps } from '../deps.js';
import { type DueLetter, lockLetters } from './letter-store.js';

/** Announcements of one transaction. */
const A_BATCH = 50;
const BATCHES_A_TURN = 20;

/** Announces what is to be mailed to the members of the subscription. */
export async function writeLetters({ instances }: Pick<UpgradeDeps, 'instances'>): Promise<void> {
  for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) {
    const written = await transaction(instances.db, async (tx) => {
      const letters = await lockLetters(tx, A_BATCH);
      for (const letter of letters) {
        const place = await planPlace(tx, letter.providerOrgId, letter.planId);
        const maintenance = {
          instance_id: letter.instanceId,
          service_name: place.serviceName,
          source_product_tier_name: place.planName,
          scheduled_date: (letter.scheduledAt ?? letter.createdAt).toISOString(),
          scheduling_event_type: `Upgrade to version ${letter.targetVersion}`,
        };
        await announce(tx, {
          position: null,
          subscriptionId: letter.subscriptionId,
          category: 'maintenance',
          environmentType: place.environmentType,
          letter: letterOf(letter, maintenance),
        });
      }
      return letters.length;
    });
    if (written < A_BATCH) return;
  }
}

function letterOf({ letter, status }: DueLetter, maintenance: LetterPayloads['InstanceMaintenanceScheduled']): Letter {
  switch (letter) {
    case 'SCHEDULED':
      return { type: 'InstanceMaintenanceScheduled', payload: maintenance };
    case 'COMPLETED':
      return { type: 'InstanceMaintenanceCompleted', payload: { ...maintenance, completion_status: status } };
    case 'CANCELLED':
      return { type: 'InstanceMaintenanceCancelled', payload: maintenance };
  }
}
