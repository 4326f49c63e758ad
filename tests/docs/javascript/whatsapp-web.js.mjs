// A client that receives a message of a user and one of a group, and sees a person write.
import { EventEmitter } from 'node:events';
import { call } from './calls.mjs';

class Client extends EventEmitter {
    async initialize() {
        const id = (name) => ({ _serialized: name });
        this.emit('message', { from: '120363@g.us', id: id('m1'), body: 'To all' });
        this.emit('message_create', { fromMe: true, to: '1651@c.us', deviceType: 'android' });
        this.emit('message_create', { fromMe: true, to: '1650@c.us', deviceType: 'web' });
        this.emit('message', { from: '1650@c.us', id: id('m3'), body: 'Hello' });
    }

    async sendMessage(to, text) {
        call('sendMessage', to, text);
        return { id: { _serialized: `out of ${text}` } };
    }
}

export default { Client, LocalAuth: class {} };
