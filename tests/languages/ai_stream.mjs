// Reads a stream by the npm package `ai`, as a chat in a browser does, and prints what came of it as JSON.
// node ai_stream.mjs URL QUERY, in a folder that has the package.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const resolve = createRequire(join(process.cwd(), "package.json")).resolve;
const { DefaultChatTransport, readUIMessageStream } = await import(pathToFileURL(resolve("ai")));

const [url, query] = process.argv.slice(2);
const transport = new DefaultChatTransport({
  api: url,
  headers: { Authorization: "Bearer a-test-key" },
  prepareSendMessagesRequest: () => ({
    body: { query, pid: "31415", chatbot_id: "DKDvwn", user_context: { session_id: "918727", platform: "web" } },
  }),
});
const chunks = [];
const stream = (await transport.sendMessages({ messages: [], trigger: "submit-message" })).pipeThrough(
  new TransformStream({
    transform(chunk, controller) {
      chunks.push(chunk.type);
      controller.enqueue(chunk);
    },
  }),
);
let message;
const onError = (error) => {
  throw error;
};
for await (message of readUIMessageStream({ stream, onError, terminateOnError: true }));
console.log(JSON.stringify({ chunks, message }));
