// A socket that receives a message of a user, one of a group, one's own, and one of the past.
import { EventEmitter } from 'node:events';
import { call } from './calls.mjs';

const message = (remoteJid, id, conversation, fromMe = false) => ({
    key: { remoteJid, id, fromMe },
    message: { conversation },
});

export const useMultiFileAuthState = async () => ({ state: {}, saveCreds() {} });

export default function makeWASocket() {
    const ev = new EventEmitter();
    setTimeout(() => {
        const past = [message('1650@s.whatsapp.net', 'm0', 'Long ago')];
        ev.emit('messages.upsert', { type: 'append', messages: past });
        const messages = [
            message('120363@g.us', 'm1', 'To all'),
            message('1650@s.whatsapp.net', 'm2', 'Mine', true),
            message('1650@s.whatsapp.net', 'm3', 'Hello'),
        ];
        ev.emit('messages.upsert', { type: 'notify', messages });
    });
    return {
        ev,
        async sendMessage(to, { text }) {
            call('sendMessage', to, text);
            return { key: { id: `out of ${text}` } };
        },
        async sendPresenceUpdate(presence, to) {
            call('sendPresenceUpdate', presence, to);
        },
    };
}
