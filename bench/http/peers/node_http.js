// SPDX-License-Identifier: MIT
// node_http.js PORT
const http = require('node:http');

http
  .createServer((request, reply) => {
    reply.writeHead(200, {'Content-Type': 'text/plain', 'Content-Length': 13});
    reply.end('Hello, World!');
  })
  .listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});
