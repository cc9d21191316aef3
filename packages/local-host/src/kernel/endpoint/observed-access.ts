import type { AccessCheck, AccessControl } from "./access-control";

/** The same access control, which also reports each call that it allows. */
export const observedAccess = (access: AccessControl, allowed: (check: AccessCheck) => void): AccessControl => ({
  check: (check) => {
    access.check(check);
    allowed(check);
  },
  setResourcePolicy: (resourceArn, document) => access.setResourcePolicy(resourceArn, document),
  onChange: (listener) => access.onChange(listener),
  keys: access.keys,
});
