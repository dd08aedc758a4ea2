/**
 * Kinds of the named groups: apps, batch, rbac, storage, policy, networking, coordination, discovery, admission, apiextensions. Facts of the Kubernetes 1.34 API, as a server publishes them under /openapi/v3:
 * names, types, list types and merge keys of fields. `shapes.ts` tells how to read a line.
 */
export const GROUPS_SHAPES = `
AggregationRule clusterRoleSelectors:[LabelSelector]!
ClusterRole aggregationRule:AggregationRule apiVersion:s kind:s metadata:ObjectMeta^ rules:[PolicyRule]!
ClusterRoleBinding apiVersion:s kind:s metadata:ObjectMeta^ roleRef:RoleRef*^ subjects:[Subject]!
ControllerRevision apiVersion:s data:any kind:s metadata:ObjectMeta^ revision:l*
CrdServiceReference name:s* namespace:s* path:s port:i
CrdWebhookClientConfig caBundle:y service:CrdServiceReference url:s
CronJob apiVersion:s kind:s metadata:ObjectMeta^ spec:CronJobSpec^ status:CronJobStatus^
CronJobSpec concurrencyPolicy:s failedJobsHistoryLimit:i jobTemplate:JobTemplateSpec*^ schedule:s* startingDeadlineSeconds:l successfulJobsHistoryLimit:i suspend:b timeZone:s
CronJobStatus active:[ObjectReference]! lastScheduleTime:t lastSuccessfulTime:t
CustomResourceColumnDefinition description:s format:s jsonPath:s* name:s* priority:i type:s*
CustomResourceConversion strategy:s* webhook:WebhookConversion
CustomResourceDefinition apiVersion:s kind:s metadata:ObjectMeta^ spec:CustomResourceDefinitionSpec*^ status:CustomResourceDefinitionStatus^
CustomResourceDefinitionCondition lastTransitionTime:t message:s reason:s status:s* type:s*
CustomResourceDefinitionNames categories:[s]! kind:s* listKind:s plural:s* shortNames:[s]! singular:s
CustomResourceDefinitionSpec conversion:CustomResourceConversion group:s* names:CustomResourceDefinitionNames*^ preserveUnknownFields:b scope:s* versions:[CustomResourceDefinitionVersion]!*
CustomResourceDefinitionStatus acceptedNames:CustomResourceDefinitionNames^ conditions:[CustomResourceDefinitionCondition]@type storedVersions:[s]!
CustomResourceDefinitionVersion additionalPrinterColumns:[CustomResourceColumnDefinition]! deprecated:b deprecationWarning:s name:s* schema:CustomResourceValidation selectableFields:[SelectableField]! served:b* storage:b* subresources:CustomResourceSubresources
CustomResourceSubresourceScale labelSelectorPath:s specReplicasPath:s* statusReplicasPath:s*
CustomResourceSubresourceStatus
CustomResourceSubresources scale:CustomResourceSubresourceScale status:CustomResourceSubresourceStatus
CustomResourceValidation openAPIV3Schema:JSONSchemaProps
DaemonSet apiVersion:s kind:s metadata:ObjectMeta^ spec:DaemonSetSpec^ status:DaemonSetStatus^
DaemonSetCondition lastTransitionTime:t message:s reason:s status:s* type:s*
DaemonSetSpec minReadySeconds:i revisionHistoryLimit:i selector:LabelSelector* template:PodTemplateSpec*^ updateStrategy:DaemonSetUpdateStrategy^
DaemonSetStatus collisionCount:i conditions:[DaemonSetCondition]@type~type currentNumberScheduled:i* desiredNumberScheduled:i* numberAvailable:i numberMisscheduled:i* numberReady:i* numberUnavailable:i observedGeneration:l updatedNumberScheduled:i
DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type:s
Deployment apiVersion:s kind:s metadata:ObjectMeta^ spec:DeploymentSpec^ status:DeploymentStatus^
DeploymentCondition lastTransitionTime:t lastUpdateTime:t message:s reason:s status:s* type:s*
DeploymentSpec minReadySeconds:i paused:b progressDeadlineSeconds:i replicas:i revisionHistoryLimit:i selector:LabelSelector* strategy:DeploymentStrategy%^ template:PodTemplateSpec*^
DeploymentStatus availableReplicas:i collisionCount:i conditions:[DeploymentCondition]@type~type observedGeneration:l readyReplicas:i replicas:i terminatingReplicas:i unavailableReplicas:i updatedReplicas:i
DeploymentStrategy rollingUpdate:RollingUpdateDeployment type:s
DiscoveryEndpointPort! appProtocol:s name:s port:i protocol:s
Endpoint addresses:[s]@* conditions:EndpointConditions^ deprecatedTopology:{s} hints:EndpointHints hostname:s nodeName:s targetRef:ObjectReference zone:s
EndpointConditions ready:b serving:b terminating:b
EndpointHints forNodes:[ForNode]! forZones:[ForZone]!
EndpointSlice addressType:s* apiVersion:s endpoints:[Endpoint]!* kind:s metadata:ObjectMeta^ ports:[DiscoveryEndpointPort]!
ExternalDocumentation description:s url:s
FieldSelectorAttributes rawSelector:s requirements:[FieldSelectorRequirement]!
FieldSelectorRequirement key:s* operator:s* values:[s]!
ForNode name:s*
ForZone name:s*
HTTPIngressPath backend:IngressBackend*^ path:s pathType:s*
HTTPIngressRuleValue paths:[HTTPIngressPath]!*
IPBlock cidr:s* except:[s]!
Ingress apiVersion:s kind:s metadata:ObjectMeta^ spec:IngressSpec^ status:IngressStatus^
IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
IngressClass apiVersion:s kind:s metadata:ObjectMeta^ spec:IngressClassSpec^
IngressClassParametersReference apiGroup:s kind:s* name:s* namespace:s scope:s
IngressClassSpec controller:s parameters:IngressClassParametersReference
IngressLoadBalancerIngress hostname:s ip:s ports:[IngressPortStatus]!
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]!
IngressPortStatus error:s port:i* protocol:s*
IngressRule host:s http:HTTPIngressRuleValue
IngressServiceBackend name:s* port:ServiceBackendPort^
IngressSpec defaultBackend:IngressBackend ingressClassName:s rules:[IngressRule]! tls:[IngressTLS]!
IngressStatus loadBalancer:IngressLoadBalancerStatus^
IngressTLS hosts:[s]! secretName:s
JSONSchemaProps $ref:s $schema:s additionalItems:any additionalProperties:any allOf:[JSONSchemaProps]! anyOf:[JSONSchemaProps]! default:any definitions:{JSONSchemaProps} dependencies:{any} description:s enum:[any]! example:any exclusiveMaximum:b exclusiveMinimum:b externalDocs:ExternalDocumentation format:s id:s items:any maxItems:l maxLength:l maxProperties:l maximum:n minItems:l minLength:l minProperties:l minimum:n multipleOf:n not:JSONSchemaProps nullable:b oneOf:[JSONSchemaProps]! pattern:s patternProperties:{JSONSchemaProps} properties:{JSONSchemaProps} required:[s]! title:s type:s uniqueItems:b x-kubernetes-embedded-resource:b x-kubernetes-int-or-string:b x-kubernetes-list-map-keys:[s]! x-kubernetes-list-type:s x-kubernetes-map-type:s x-kubernetes-preserve-unknown-fields:b x-kubernetes-validations:[ValidationRule]@rule~rule
Job apiVersion:s kind:s metadata:ObjectMeta^ spec:JobSpec^ status:JobStatus^
JobCondition lastProbeTime:t lastTransitionTime:t message:s reason:s status:s* type:s*
JobSpec activeDeadlineSeconds:l backoffLimit:i backoffLimitPerIndex:i completionMode:s completions:i managedBy:s manualSelector:b maxFailedIndexes:i parallelism:i podFailurePolicy:PodFailurePolicy podReplacementPolicy:s selector:LabelSelector successPolicy:SuccessPolicy suspend:b template:PodTemplateSpec*^ ttlSecondsAfterFinished:i
JobStatus active:i completedIndexes:s completionTime:t conditions:[JobCondition]!~type failed:i failedIndexes:s ready:i startTime:t succeeded:i terminating:i uncountedTerminatedPods:UncountedTerminatedPods
JobTemplateSpec metadata:ObjectMeta^ spec:JobSpec^
LabelSelectorAttributes rawSelector:s requirements:[LabelSelectorRequirement]!
Lease apiVersion:s kind:s metadata:ObjectMeta^ spec:LeaseSpec^
LeaseSpec acquireTime:u holderIdentity:s leaseDurationSeconds:i leaseTransitions:i preferredHolder:s renewTime:u strategy:s
LocalSubjectAccessReview apiVersion:s kind:s metadata:ObjectMeta^ spec:SubjectAccessReviewSpec*^ status:SubjectAccessReviewStatus^
MatchCondition expression:s* name:s*
MutatingWebhook admissionReviewVersions:[s]!* clientConfig:WebhookClientConfig*^ failurePolicy:s matchConditions:[MatchCondition]@name~name matchPolicy:s name:s* namespaceSelector:LabelSelector objectSelector:LabelSelector reinvocationPolicy:s rules:[RuleWithOperations]! sideEffects:s* timeoutSeconds:i
MutatingWebhookConfiguration apiVersion:s kind:s metadata:ObjectMeta^ webhooks:[MutatingWebhook]@name~name
NetworkPolicy apiVersion:s kind:s metadata:ObjectMeta^ spec:NetworkPolicySpec^
NetworkPolicyEgressRule ports:[NetworkPolicyPort]! to:[NetworkPolicyPeer]!
NetworkPolicyIngressRule from:[NetworkPolicyPeer]! ports:[NetworkPolicyPort]!
NetworkPolicyPeer ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector
NetworkPolicyPort endPort:i port:x protocol:s
NetworkPolicySpec egress:[NetworkPolicyEgressRule]! ingress:[NetworkPolicyIngressRule]! podSelector:LabelSelector^ policyTypes:[s]!
NonResourceAttributes path:s verb:s
NonResourceRule nonResourceURLs:[s]! verbs:[s]!*
PodDisruptionBudget apiVersion:s kind:s metadata:ObjectMeta^ spec:PodDisruptionBudgetSpec^ status:PodDisruptionBudgetStatus^
PodDisruptionBudgetSpec maxUnavailable:x minAvailable:x selector:LabelSelector unhealthyPodEvictionPolicy:s
PodDisruptionBudgetStatus conditions:[Condition]@type~type currentHealthy:i* desiredHealthy:i* disruptedPods:{t} disruptionsAllowed:i* expectedPods:i* observedGeneration:l
PodFailurePolicy rules:[PodFailurePolicyRule]!*
PodFailurePolicyOnExitCodesRequirement containerName:s operator:s* values:[i]@*
PodFailurePolicyOnPodConditionsPattern status:s* type:s*
PodFailurePolicyRule action:s* onExitCodes:PodFailurePolicyOnExitCodesRequirement onPodConditions:[PodFailurePolicyOnPodConditionsPattern]!
PolicyRule apiGroups:[s]! nonResourceURLs:[s]! resourceNames:[s]! resources:[s]! verbs:[s]!*
PriorityClass apiVersion:s description:s globalDefault:b kind:s metadata:ObjectMeta^ preemptionPolicy:s value:i*
ReplicaSet apiVersion:s kind:s metadata:ObjectMeta^ spec:ReplicaSetSpec^ status:ReplicaSetStatus^
ReplicaSetCondition lastTransitionTime:t message:s reason:s status:s* type:s*
ReplicaSetSpec minReadySeconds:i replicas:i selector:LabelSelector* template:PodTemplateSpec^
ReplicaSetStatus availableReplicas:i conditions:[ReplicaSetCondition]@type~type fullyLabeledReplicas:i observedGeneration:l readyReplicas:i replicas:i* terminatingReplicas:i
ResourceAttributes fieldSelector:FieldSelectorAttributes group:s labelSelector:LabelSelectorAttributes name:s namespace:s resource:s subresource:s verb:s version:s
ResourceRule apiGroups:[s]! resourceNames:[s]! resources:[s]! verbs:[s]!*
Role apiVersion:s kind:s metadata:ObjectMeta^ rules:[PolicyRule]!
RoleBinding apiVersion:s kind:s metadata:ObjectMeta^ roleRef:RoleRef*^ subjects:[Subject]!
RoleRef! apiGroup:s* kind:s* name:s*
RollingUpdateDaemonSet maxSurge:x maxUnavailable:x
RollingUpdateDeployment maxSurge:x maxUnavailable:x
RollingUpdateStatefulSetStrategy maxUnavailable:x partition:i
RuleWithOperations apiGroups:[s]! apiVersions:[s]! operations:[s]! resources:[s]! scope:s
SelectableField jsonPath:s*
SelfSubjectAccessReview apiVersion:s kind:s metadata:ObjectMeta^ spec:SelfSubjectAccessReviewSpec*^ status:SubjectAccessReviewStatus^
SelfSubjectAccessReviewSpec nonResourceAttributes:NonResourceAttributes resourceAttributes:ResourceAttributes
SelfSubjectRulesReview apiVersion:s kind:s metadata:ObjectMeta^ spec:SelfSubjectRulesReviewSpec*^ status:SubjectRulesReviewStatus^
SelfSubjectRulesReviewSpec namespace:s
ServiceBackendPort! name:s number:i
ServiceReference name:s* namespace:s* path:s port:i
StatefulSet apiVersion:s kind:s metadata:ObjectMeta^ spec:StatefulSetSpec^ status:StatefulSetStatus^
StatefulSetCondition lastTransitionTime:t message:s reason:s status:s* type:s*
StatefulSetOrdinals start:i
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:s whenScaled:s
StatefulSetSpec minReadySeconds:i ordinals:StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy:s replicas:i revisionHistoryLimit:i selector:LabelSelector* serviceName:s template:PodTemplateSpec*^ updateStrategy:StatefulSetUpdateStrategy^ volumeClaimTemplates:[PersistentVolumeClaim]!
StatefulSetStatus availableReplicas:i collisionCount:i conditions:[StatefulSetCondition]@type~type currentReplicas:i currentRevision:s observedGeneration:l readyReplicas:i replicas:i* updateRevision:s updatedReplicas:i
StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type:s
StorageClass allowVolumeExpansion:b allowedTopologies:[TopologySelectorTerm]! apiVersion:s kind:s metadata:ObjectMeta^ mountOptions:[s]! parameters:{s} provisioner:s* reclaimPolicy:s volumeBindingMode:s
Subject! apiGroup:s kind:s* name:s* namespace:s
SubjectAccessReview apiVersion:s kind:s metadata:ObjectMeta^ spec:SubjectAccessReviewSpec*^ status:SubjectAccessReviewStatus^
SubjectAccessReviewSpec extra:{[s]} groups:[s]! nonResourceAttributes:NonResourceAttributes resourceAttributes:ResourceAttributes uid:s user:s
SubjectAccessReviewStatus allowed:b* denied:b evaluationError:s reason:s
SubjectRulesReviewStatus evaluationError:s incomplete:b* nonResourceRules:[NonResourceRule]!* resourceRules:[ResourceRule]!*
SuccessPolicy rules:[SuccessPolicyRule]!*
SuccessPolicyRule succeededCount:i succeededIndexes:s
TopologySelectorLabelRequirement key:s* values:[s]!*
TopologySelectorTerm! matchLabelExpressions:[TopologySelectorLabelRequirement]!
UncountedTerminatedPods failed:[s]@ succeeded:[s]@
ValidatingWebhook admissionReviewVersions:[s]!* clientConfig:WebhookClientConfig*^ failurePolicy:s matchConditions:[MatchCondition]@name~name matchPolicy:s name:s* namespaceSelector:LabelSelector objectSelector:LabelSelector rules:[RuleWithOperations]! sideEffects:s* timeoutSeconds:i
ValidatingWebhookConfiguration apiVersion:s kind:s metadata:ObjectMeta^ webhooks:[ValidatingWebhook]@name~name
ValidationRule fieldPath:s message:s messageExpression:s optionalOldSelf:b reason:s rule:s*
WebhookClientConfig caBundle:y service:ServiceReference url:s
WebhookConversion clientConfig:CrdWebhookClientConfig conversionReviewVersions:[s]!*
`;
