// Node's own HTTP/2 server, misbehaving once for each message: node node_http2.js PORT CERTIFICATE KEY BEHAVIOUR
'use strict';
const fs = require('fs');
const http2 = require('http2');
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

const [port, certificate, key, behaviour] = process.argv.slice(2);
const met = new Set();

function answer(stream, session) {
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
  stream.end(JSON.stringify({ message: 'Success', data: { answer: `Answer to ${session}.`, session_id: session } }));
}

const behaviours = {
  'refuses the first try': (stream, session) =>
    met.has(session) ? answer(stream, session) : stream.close(NGHTTP2_REFUSED_STREAM),
  'cancels the stream': (stream) => stream.close(NGHTTP2_CANCEL),
  'destroys the session': (stream) => stream.session.destroy(),
  'closes the session after the answer': (stream, session) => {
    answer(stream, session);
    stream.session.close();
  },
  'says goodbye, then answers': (stream, session) => {
    stream.session.goaway(NGHTTP2_NO_ERROR, stream.id);
    setTimeout(() => answer(stream, session), 50);
  },
};

const server = http2.createSecureServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) });
server.on('sessionError', () => {});
server.on('stream', (stream) => {
  const chunks = [];
  stream.on('error', () => {});
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => {
    const session = JSON.parse(Buffer.concat(chunks)).user_context.session_id;
    fs.writeSync(1, `seen ${session}\n`);
    behaviours[behaviour](stream, session);
    met.add(session);
  });
});
server.listen(Number(port), '127.0.0.1');
