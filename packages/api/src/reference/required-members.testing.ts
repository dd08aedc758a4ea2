/**
 * What the reference's clients insist on, by operation of ours: the status of success, then the members that an answer must
 * have, grouped by where they are (`$` the answer itself, `[]` each item, `*` each value of a map). Facts only. Left out are
 * members of what we don't serve. A Go client refuses an answer that lacks one of them.
 */
export const REQUIRED_MEMBERS = `
addCapacity 200
addCustomerCapacity 202
buildServicePlanSpec 200 | $: productTierID serviceEnvironmentID serviceID
changeUserRole 200
copyInstanceSnapshot 202 | $: snapshotId
createApiKey 200 | $: id key metadata | metadata: createdAt createdByUserId id name prefix roleType status
createInstance 202
createInstanceSnapshot 202 | $: environmentId serviceId snapshotId
createNotificationChannel 200
createServiceEnvironment 200
customerCopyInstanceSnapshot 202 | $: snapshotId
customerCopySnapshot 202
customerCreateInstance 202
customerCreateSnapshot 202
customerDeleteInstance 202
customerDeleteSnapshot 202
customerDescribeInstance 200 | backupStatus: backupPeriodInHours backupRetentionInDays | customTags[]: key value | detailedNetworkTopology.*: allowedIPRanges clusterEndpoint hasCompute main networkingType publiclyAccessible resourceKey resourceName | productTierVersionDetail: name version | supportedOperations[]: name source verb | supportedOperations[].apiParameters[]: custom description displayName isList key modifiable required type
customerDescribeOfferingResource 200 | apis[]: inputParameters outputParameters verb | apis[].inputParameters[]: custom description displayName isList key modifiable required type | apis[].outputParameters[]: custom description displayName isList key type
customerDescribeSnapshot 200
customerListInstanceIds 200 | $: ids
customerListInstanceSnapshots 200 | snapshots[]: completeTime createdTime encrypted progress region snapshotId snapshotType status
customerListInstances 200 | $: resourceInstances | resourceInstances[].backupStatus: backupPeriodInHours backupRetentionInDays | resourceInstances[].customTags[]: key value | resourceInstances[].detailedNetworkTopology.*: allowedIPRanges clusterEndpoint hasCompute main networkingType publiclyAccessible resourceKey resourceName | resourceInstances[].productTierVersionDetail: name version | resourceInstances[].supportedOperations[]: name source verb | resourceInstances[].supportedOperations[].apiParameters[]: custom description displayName isList key modifiable required type
customerListSnapshots 200
customerModifyInstance 202
customerRestartInstance 202
customerRestoreOffered 202
customerRestoreSnapshot 202
customerRestoreToTime 202
customerStartInstance 202
customerStopInstance 202
customerUpdateInstanceMetadata 202
debugInstance 200 | $: instanceId | resourcesDebug.*: resourceId
deleteApiKey 204
deleteInstance 200
deleteNotificationChannel 200
deleteProductTier 200
deleteSecret 200
deleteService 200
deleteServiceEnvironment 200
deleteSnapshot 202
describeApiKey 200 | $: metadata | metadata: createdAt createdByUserId id name prefix roleType status
describeCustomWorkflow 200 | $: id isSystemWorkflow name productTierId serviceId spec verb | apiParameters[]: custom description displayName isList key modifiable required type
describeDeploymentConfig 200 | $: description id infraRollConfiguration name rolloutPriorityList
describeFleetServiceOffering 200 | ConsumptionDescribeServiceOfferingResult: createdAt isDeprecated offerings serviceDescription serviceId serviceName serviceOrgId serviceProviderId serviceProviderName serviceURLKey | ConsumptionDescribeServiceOfferingResult.offerings[]: AutoApproveSubscription productTierDocumentation productTierID productTierName productTierPricing productTierSupport productTierType productTierURLKey productTierVersion resourceParameters serviceAPIID serviceAPIVersion serviceEnvironmentID serviceEnvironmentName serviceEnvironmentType serviceEnvironmentURLKey serviceEnvironmentVisibility serviceLogoURL serviceModelID serviceModelName serviceModelStatus serviceModelType serviceModelURLKey | ConsumptionDescribeServiceOfferingResult.offerings[].resourceParameters[]: isBackupEnabled isDeprecated name resourceId urlKey
describeFleetServiceOfferingResource 200 | ConsumptionDescribeServiceOfferingResourceResult.apis[]: inputParameters outputParameters verb | ConsumptionDescribeServiceOfferingResourceResult.apis[].inputParameters[]: custom description displayName isList key modifiable required type | ConsumptionDescribeServiceOfferingResourceResult.apis[].outputParameters[]: custom description displayName isList key type
describeInstance 200 | $: adopted cloudProvider consumptionResourceInstanceResult defaultSubscription environmentId input_params instanceDebugCommands integrationsStatus organizationId organizationName productTierId productTierName productTierType resourceVersionSummaries serviceEnvName serviceId serviceModelId serviceModelName serviceModelType serviceName subscriptionId subscriptionOwnerName tierVersion tierVersionReleasedAt tierVersionReleasedByUserId tierVersionReleasedByUserName tierVersionStatus | activeBreakpoints[]: id status | consumptionResourceInstanceResult.backupStatus: backupPeriodInHours backupRetentionInDays | consumptionResourceInstanceResult.customTags[]: key value | consumptionResourceInstanceResult.detailedNetworkTopology.*: allowedIPRanges clusterEndpoint hasCompute main networkingType publiclyAccessible resourceKey resourceName | consumptionResourceInstanceResult.productTierVersionDetail: name version | consumptionResourceInstanceResult.supportedOperations[]: name source verb | consumptionResourceInstanceResult.supportedOperations[].apiParameters[]: custom description displayName isList key modifiable required type
describeInstanceSnapshot 200
describeNotificationChannel 200 | $: channelType id name subscription | subscription: alertTypes environmentTypes eventCategories eventPriorities eventTypes | email: to | webhook: method url | slack: webhookUrl | pagerDuty: integrationKey
describePendingChanges 200 | $: id resourceChangeSets serviceId | resourceChangeSets.*: categorizedResourceChanges overallResourceStatus | resourceChangeSets.*.categorizedResourceChanges.*: changes status
describeProductTier 200 | $: description documentation enableDeletionProtection id isDisabled key name planDescription pricing serviceId serviceModelId support tierType
describePromotion 200 | []: status targetEnvironmentID
describeResource 200 | $: description id internal isDeprecated key name productTierId resourceType serviceId | backupConfiguration: backupPeriodInHours backupRetentionInDays | capabilities[]: capability configuration | dependencies[]: resourceId | operatorCRDConfiguration: template | operatorCRDConfiguration.helmChartDependencies[]: chartName chartVersion
describeRestorePoint 200 | $: completeTime environmentId productTierId productTierVersion serviceId snapshotId status
describeService 200 | $: createdAt description id key name serviceEnvironments serviceProviderID serviceProviderName | serviceEnvironments[]: id name servicePlans visibility | serviceEnvironments[].servicePlans[]: description modelType name productTierID tierType
describeServiceEnvironment 200 | $: deploymentConfigId description id key name serviceId type visibility | promotionStatus[]: status targetEnvironmentID
describeServiceModel 200 | $: description id key modelType name serviceApiId serviceId | features[]: configuration feature
describeServiceOffering 200 | $: createdAt isDeprecated offerings serviceDescription serviceId serviceName serviceOrgId serviceProviderId serviceProviderName serviceURLKey | offerings[]: AutoApproveSubscription productTierDocumentation productTierID productTierName productTierPricing productTierSupport productTierType productTierURLKey productTierVersion resourceParameters serviceAPIID serviceAPIVersion serviceEnvironmentID serviceEnvironmentName serviceEnvironmentType serviceEnvironmentURLKey serviceEnvironmentVisibility serviceLogoURL serviceModelID serviceModelName serviceModelStatus serviceModelType serviceModelURLKey | offerings[].resourceParameters[]: isBackupEnabled isDeprecated name resourceId urlKey
describeUser 200 | $: id
describeVersionSet 200 | $: baseVersion createdAt enabledFeatures features productTierId releasedAt serviceId serviceModelId status type updatedAt version | resources[]: description id isExternal name
describeWorkflow 200 | $: Workflow environmentId serviceId | Resources[]: actionHookDeploymentStatus computeDeploymentStatus configurationStatus infraDeploymentStatus monitoringStatus networkDeploymentStatus resourceName status storageDeploymentStatus | Workflow: WorkflowType cloudProvider id orgName startTime status
describeWorkflowSummary 200 | $: environmentId serviceId
evaluateExpression 200
executeCustomWorkflow 202 | $: workflowExecutionId workflowId
executeCustomerWorkflow 202 | $: workflowExecutionId workflowId
failoverCustomerInstance 202
failoverInstance 200
getSecret 200 | $: environmentType name value
inviteUser 200
listAccountConfigs 200
listApiKeys 200 | $: apiKeys | apiKeys[]: createdAt createdByUserId id name prefix roleType status
listChannelEvents 200 | $: events | events[]: id publicationStatus timestamp
listCustomWorkflows 200 | $: customWorkflows | customWorkflows[]: id isSystemWorkflow name productTierId serviceId spec verb | customWorkflows[].apiParameters[]: custom description displayName isList key modifiable required type
listEventCategoryTypes 200 | $: categoryTypeMap
listFleetAccountConfigs 200
listInputParameters 200 | $: ids | inputParameters[]: description id isList key modifiable name required resourceId serviceId type
listInstanceSnapshots 200
listInstances 200 | $: resourceInstances | resourceInstances[]: adopted cloudProvider consumptionResourceInstanceResult defaultSubscription environmentId input_params instanceDebugCommands integrationsStatus organizationId organizationName productTierId productTierName productTierType resourceVersionSummaries serviceEnvName serviceId serviceModelId serviceModelName serviceModelType serviceName subscriptionId subscriptionOwnerName tierVersion tierVersionReleasedAt tierVersionReleasedByUserId tierVersionReleasedByUserName tierVersionStatus | resourceInstances[].activeBreakpoints[]: id status | resourceInstances[].consumptionResourceInstanceResult.backupStatus: backupPeriodInHours backupRetentionInDays | resourceInstances[].consumptionResourceInstanceResult.customTags[]: key value | resourceInstances[].consumptionResourceInstanceResult.detailedNetworkTopology.*: allowedIPRanges clusterEndpoint hasCompute main networkingType publiclyAccessible resourceKey resourceName | resourceInstances[].consumptionResourceInstanceResult.productTierVersionDetail: name version | resourceInstances[].consumptionResourceInstanceResult.supportedOperations[]: name source verb | resourceInstances[].consumptionResourceInstanceResult.supportedOperations[].apiParameters[]: custom description displayName isList key modifiable required type
listNotificationChannels 200 | channels[]: channelType id name subscription | channels[].subscription: alertTypes environmentTypes eventCategories eventPriorities eventTypes | channels[].webhook: method url
listOrgUsers 200 | $: Id orgUsers | orgUsers[]: email invitedAt name roleType userId
listOutputParameters 200 | $: ids | outputParameters[]: description id key name resourceId serviceId
listResources 200 | $: ids | resources[]: description id internal isDeprecated key name productTierId resourceType serviceId | resources[].backupConfiguration: backupPeriodInHours backupRetentionInDays | resources[].capabilities[]: capability configuration | resources[].dependencies[]: resourceId | resources[].operatorCRDConfiguration: template | resources[].operatorCRDConfiguration.helmChartDependencies[]: chartName chartVersion
listSecrets 200 | secrets[]: environmentType name value
listServiceEnvironments 200 | $: ids
listServicePlans 200 | $: servicePlans | servicePlans[]: AutoApproveSubscription apiVersion deploymentConfigId isProductTierDisabled latestMajorVersion modelType productTierDescription productTierDocumentation productTierId productTierKey productTierName productTierPlanDescription productTierPricing productTierSupport serviceApiDescription serviceApiId serviceEnvironmentId serviceModelDescription serviceModelId serviceModelName tierType versionSetStatus | servicePlans[].serviceModelFeatures[]: configuration feature
listServiceProviderEvents 200 | $: events eventsSummary | events[]: alertType eventCategory eventID eventPayload eventType expiryTime priority scope time
listServices 200 | $: ids | services[]: createdAt description id key name serviceEnvironments serviceProviderID serviceProviderName | services[].serviceEnvironments[]: id name servicePlans visibility | services[].serviceEnvironments[].servicePlans[]: description modelType name productTierID tierType
listSnapshots 200
listVersionSets 200 | $: tierVersionSets | tierVersionSets[]: baseVersion createdAt enabledFeatures features productTierId releasedAt serviceId serviceModelId status type updatedAt version | tierVersionSets[].resources[]: description id isExternal name
listWorkflowEvents 200 | $: environmentId id resources serviceId | resources[]: resourceId resourceKey resourceName | resources[].workflowSteps[]: events stepName | resources[].workflowSteps[].events[]: eventTime eventType message
listWorkflows 200 | $: environmentId serviceId workflows | workflows[]: WorkflowType cloudProvider id orgName startTime status
modifyInstance 200
prepareServicePlanSpec 200
promoteVersionSet 200 | $: baseVersion createdAt enabledFeatures features productTierId releasedAt serviceId serviceModelId status type updatedAt version | resources[]: description id isExternal name
refreshToken 200 | $: jwtToken refreshToken
releaseServiceApi 200
removeCapacity 200
removeCustomerCapacity 202
replayNotificationEvent 200
restartInstance 200
restoreInstanceToTime 202
restoreSnapshot 202
revokeApiKey 200 | $: metadata | metadata: createdAt createdByUserId id name prefix roleType status
revokeToken 204
revokeUserRole 200
searchInventory 200 | resourceInstanceResults[]: cloudProvider description id productTierId regionCode resourceName serviceEnvironmentId serviceEnvironmentName serviceId serviceName status statusDescription | resourceInstanceResults[].customTags[]: key value | resourceResults[]: description id name productTierId productTierName serviceApiId serviceEnvironmentId serviceEnvironmentName serviceId serviceModelId serviceName | servicePlanResults[]: deploymentType description id name serviceEnvironmentId serviceEnvironmentName serviceId serviceName tenancyType version versionSetStatus | serviceResults[]: description id name | subscriptionResults[]: id orgID productTierID rootUserEmail rootUserID rootUserName serviceEnvironmentID serviceEnvironmentName serviceID serviceName servicePlanName status | upgradePathResults[]: id notifyCustomer productTierID productTierName serviceEnvironmentId serviceEnvironmentName serviceId serviceName status
setSecret 200
signin 200 | $: jwtToken
startInstance 200
stopInstance 200
terminateWorkflow 200 | $: WorkflowType cloudProvider id orgName startTime status
triggerInstanceSnapshot 202 | $: environmentId serviceId snapshotId
updateApiKey 200 | $: metadata | metadata: createdAt createdByUserId id name prefix roleType status
updateInstanceMetadata 200
updateNotificationChannel 200
updateVersionSet 200 | $: baseVersion createdAt enabledFeatures features productTierId releasedAt serviceId serviceModelId status type updatedAt version | resources[]: description id isExternal name
updateWorkflow 200 | $: WorkflowType cloudProvider id orgName startTime status
`;
