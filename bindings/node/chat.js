import { Client } from 'robofy';

const { ROBOFY_API_KEY, ROBOFY_BASE_URL: baseUrl, ROBOFY_PID: pid, ROBOFY_CHATBOT_ID: chatbotId } = process.env;
const client = new Client(ROBOFY_API_KEY, { baseUrl });
console.log(`${await client.whatsappChat({ pid, chatbotId, query: process.argv[2] })}`);
