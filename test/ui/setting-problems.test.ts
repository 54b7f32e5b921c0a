import { expect, onTestFinished, test } from "vitest";
import { startModelServer } from "../support/model-server";
import { openWindow, picture } from "./window";

test("settings that do not count are told in the panel and in the model picker, with what is wrong and where", async () => {
  const server = await startModelServer({ models: ["small-model"] });
  onTestFinished(() => server.close());
  const good = { name: "Workshop", baseUrl: server.baseUrl, model: "small-model" };
  const window = await openWindow({
    settings: {
      "hearth.endpoints": [{ name: "Attic", baseUrl: "http://127.0.0.1:9000/v1" }, good, { ...good, model: "other" }],
      "hearth.networkServers": "http://192.168.77.7:11434",
    },
  });
  const panel = await window.openPanel();

  const told = panel.getByRole("region", { name: "Problems in your settings" });
  await told.getByText("Endpoint 1 in hearth.endpoints is left out (it has no model).").waitFor();
  await told.getByText('Endpoint 3 in hearth.endpoints is left out (the name "Workshop" is already taken).').waitFor();
  await told.getByText("The setting hearth.networkServers is not understood, so [] is used.").waitFor();
  expect(await told.getByText("Give each endpoint its own name").count()).toBe(1);
  await picture(window, "setting-problems");

  await window.openQuickInput("F1");
  const widget = window.page.locator(".quick-input-widget:visible");
  await widget.locator("input.input").fill(">Hearth: Choose a Model");
  await widget.locator('.monaco-list-row[aria-label^="Hearth: Choose a Model"]').first().click();
  const row = widget.locator(".monaco-list-row").filter({ hasText: "it has no model" });
  await row.waitFor();
  await picture(window, "setting-problems-picker");
  await row.click();
  await window.page.locator(".settings-editor").waitFor();
});
