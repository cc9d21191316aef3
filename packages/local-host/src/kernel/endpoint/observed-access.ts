import type { AccessCheck, AccessControl } from "./access-control";

/** The same access control, with each call told that it has allowed. */
export const observedAccess = (access: AccessControl, allowed: (check: AccessCheck) => void): AccessControl => ({
  check: (check) => {
    access.check(check);
    allowed(check);
  },
  setResourcePolicy: (resourceArn, document) => access.setResourcePolicy?.(resourceArn, document),
  onChange: (listener) => access.onChange?.(listener) ?? (() => undefined),
  ...(access.keys === undefined ? {} : { keys: access.keys }),
});
