// Says what whatsapp-api-js makes of a body and its signature: verify.mjs SECRET SIGNATURE <BODY

import { readFileSync } from "node:fs";
import { WhatsAppAPI } from "whatsapp-api-js";

const [secret, signature] = process.argv.slice(2);
const api = new WhatsAppAPI({ token: "token", appSecret: secret, webhookVerifyToken: "token", v: "v23.0" });
const raw = readFileSync(0, "utf8");
const verified = await api.verifyRequestSignature(raw, signature);
const read = {};
api.on.message = ({ phoneID, from, message, name }) => Object.assign(read, { phoneID, from, message, name });
if (verified) await api.post(JSON.parse(raw), raw, signature).catch((error) => { read.error = String(error); });
await new Promise((done) => setTimeout(done, 20));
console.log(JSON.stringify({ verified, ...read }));
