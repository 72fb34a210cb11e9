// A WebSocket of the package `ws`, controlled by a test: a line of stdin is a command, a line of stdout an event.
// Bytes are written as the characters with those code points.
//
//   node socket.js connect URL OPTIONS [SUBPROTOCOL…]    a client, with the options of `ws` in JSON
//   node socket.js serve [CHAIN KEY]                     a server, on a port that the system chooses
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const readline = require('readline');
const WebSocket = require('ws');

// One event is one line, whatever it contains.
const tell = (...words) => {
  console.log(words.join(' ').replace(/[\r\n]/g, (end) => (end === '\r' ? '\\r' : '\\n')));
};

// Commands for an open socket.
const commands = (socket) => ({
  text: (text) => socket.send(text),
  binary: (text) => socket.send(Buffer.from(text, 'latin1')),
  // A fragmented message: its first fragment, further ones, and the last.
  first: (text) => socket.send(text, { fin: false }),
  more: (text) => socket.send(text, { fin: false }),
  last: (text) => socket.send(text, { fin: true }),
  ping: (text) => socket.ping(text),
  close: (text) => socket.close(Number(text.slice(0, 4)), text.slice(5)),
  // Raw bytes of a frame, which `ws` itself would never send.
  raw: (hex) => socket._socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
  // Destroys the connection without a goodbye.
  vanish: () => socket.terminate(),
});

const tellAll = (socket) => {
  socket.on('message', (data, isBinary) => {
    if (isBinary) tell('binary', data.toString('latin1'));
    else tell('text', data.toString());
  });
  socket.on('pong', (data) => tell('pong', data.toString()));
  socket.on('error', (error) => tell('error', error.message));
  socket.on('close', (code, reason) => {
    tell('closed', code, reason.toString());
    process.exit();
  });
};

const obey = (socket) => {
  const obeyed = commands(socket);
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const [, name, text] = line.match(/^(\w+) ?(.*)$/);
    obeyed[name](text);
  });
};

const connect = (url, options, ...subprotocols) => {
  const socket = new WebSocket(url, subprotocols, JSON.parse(options));
  socket.on('upgrade', (answer) => {
    // Only with TLS.
    const certificate = answer.socket.getPeerCertificate?.();
    if (certificate) tell('certificate', certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  });
  socket.on('open', () => {
    tell('open', socket.protocol || '-', socket.extensions || '-');
    obey(socket);
  });
  socket.on('unexpected-response', (request, answer) => {
    tell('refused', answer.statusCode);
    request.destroy();
  });
  tellAll(socket);
};

const serve = (chain, key) => {
  const server = chain
    ? https.createServer({ cert: fs.readFileSync(chain), key: fs.readFileSync(key) })
    : http.createServer();
  new WebSocket.Server({ server }).on('connection', (socket, request) => {
    tell('open', socket.protocol || '-', request.url);
    tellAll(socket);
    obey(socket);
  });
  server.listen(0, '127.0.0.1', () => tell('listening', server.address().port));
};

const [mode, ...rest] = process.argv.slice(2);
({ connect, serve })[mode](...rest);
