import type { Rule } from "./rule";
import { alarmNotifies } from "./rules/alarm-notifies";
import { apiDemandsTls } from "./rules/api-demands-tls";
import { apiHasAccessLog } from "./rules/api-has-access-log";
import { apiHasAlarm } from "./rules/api-has-alarm";
import { apiIsThrottled } from "./rules/api-is-throttled";
import { bucketDemandsTls } from "./rules/bucket-demands-tls";
import { bucketIsEncrypted } from "./rules/bucket-is-encrypted";
import { bucketIsPrivate } from "./rules/bucket-is-private";
import { bucketIsVersioned } from "./rules/bucket-is-versioned";
import { concurrencyFitsMapping } from "./rules/concurrency-fits-mapping";
import { deadLettersHaveAlarm } from "./rules/dead-letters-have-alarm";
import { deadLettersLetSenderIn } from "./rules/dead-letters-let-sender-in";
import { deadLettersOutliveSource } from "./rules/dead-letters-outlive-source";
import { deletionIsRefused } from "./rules/deletion-is-refused";
import { encryptedBusHasDeadLetters } from "./rules/encrypted-bus-has-dead-letters";
import { eventBusIsEncrypted } from "./rules/event-bus-is-encrypted";
import { functionHasAlarm } from "./rules/function-has-alarm";
import { functionHasLogGroup } from "./rules/function-has-log-group";
import { functionRunsOnArm64 } from "./rules/function-runs-on-arm64";
import { functionTimeoutFitsApi } from "./rules/function-timeout-fits-api";
import { keyIsProtected } from "./rules/key-is-protected";
import { keyIsRotated } from "./rules/key-is-rotated";
import { logGroupForgets } from "./rules/log-group-forgets";
import { logGroupIsEncrypted } from "./rules/log-group-is-encrypted";
import { mappingReportsFailures } from "./rules/mapping-reports-failures";
import { noConfusedDeputy } from "./rules/no-confused-deputy";
import { noFullAccessPolicy } from "./rules/no-full-access-policy";
import { noOpenTrust } from "./rules/no-open-trust";
import { noPlainSecret } from "./rules/no-plain-secret";
import { noSimulatedService } from "./rules/no-simulated-service";
import { noWildcardAction } from "./rules/no-wildcard-action";
import { noWildcardResource } from "./rules/no-wildcard-resource";
import { oneRolePerFunction } from "./rules/one-role-per-function";
import { queueAgeHasAlarm } from "./rules/queue-age-has-alarm";
import { queueDemandsTls } from "./rules/queue-demands-tls";
import { queueHasDeadLetters } from "./rules/queue-has-dead-letters";
import { queueIsEncrypted } from "./rules/queue-is-encrypted";
import { receivesBeforeDeadLetters } from "./rules/receives-before-dead-letters";
import { requiredTags } from "./rules/required-tags";
import { reservationsFitAccount } from "./rules/reservations-fit-account";
import { routeIsAuthorized } from "./rules/route-is-authorized";
import { ruleTargetHasDeadLetters } from "./rules/rule-target-has-dead-letters";
import { runtimeIsSupported } from "./rules/runtime-is-supported";
import { streamMappingCannotBlock } from "./rules/stream-mapping-cannot-block";
import { subscriptionHasDeadLetters } from "./rules/subscription-has-dead-letters";
import { tableHasPointInTimeRecovery } from "./rules/table-has-point-in-time-recovery";
import { tableIsEncrypted } from "./rules/table-is-encrypted";
import { throttlesHaveAlarm } from "./rules/throttles-have-alarm";
import { topicDemandsTls } from "./rules/topic-demands-tls";
import { topicIsEncrypted } from "./rules/topic-is-encrypted";
import { tracingIsOn } from "./rules/tracing-is-on";
import { visibilityCoversConsumer } from "./rules/visibility-covers-consumer";
import { workflowFitsFunctions } from "./rules/workflow-fits-functions";
import { workflowHasLog } from "./rules/workflow-has-log";

/** Every rule of the pack, by area. */
export const rules: readonly Rule[] = [
  // IAM
  noConfusedDeputy,
  noFullAccessPolicy,
  noOpenTrust,
  noWildcardAction,
  noWildcardResource,
  oneRolePerFunction,
  // Encryption
  apiDemandsTls,
  bucketDemandsTls,
  bucketIsEncrypted,
  bucketIsPrivate,
  eventBusIsEncrypted,
  keyIsRotated,
  logGroupIsEncrypted,
  queueDemandsTls,
  queueIsEncrypted,
  tableIsEncrypted,
  topicDemandsTls,
  topicIsEncrypted,
  // Nothing lost
  bucketIsVersioned,
  deadLettersLetSenderIn,
  deadLettersOutliveSource,
  deletionIsRefused,
  encryptedBusHasDeadLetters,
  keyIsProtected,
  mappingReportsFailures,
  queueHasDeadLetters,
  receivesBeforeDeadLetters,
  ruleTargetHasDeadLetters,
  streamMappingCannotBlock,
  subscriptionHasDeadLetters,
  tableHasPointInTimeRecovery,
  visibilityCoversConsumer,
  // Operated
  alarmNotifies,
  apiHasAccessLog,
  apiHasAlarm,
  apiIsThrottled,
  concurrencyFitsMapping,
  deadLettersHaveAlarm,
  functionHasAlarm,
  functionHasLogGroup,
  functionRunsOnArm64,
  functionTimeoutFitsApi,
  logGroupForgets,
  noPlainSecret,
  noSimulatedService,
  queueAgeHasAlarm,
  requiredTags,
  reservationsFitAccount,
  routeIsAuthorized,
  runtimeIsSupported,
  throttlesHaveAlarm,
  tracingIsOn,
  workflowFitsFunctions,
  workflowHasLog,
];
