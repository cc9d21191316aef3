import { byId, setText } from "./element";

/** Asks before something that cannot be undone; resolves to whether it was confirmed. Escape says no. */
export const confirmed = (question: string, consequence: string, verb: string): Promise<boolean> => {
  const dialog = byId<HTMLDialogElement>("confirmation");
  setText(byId("confirmation-question"), question);
  setText(byId("confirmation-consequence"), consequence);
  const [yes, no] = [byId("confirmation-yes"), byId("confirmation-no")];
  setText(yes, verb);
  yes.onclick = () => dialog.close("yes");
  no.onclick = () => dialog.close("no");
  dialog.returnValue = "no";
  dialog.showModal();
  no.focus();
  return new Promise((settle) => {
    dialog.addEventListener("close", () => settle(dialog.returnValue === "yes"), { once: true });
  });
};
