import fc from "fast-check";
import { expect, test } from "vitest";
import { Proposal } from "./proposal";

/** Lines that are all different, so that a line can be told from every other. */
const base = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);

const changes = fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 8 });

type Deed =
  | { kind: "type"; line: number; isNew: boolean }
  | { kind: "edit"; line: number }
  | { kind: "accept" | "reject" | "reopen"; hunk: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant("type" as const), line: fc.nat(60), isNew: fc.boolean() }),
  fc.record({ kind: fc.constant("edit" as const), line: fc.nat(60) }),
  fc.record({ kind: fc.constantFrom("accept" as const, "reject" as const, "reopen" as const), hunk: fc.nat(8) }),
);

function typeInto(text: string, line: number, mark: string, isNew: boolean): string {
  const lines = text.split(/(?<=\n)/);
  const at = line % Math.max(1, lines.length);
  lines[at] = isNew ? `${mark}\n${lines[at] ?? ""}` : (lines[at] ?? "\n").replace("\n", ` ${mark}\n`);
  return lines.join("");
}

test("R-13: whatever is typed, edited and decided in any order, no typed letter is lost but by a yes of its own", () => {
  let runs = 0;
  fc.assert(
    fc.property(changes, fc.array(deed, { maxLength: 25 }), (changed, deeds) => {
      const target = base.map((line, index) => (changed.includes(index) ? `agent ${index}\n` : line)).join("");
      const proposal = new Proposal("a", [{ path: "a", base: base.join(""), target }]);
      let live = base.join("");
      const typed: string[] = [];
      const own = new Set<string>();
      for (const [index, each] of deeds.entries()) {
        const hunk = proposal.hunks.at(("hunk" in each ? each.hunk : 0) % Math.max(1, proposal.hunks.length));
        if (each.kind === "type") {
          live = typeInto(live, each.line, `typed${index}`, each.isNew);
          typed.push(`typed${index}`);
          proposal.follow("a", live);
        } else if (each.kind === "edit") {
          proposal.edit("a", typeInto(proposal.file("a")?.target ?? "", each.line, `mine${index}`, false));
        } else if (hunk) {
          if (each.kind === "accept" && proposal.isHeld(hunk.id)) {
            own.add(hunk.id);
          }
          const verdicts = { accept: "accepted", reject: "rejected", reopen: undefined } as const;
          proposal.decide([hunk.id], verdicts[each.kind]);
        }
      }
      expect(proposal.file("a")?.base).toBe(live);
      const written = proposal.answer({ allow: true })?.shown?.[0]?.accepted ?? "";
      if (own.size === 0) {
        expect(typed.filter((mark) => !written.includes(mark))).toEqual([]);
      }
      const untouched = base.filter(
        (line, index) =>
          !changed.includes(index) && live.includes(line) && (proposal.file("a")?.target ?? "").includes(line),
      );
      expect(untouched.filter((line) => !written.includes(line))).toEqual([]);
      runs++;
    }),
    { numRuns: 1_000 },
  );
  expect(runs).toBe(1_000);
});

test("accepting every hunk writes the proposal as it stands, rejecting every one changes nothing", () => {
  fc.assert(
    fc.property(changes, fc.array(fc.nat(60), { maxLength: 6 }), (changed, typing) => {
      const target = base.map((line, index) => (changed.includes(index) ? `agent ${index}\n` : line)).join("");
      const make = () => {
        const proposal = new Proposal("a", [{ path: "a", base: base.join(""), target }]);
        let live = base.join("");
        for (const [index, line] of typing.entries()) {
          live = typeInto(live, line, `typed${index}`, index % 2 === 0);
          proposal.follow("a", live);
        }
        return { proposal, live };
      };
      const yes = make();
      yes.proposal.decide(yes.proposal.undecided(), "accepted");
      const file = yes.proposal.file("a");
      expect(yes.proposal.answer({ allow: true })?.shown?.[0]?.accepted).toBe(file?.target);
      const no = make();
      no.proposal.decide(no.proposal.undecided(), "rejected");
      expect(no.proposal.answer({ allow: true })?.shown?.[0]?.accepted).toBe(no.live);
    }),
  );
});
