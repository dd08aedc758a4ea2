/** Operations by their access, for access-of.ts. Generated from the operation table: `node scripts/access-docs.mjs`. */
export const OPERATIONS_BY_ACCESS = `
public
  signin
  refreshToken
  revokeToken
  acceptInvitation
  signUpHere
  signup
  validateToken
  resetPassword
  changePassword
  offerIdentityProviders
  loginWithIdentityProvider
  beginPasskeySignIn
  finishSignIn
  getJsonSchema
user enrolling
  describeUser
  logout
  listFactors
  addFactor
  confirmFactor
  removeFactor
user
  listSessions
  endSession
  endSessions
  listApiKeys
  createApiKey
  describeApiKey
  updateApiKey
  deleteApiKey
  revokeApiKey
  updatePassword
  updateUser
  customerDeleteUser
  renewRecoveryCodes
provider organization:read organization
  listOrgUsers
  listIdentityProviders
  describeIdentityProvider
  listIdentityProviderTypes
  describeSignInPolicy
  listMails
  listPortals
  listPortalDomains
provider organization:write organization
  inviteUser
  changeUserRole
  revokeUserRole
  listInvitations
  revokeInvitation
  createIdentityProvider
  updateIdentityProvider
  deleteIdentityProvider
  verifyIdentityProvider
  resetFactors
  updateSignInPolicy
  describeMail
  listMailEvents
  acknowledgeMailEvent
  updatePortal
  createPortalDomain
  updatePortalDomain
  deletePortalDomain
  checkPortalDomain
provider customer:write organization
  customerSignup
  customerResetPassword
  createConsumptionUser
  updateConsumptionUser
  deleteUser
  suspendUser
  unsuspendUser
  resendVerificationEmail
  verifyUser
  setMaintenanceWindow
  deleteMaintenanceWindow
provider customer:read organization
  customerSignin
  renderIdentityProviders
  customerLoginWithIdentityProvider
  listMaintenanceWindows
provider customer:read lists
  listAllUsers
  describeOrgUser
  listAllOrganizations
provider customer:read {serviceId}
  listUsers
  describeEnvironmentUser
  listActiveOrganizations
  describeOrganization
  listSubscriptions
  describeSubscription
  listSubscriptionRequests
  describeSubscriptionRequest
provider catalog:read lists
  listServices
  listFleetServiceOfferings
  describeDeploymentConfig
  listAccountConfigs
  listFleetAccountConfigs
  listCatalogDeletions
  describeCatalogDeletion
provider catalog:read {id}
  describeService
provider catalog:write lists
  createService
  prepareServicePlanSpec
  buildServicePlanSpec
provider catalog:write {id}
  updateService
  deleteService
provider catalog:read {serviceId}
  listServiceEnvironments
  describeServiceEnvironment
  describePromotion
  previewPromotion
  getVersionSetSpec
  listVersionSetSpecs
  getServicePlan
  listProductTiers
  listServiceModels
  listServiceApis
  describeServiceApi
  diffVersionSets
  describeVersionSetMetadata
  listServicePlans
  describeProductTier
  describeServiceModel
  listVersionSets
  describeVersionSet
  describePlanFindings
  describePendingChanges
  listResources
  describeResource
  listInputParameters
  listOutputParameters
  describeFleetServiceOffering
  describeFleetServiceOfferingResource
  listCustomWorkflows
  describeCustomWorkflow
provider catalog:write {serviceId}
  createServiceEnvironment
  updateServiceEnvironment
  promoteServiceEnvironment
  deleteServiceEnvironment
  enableModelFeature
  disableModelFeature
  enablePlanFeature
  disablePlanFeature
  deprecateVersionSet
  updateVersionSetMetadata
  deleteProductTier
  updateVersionSet
  promoteVersionSet
  releaseServiceApi
customer catalog:read
  describePlanInputs
  getSwaggerSpec
  listCloudProviders
  describeCloudProvider
  getCloudProviderByName
  listRegions
  describeRegion
  getRegionByCode
  listAvailabilityZones
  listAvailabilityZonesOfRegion
  getAvailabilityZoneByCode
  describeAvailabilityZone
  customerListVersionSets
  listServiceOfferings
  describeServiceOffering
  customerDescribeOfferingResource
  describeBillingStatus
provider fleet:read lists
  describeServiceHealth
  searchInventory
  evaluateExpression
  listDrift
  describeInstanceDrift
  describeRetention
  listServiceProviderEvents
provider fleet:read {id}
  describeProductHealth
provider fleet:read {serviceId}
  describeInventorySummary
  searchEnvironment
  describeInstance
  listInstances
  debugInstance
  listWorkflows
  describeWorkflowSummary
  describeWorkflow
  listWorkflowEvents
  listWorkflowExecutions
  describeWorkflowExecution
  describeExecution
  listInstanceUpgradeHistory
  listInstanceSnapshots
  describeInstanceSnapshot
  describeRestorePoint
  listSnapshots
  describeUpgradePath
  listUpgradePaths
  listEligibleInstances
  listInstanceEvents
  describeInstanceEvent
provider fleet:operate lists
  createInstance
  checkInstanceDrift
  acceptInstanceDrift
  revertInstanceDrift
  addBreakpoint
provider fleet:operate {serviceId}
  modifyInstance
  deleteInstance
  updateInstanceMetadata
  startInstance
  stopInstance
  restartInstance
  updateWorkflow
  terminateWorkflow
  executeCustomWorkflow
  executeWorkflowVerb
  addCapacity
  removeCapacity
  failoverInstance
  upgradeInstance
  createInstanceSnapshot
  triggerInstanceSnapshot
  copyInstanceSnapshot
  restoreInstanceToTime
  deleteSnapshot
  restoreSnapshot
  createUpgradePath
  previewUpgradePath
  manageUpgradePath
  cancelUpgradePath
  changeUpgradePathTargetVersion
customer instance:write
  executeCustomerWorkflow
  addCustomerCapacity
  removeCustomerCapacity
  failoverCustomerInstance
  customerCreateInstance
  customerModifyInstance
  customerDeleteInstance
  customerUpdateInstanceMetadata
  customerStartInstance
  customerStopInstance
  customerRestartInstance
  customerUpgradeInstance
  customerCreateSnapshot
  customerRestoreSnapshot
  customerCopySnapshot
  customerDeleteSnapshot
  customerRestoreOffered
  customerCopyInstanceSnapshot
  customerRestoreToTime
  previewInstanceChange
customer instance:read
  customerListInstances
  customerListInstanceIds
  customerDescribeInstance
  customerListSnapshots
  customerDescribeSnapshot
  customerListInstanceSnapshots
  describeInstanceProgress
  listInstanceOperations
  customerListAuditEvents
  customerListInstanceAuditEvents
  customerDescribeAuditEvent
  customerListPlanAuditEvents
  customerListPlanEvents
  customerListInstanceEvents
  customerDescribeEvent
provider secret:read organization
  listSecrets
  getSecret
provider secret:write organization
  setSecret
  deleteSecret
provider cell:read organization
  describeDeploymentCell
  listDeploymentCells
  getCellFacts
  describeOperatorGuard
provider cell:write organization
  compareDeploymentCell
  acceptDeploymentCellCluster
  setCellFacts
  allowOperatorUpgrade
  adoptInstance
customer subscription:read
  customerListMaintenanceWindows
  customerListSubscriptions
  customerDescribeSubscription
  customerListSubscriptionRequests
  customerDescribeSubscriptionRequest
customer subscription:write
  customerSetMaintenanceWindow
  customerDeleteMaintenanceWindow
  customerUnsubscribe
provider customer:write {serviceId}
  createSubscription
  updateSubscriptions
  updateSubscription
  terminateSubscription
  suspendSubscription
  resumeSubscription
  approveSubscriptionRequest
  denySubscriptionRequest
customer catalog:subscribe
  customerSubscribe
  customerRequestSubscription
  customerCancelSubscriptionRequest
customer member:read
  listAllSubscriptionMembers
  listSubscriptionMembers
customer member:write
  inviteSubscriptionMember
  removeSubscriptionMember
provider notification:read organization
  listNotificationChannels
  describeNotificationChannel
  listEventCategoryTypes
  listChannelEvents
provider notification:write organization
  createNotificationChannel
  updateNotificationChannel
  deleteNotificationChannel
  replayNotificationEvent
  testNotificationChannel
  setSigningSecret
provider audit:read organization
  listAuditEvents
  describeAuditEvent
  verifyAuditTrail
  exportAuditTrail
`;
