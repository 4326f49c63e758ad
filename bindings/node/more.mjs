import { Client, Upload } from 'robofy';

const { ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const [pathOfFiles, pathOfEvents] = process.argv.slice(2); // the service's reference does not name them
const client = new Client({ pid, chatbotId, baseUrl });

// Any endpoint, by its method and path.
const projects = await client.request('GET', '/v1/projects', { query: { page: 1 } });
console.log(projects.status, projects.header('content-type')); // projects.data has what the envelope holds

// A form with files: upload.sent and upload.total tell meanwhile how far it is.
const upload = new Upload().addBytes('file', '# Prices', { fileName: 'prices.md' });
await client.upload(pathOfFiles, upload);
console.log(upload.sent === upload.total);

// Lists, and the settings of an agent.
for await (const lead of client.leads())
    console.log(JSON.stringify(lead));
for (const session of await client.sessions())
    console.log(session.sessionId);
console.log(await client.agentSettings());

// An answer while it is written.
const stream = client.stream(pathOfEvents, { query: 'Hello' });
for await (const event of stream)
    if (event.kind === 'delta')
        process.stdout.write(event.text);
console.log(` (${stream.sessionId})`);
