import { useState } from "preact/hooks";
import type { CatalogueEntry, CatalogueView } from "../../../src/protocol/pages";
import { CopyButton } from "../../copy-button";
import { Icon } from "../../icon";
import { plural } from "../../text/measures";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";
import { MemoryBars, MemoryLegend } from "./memory-bars";

const suits: Record<CatalogueEntry["suitability"], { icon: string; words: string }> = {
  best: { icon: "pass-filled", words: "Fits well" },
  usable: { icon: "pass", words: "Fits" },
  poor: { icon: "warning", words: "Fits badly" },
  no: { icon: "circle-slash", words: "Does not fit" },
};

/** Which models fit this machine, and what to install first when nothing is there. */
export function CatalogueList({ view }: { view: CatalogueView }) {
  const send = usePageSend();
  const [showsAll, setShowsAll] = useState(false);
  const fitting = view.entries.filter(({ suitability, here }) => suitability !== "no" || here !== undefined);
  const others = view.entries.filter((entry) => !fitting.includes(entry));
  const shown = showsAll || fitting.length === 0 ? view.entries : fitting;
  return (
    <article class="catalogue">
      <header class="page-head">
        <h1>Models for this machine</h1>
        <p class="lead">
          {view.machine.map((line) => (
            <span key={line} class="machine-line">
              <Icon name="chip" /> <SafeText text={line} />
            </span>
          ))}
        </p>
        {view.machineNotes.map((note) => (
          <p key={note} class="quiet-words">
            <SafeText text={note} />
          </p>
        ))}
        <p class="page-buttons">
          <button type="button" class="button" onClick={() => send({ type: "catalogue_reread" })}>
            <Icon name="refresh" /> Look Again
          </button>
        </p>
      </header>
      {view.setup.length > 0 && <Setup steps={view.setup} />}
      <MemoryLegend />
      <ul class="entries">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      {shown.length < view.entries.length && (
        <button type="button" class="show-more" onClick={() => setShowsAll(true)}>
          Show {plural(others.length, "model")} that {others.length === 1 ? "does" : "do"} not fit
        </button>
      )}
      <p class="quiet-words remark">
        From the list that comes with Hearth, looked up on {view.asOf}. Nothing was fetched for this page. Scores are as
        published; who ran them is said with each.
      </p>
    </article>
  );
}

function Setup({ steps }: { steps: CatalogueView["setup"] }) {
  return (
    <section class="setup" aria-labelledby="setup-title">
      <h2 id="setup-title">No model server answers here yet</h2>
      <ol>
        {steps.map((step) => (
          <li key={step.text}>
            {step.text}
            {step.copy !== undefined && <Line text={step.copy} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ text }: { text: string }) {
  return (
    <div class="copy-line">
      <code>{text}</code>
      <CopyButton what="the command" text={text} />
    </div>
  );
}

function Entry({ entry }: { entry: CatalogueEntry }) {
  const [isOpen, setOpen] = useState(false);
  const suit = suits[entry.suitability];
  return (
    <li class={`entry entry-${entry.suitability}`}>
      <div class="entry-head">
        <h3>{entry.name}</h3>
        <span class="quiet-words">{entry.maker}</span>
        <span class="suit">
          <Icon name={suit.icon} /> {suit.words}
        </span>
      </div>
      <p>{entry.reason}</p>
      {entry.here !== undefined && (
        <p class="here">
          <Icon name="check" /> You have it: <SafeText text={entry.here} />
        </p>
      )}
      <MemoryBars bars={entry.bars} name={entry.name} />
      {entry.pull !== undefined && entry.here === undefined && <Line text={entry.pull} />}
      <button type="button" class="disclosure-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} /> Licence, sizes, scores and sources
      </button>
      {isOpen && <Details entry={entry} />}
    </li>
  );
}

function Details({ entry }: { entry: CatalogueEntry }) {
  return (
    <div class="entry-details">
      <dl class="entry-facts">
        {entry.facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {entry.sourced.map(({ name, text, source, evidence }) => (
          <div key={`${name} ${text}`}>
            <dt>{name}</dt>
            <dd>
              {text}{" "}
              <span class="quiet-words">
                ({evidence}: {source})
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {entry.scores.length > 0 && (
        <ul class="scores">
          {entry.scores.map(({ text, by, source, evidence }) => (
            <li key={text}>
              <Icon name={by === "independent" ? "verified" : "megaphone"} /> {text}{" "}
              <span class="quiet-words">
                ({evidence}: {source})
              </span>
            </li>
          ))}
        </ul>
      )}
      {entry.notes.map((note) => (
        <p key={note} class="quiet-words">
          {note}
        </p>
      ))}
    </div>
  );
}
