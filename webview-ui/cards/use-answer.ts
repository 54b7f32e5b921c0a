import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useSend } from "../host";

/** Tells the page that an approval was answered, so that its nonce is not used twice. */
export const AnsweredContext = createContext<(actionId: string) => void>(() => undefined);

interface Given {
  allow: boolean;
  remark?: string | undefined;
  hunks?: string[] | undefined;
}

export function useAnswer(actionId: string, nonce: string | undefined): (given: Given) => void {
  const send = useSend();
  const markAnswered = useContext(AnsweredContext);
  return ({ allow, remark, hunks }) => {
    if (nonce !== undefined) {
      send({ type: "action_answered", actionId, nonce, allow, remark, hunks });
      markAnswered(actionId);
    }
  };
}
