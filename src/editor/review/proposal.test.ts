import { expect, test } from "vitest";
import { KeptProposal, Proposal } from "./proposal";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`);
const base = numbered(30).join("");
const target = base.replace("line 3\n", "three\n").replace("line 20\n", "twenty\n").replace("line 28\n", "28!\n");

function propose() {
  const proposal = new Proposal("a1", [{ path: "a.txt", base, target }]);
  const [first = "", second = "", third = ""] = proposal.hunks.map(({ id }) => id);
  return { proposal, first, second, third };
}

const written = (proposal: Proposal, hunks?: string[]) => proposal.answer({ allow: true, hunks })?.shown?.[0]?.accepted;

test("open hunks are taken with the whole, rejected ones are not", () => {
  const { proposal, second } = propose();
  proposal.decide([second], "rejected");
  expect(written(proposal)).toBe(target.replace("twenty", "line 20"));
  expect(proposal.isDecided).toBe(false);
});

test("an answer names what was taken when that is not all", () => {
  const { proposal, first, second, third } = propose();
  proposal.decide([second], "rejected", "twenty stays");
  expect(proposal.answer({ allow: true })).toMatchObject({
    hunks: [first, third],
    remark: "On a.txt, line 18: twenty stays",
  });
  expect(proposal.answer({ allow: true, hunks: ["a.txt#other"] })).toBeUndefined();
});

test("a verdict on each hunk decides the whole, and can be taken back", () => {
  const { proposal, first, second, third } = propose();
  proposal.decide([first, third], "accepted");
  proposal.decide([second], "rejected");
  expect(proposal.isDecided).toBe(true);
  expect(proposal.verdicts).toEqual({ accepted: [first, third], rejected: [second], held: [] });
  proposal.decide([first], undefined);
  expect(proposal.isDecided).toBe(false);
  expect(proposal.undecided("a.txt")).toEqual([first]);
});

test("R-13: what is typed elsewhere in the live file is in what will be written, and no hunk changes its name", () => {
  const { proposal, first, second, third } = propose();
  proposal.decide([second], "rejected");
  proposal.follow("a.txt", `// mine\n${base}`);
  expect(proposal.hunks.map(({ id }) => id)).toEqual([first, second, third]);
  expect(proposal.verdict(second)).toBe("rejected");
  expect(written(proposal)).toBe(`// mine\n${target.replace("twenty", "line 20")}`);
});

test("R-13: a hunk over lines that the user typed in is taken only by a yes of its own", () => {
  const { proposal, second } = propose();
  proposal.decide([second], "accepted");
  const typed = base.replace("line 20", "line 20, mine");
  proposal.follow("a.txt", typed);
  expect(proposal.verdict(second)).toBe("held");
  expect(written(proposal)).toContain("line 20, mine\n");
  proposal.decide([second], "accepted");
  expect(written(proposal)).toBe(target);
});

test("the user's own text in a hunk is what is written, and the others keep their verdicts", () => {
  const { proposal, first, second } = propose();
  proposal.decide([first], "rejected");
  proposal.decide([second], "rejected");
  proposal.edit("a.txt", target.replace("twenty", "20, as I like it"));
  expect(proposal.verdict(first)).toBe("rejected");
  expect(proposal.verdict(second)).toBe("open");
  expect(written(proposal)).toContain("20, as I like it\n");
  expect(written(proposal)).toContain("line 3\n");
});

test("the user's own change beside the proposed ones is a hunk like them", () => {
  const { proposal } = propose();
  proposal.edit("a.txt", target.replace("line 12\n", "twelve\n"));
  expect(proposal.hunks).toHaveLength(4);
  expect(written(proposal)).toContain("twelve\n");
});

test("a created and a deleted file are one hunk each, taken or left", () => {
  const proposal = new Proposal("a1", [
    { path: "new.txt", base: undefined, target: "new\n" },
    { path: "old.txt", base: "old\n", target: undefined },
  ]);
  const [created = "", deleted = ""] = proposal.hunks.map(({ id }) => id);
  proposal.decide([deleted], "rejected");
  expect(proposal.answer({ allow: true })?.shown).toEqual([
    { path: "new.txt", base: undefined, target: "new\n", accepted: "new\n" },
    { path: "old.txt", base: "old\n", target: undefined, accepted: "old\n" },
  ]);
  proposal.edit("new.txt", "new, mine\n");
  proposal.decide([created], "accepted");
  expect(proposal.answer({ allow: true })?.shown?.[0]?.accepted).toBe("new, mine\n");
});

test("what the user did to a proposal is there after a reload, but no yes of theirs", () => {
  const { proposal, first, second } = propose();
  proposal.decide([first], "accepted");
  proposal.decide([second], "rejected", "Keep the number.");
  proposal.edit("a.txt", target.replace("28!", "28, mine"));
  const kept = KeptProposal.parse(JSON.parse(JSON.stringify(proposal.toKeep())));

  const again = propose().proposal;
  expect(again.restore(kept)).toEqual(["a.txt"]);
  expect(again.verdicts).toEqual({ accepted: [], rejected: [second], held: [] });
  expect(written(again)).toBe(target.replace("28!", "28, mine").replace("twenty", "line 20"));
  expect(again.answer({ allow: true })?.remark).toBe("On a.txt, line 18: Keep the number.");
});

test("the user's own text in a proposal is kept when the file moved on before it is asked again", () => {
  const { proposal } = propose();
  proposal.edit("a.txt", target.replace("28!", "28, mine"));
  const kept = proposal.toKeep();
  const moved = { path: "a.txt", base: `// new\n${base}`, target: `// new\n${target}` };
  const again = new Proposal("a2", [moved]);
  again.restore(kept as KeptProposal);
  expect(written(again)).toBe(`// new\n${target.replace("28!", "28, mine")}`);
});

test("there is nothing to keep of a proposal that nobody touched", () => {
  expect(propose().proposal.toKeep()).toBeUndefined();
});

test("a file that takes another's place is decided with it, and shown where it goes", () => {
  const moved = target.replace("line 10\n", "ten\n");
  const proposal = new Proposal("a1", [
    { path: "new/a.txt", base: undefined, target: moved, movedFrom: "a.txt" },
    { path: "a.txt", base, target: undefined },
    { path: "c.txt", base, target },
  ]);
  const [made = "", gone = ""] = proposal.hunks.map(({ id }) => id);
  expect(proposal.shownPaths).toEqual(["new/a.txt", "c.txt"]);
  expect(proposal.file("new/a.txt")?.change.moved).toMatchObject({ from: "a.txt", added: 4, removed: 4 });
  proposal.decide([made], "rejected");
  expect(proposal.verdicts.rejected).toEqual([made, gone]);
  proposal.decide([gone], undefined);
  expect(proposal.verdicts.rejected).toEqual([]);
  expect(proposal.answer({ allow: true, hunks: [made] })?.hunks).toEqual([made, gone]);
});
