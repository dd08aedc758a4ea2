/** Subscriptions: asked for, given, limited, suspended and ended, and their members. */
import { expect } from 'vitest';
import { buildPlan } from '../../control-plane.testing.js';
import { PLAN, type World } from '../world.testing.js';

/** A plan that is asked for, and the answers of the provider. */
export async function requests({ provider, customer, ada }: World): Promise<void> {
  const plan = await buildPlan(provider, 'Asked', { file: PLAN }, { environment: 'Production', environmentType: 'PROD' });
  const { serviceId, environmentId, productTierId } = plan;
  await provider.updateServiceEnvironment({ params: { serviceId, id: environmentId }, body: { autoApproveSubscription: false } });
  const bo = await customer('bo');
  const place = { serviceId, environmentId };
  const body = { serviceId, productTierId };
  const taken = await bo.client.customerRequestSubscription({ body });
  await bo.client.customerCancelSubscriptionRequest({ params: { id: taken } });
  const denied = await bo.client.customerRequestSubscription({ body: { ...body, message: 'For our tests.' } });
  expect((await provider.listSubscriptionRequests({ params: place, query: {} })).subscriptionRequests[0]).toMatchObject({
    message: 'For our tests.',
  });
  await provider.describeSubscriptionRequest({ params: { ...place, id: denied } });
  await provider.denySubscriptionRequest({ params: { ...place, id: denied }, body: { answer: 'Not this month' } });
  expect((await provider.listAllSubscriptionRequests({ query: { status: 'DENIED' } })).subscriptionRequests).toMatchObject([
    { id: denied, message: 'For our tests.', answer: 'Not this month', environmentId },
  ]);
  const approved = await bo.client.customerRequestSubscription({ body });
  await provider.approveSubscriptionRequest({ params: { ...place, id: approved } });
  const request = await bo.client.customerDescribeSubscriptionRequest({ params: { id: approved } });
  expect((await bo.client.customerListSubscriptionRequests({ query: {} })).ids).toContain(approved);
  const id = request.subscriptionId ?? '';
  expect((await bo.client.customerListSubscriptions({ query: {} })).ids).toEqual([id]);
  await bo.client.customerDescribeSubscription({ params: { id } });
  await bo.client.inviteSubscriptionMember({ params: { subscriptionId: id }, body: { email: ada.email, roleType: 'editor' } });
  await ada.client.customerListSubscriptions({ query: {} });
  expect((await bo.client.listSubscriptionMembers({ params: { subscriptionId: id } })).subscriptionUsers).toHaveLength(2);
  await bo.client.listAllSubscriptionMembers({ query: {} });
  await bo.client.removeSubscriptionMember({ params: { subscriptionId: id }, body: { email: ada.email, roleType: 'editor' } });
  await bo.client.customerUnsubscribe({ params: { id } });
}

/** What a provider does with subscriptions. */
export async function provided({ provider, customer, plan }: World): Promise<void> {
  const cy = await customer('cy');
  const { serviceId, environmentId, productTierId } = plan;
  const place = { serviceId, environmentId };
  const body = { productTierId, onBehalfOfCustomerUserId: cy.userId };
  const { id } = await provider.createSubscription({ params: place, body });
  await provider.updateSubscription({ params: { ...place, id }, body: { maxNumberOfInstances: 3 } });
  await provider.updateSubscriptions({ params: place, body: { subscriptionIDs: [id], maxNumberOfInstances: 4 } });
  expect(await provider.describeSubscription({ params: { ...place, id } })).toMatchObject({ maxNumberOfInstances: 4 });
  expect((await provider.listSubscriptions({ params: place, query: {} })).ids).toContain(id);
  expect((await provider.listAllSubscriptions({ query: { search: cy.email } })).subscriptions).toMatchObject([{ id, environmentId }]);
  // Nothing is there that uses anything.
  const subscription = { subscriptionID: id };
  expect((await cy.client.customerDescribeUsage({ query: subscription })).usage).toContainEqual(
    expect.objectContaining({ dimension: 'CPU core hours', total: 0 }),
  );
  expect((await cy.client.customerDescribeUsagePerDay({ query: subscription })).usage).toEqual([]);
  expect((await cy.client.describeUsage({ query: { by: 'plan' } })).groups).toEqual([]);
  const budget = await cy.client.createBudget({ body: { subscriptionId: id, name: 'All', amount: 100 } });
  expect((await cy.client.updateBudget({ params: { id: budget.id }, body: { amount: 200 } })).amount).toBe(200);
  expect(await cy.client.describeBudget({ params: { id: budget.id } })).toMatchObject({ name: 'All', amount: 200 });
  await cy.client.deleteBudget({ params: { id: budget.id } });
  expect((await cy.client.listBudgets({ query: {} })).budgets).toEqual([]);
  // Whoever shares the subscription learns who has deleted it.
  const { events } = await cy.client.customerListAuditEvents({ query: {} });
  expect(events.map(({ operation }) => operation)).toContain('deleteBudget');
  const ofProvider = { params: { subscriptionId: id } };
  expect((await provider.describeSubscriptionUsage(ofProvider)).usage).toMatchObject({ subscriptionID: id, userEmail: cy.email });
  expect((await provider.describeSubscriptionUsagePerDay({ ...ofProvider, query: {} })).usage.usage).toEqual([]);
  await provider.suspendSubscription({ params: { ...place, id } });
  await provider.resumeSubscription({ params: { ...place, id } });
  await provider.terminateSubscription({ params: { ...place, id } });
}
