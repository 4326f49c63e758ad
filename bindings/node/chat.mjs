import { Client } from 'robofy';

const { ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const client = new Client({ pid, chatbotId, baseUrl });
console.log(`${await client.whatsappChat({ query: process.argv[2] })}`);
