/** Routes of upgrade paths and maintenance windows, as `ROUTES` of client-routes.ts has them. */
const FP = '/fleet/service/{serviceId}/productTier/{productTierId}' as const;
const FU = `${FP}/upgrade-path/{upgradePathId}` as const;

export const UPGRADE_ROUTES = {
  createUpgradePath: ['POST', `${FP}/upgrade-path`, true, true],
  previewUpgradePath: ['POST', '/api/services/{serviceId}/plans/{productTierId}/upgrade-path-preview', true, true],
  describeUpgradePath: ['GET', FU, false, true],
  listUpgradePaths: ['GET', `${FP}/upgrade-paths`, false, true],
  listFleetUpgradePaths: ['GET', '/api/fleet/upgrade-paths', false, true],
  listEligibleInstances: ['GET', `${FU}/eligible-instances`, false, true],
  listInstanceUpgradeHistory: [
    'GET',
    '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/upgrade-history',
    false,
    true,
  ],
  manageUpgradePath: ['POST', `${FU}/manage-lifecycle`, true, true],
  cancelUpgradePath: ['POST', `${FU}/cancel`, false, true],
  changeUpgradePathTargetVersion: ['POST', `${FU}/target-version`, true, true],
  listMaintenanceWindows: ['GET', '/api/fleet/maintenance-windows', false, true],
  setMaintenanceWindow: ['PUT', '/api/fleet/maintenance-windows/{subject}', true, true],
  deleteMaintenanceWindow: ['DELETE', '/api/fleet/maintenance-windows/{subject}', false, false],
  customerListMaintenanceWindows: ['GET', '/api/maintenance-windows', false, true],
  customerSetMaintenanceWindow: ['PUT', '/api/maintenance-windows/{subscriptionId}', true, true],
  customerDeleteMaintenanceWindow: ['DELETE', '/api/maintenance-windows/{subscriptionId}', false, false],
} as const;
