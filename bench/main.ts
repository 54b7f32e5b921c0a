import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../dev/dependencies.mjs";
import { measureActivation } from "./activation";
import { runEditBench } from "./edits";
import { measureHosts } from "./hosts";
import { measurePrompt } from "./prompt";
import { measureReviews } from "./review";
import { measureSampleRun } from "./sample-run";
import { measureSizes } from "./sizes";
import { measureStop } from "./stop";

const [subject, ...rest] = process.argv.slice(2);

if (subject === "edits") {
  process.exitCode = await runEditBench(rest);
} else if (subject === "review") {
  packageExtension();
  process.stdout.write(`${JSON.stringify({ review: await measureReviews() }, null, 2)}\n`);
} else {
  process.stdout.write(`${JSON.stringify(await measureAll(), null, 2)}\n`);
}

/** Everything that is published, as one object. What is measured in a window is measured on the minified bundles. */
async function measureAll() {
  packageExtension();
  const { bundle, package: packaged } = await measureSizes(ROOT);
  const { prefix, requests, overhead } = await measureSampleRun();
  return {
    prompt: measurePrompt(),
    prefix,
    requests,
    overhead,
    review: await measureReviews(),
    stop: await measureStop(),
    activation: await measureActivation(),
    bundle,
    package: packaged,
    hosts: await measureHosts(),
  };
}

function packageExtension(): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, "dev/run.mjs"), "package"], { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    throw new Error("npm run package failed; what is wrong is said above");
  }
}
