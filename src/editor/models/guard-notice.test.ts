import { expect, test } from "vitest";
import type { EndpointView, Trouble } from "../../core/events";
import { GuardNotice } from "./guard-notice";
import type { Candidate } from "./model-choice";

const trouble = { code: "answers_foreign_hosts", message: "It answers under any name.", remedy: "Switch that off." };

function candidate(view: Partial<EndpointView> = {}): Candidate {
  const here = {
    name: "A",
    model: "m",
    baseUrl: "http://127.0.0.1:1/v1",
    locality: "machine",
    practice: false,
  } as const;
  return { view: { ...here, ...view }, loaded: true, configured: false, trouble: undefined, reach: "free" };
}

function notice(found: Trouble | undefined, kept: Record<string, unknown> = {}) {
  const shown: string[] = [];
  const looked: string[] = [];
  const guard = new GuardNotice({
    memory: {
      get: (key) => kept[key],
      update: async (key, value) => {
        kept[key] = value;
      },
    },
    look: async ({ view }) => {
      looked.push(view.baseUrl);
      return found;
    },
    show: (sentence) => shown.push(sentence),
  });
  return { guard, shown, looked, kept };
}

test("S-G2 a server that answers under any name is said once, also in the next window; another server is its own", async () => {
  const { guard, shown, kept } = notice(trouble);
  await Promise.all([guard.consider(candidate()), guard.consider(candidate({ model: "other" }))]);
  await guard.consider(candidate());
  expect(shown).toEqual(["It answers under any name. Switch that off."]);

  const later = notice(trouble, kept);
  await later.guard.consider(candidate());
  await later.guard.consider(candidate({ baseUrl: "http://127.0.0.1:2/v1" }));

  expect(later.shown).toHaveLength(1);
  expect(later.looked).toEqual(["http://127.0.0.1:2/v1"]);
});

test("S-G2 a strict server gets no word", async () => {
  const { guard, shown } = notice(undefined);

  await guard.consider(candidate());

  expect(shown).toEqual([]);
});

test("servers elsewhere and the practice script are not looked at", async () => {
  const { guard, looked } = notice(trouble);

  await guard.consider(candidate({ practice: true }));
  await guard.consider(candidate({ locality: "network", baseUrl: "http://192.168.1.2/v1" }));

  expect(looked).toEqual([]);
});
