// An agent's answer as WhatsApp text, in messages that fit.

import { integer, member, messageText } from './arguments.js';
import { DIALECTS } from './declarations.js';
import { made } from './failure.js';
import { native } from './native.js';

export function format(text, dialect = 'auto') {
    return made(native.whatsappFormat, messageText('text', text), member('dialect', dialect, DIALECTS));
}

export function split(text, limit = 0) {
    const parts = made(native.whatsappSplit, messageText('text', text), integer('limit', limit, 0));
    try {
        return Array.from({ length: native.partsCount(parts) }, (_, index) => native.partsText(parts, index));
    } finally {
        native.partsFree(parts);
    }
}

/** An answer as the messages to send. */
export function parts(answer, limit) {
    return split(format(answer), limit);
}
