import { expect, onTestFinished, test } from "vitest";
import { says, startModelServer } from "../support/model-server";
import { generic } from "../support/personalities/generic";
import { openWindow, picture } from "./window";

/** Where `jan serve` listens. */
const usualPort = 6767;
const key = "Open-sesame";

test("a server that wants a key is named, takes its key in the model picker, and then works on tasks", async () => {
  const plain = generic(["jan-model", "other-model"]);
  const server = await startModelServer({
    port: usualPort,
    personality: {
      answer: (request, earlier) =>
        request.headers.authorization === `Bearer ${key}`
          ? plain.answer(request, earlier)
          : { status: 401, contentType: "text/plain", body: "Invalid or missing authorization token" },
    },
    script: [says("Hello from behind the key.")],
  });
  onTestFinished(() => server.close());
  const window = await openWindow();
  const panel = await window.openPanel();
  await panel.getByText(`The server at http://127.0.0.1:${usualPort} wants a key.`).waitFor();
  await picture(window, "locked-server");

  await panel.getByRole("button", { name: "No model" }).click();
  const widget = window.page.locator(".quick-input-widget:visible");
  const row = (text: string) => widget.locator(".monaco-list-row").filter({ hasText: text });
  await row("wants a key").waitFor();
  await picture(window, "locked-server-picker");
  await row("wants a key").click();
  await widget.getByText(`Key for the server at 127.0.0.1:${usualPort}`).waitFor();
  await widget.locator("input.input").fill(key);
  await window.page.keyboard.press("Enter");
  await row("jan-model").click();

  await panel.getByText("jan-model answers, on this machine.").waitFor();
  await panel.getByRole("textbox", { name: /request|message/i }).fill("Hello");
  await panel.getByRole("button", { name: "Send", exact: true }).click();
  await panel.getByText("Hello from behind the key.").first().waitFor();
  expect(server.chats.at(-1)?.headers["authorization"]).toBe(`Bearer ${key}`);
});
