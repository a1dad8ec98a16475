// Local ports, and a relay that tests can disconnect.
import { once } from 'node:events';
import net from 'node:net';

/** Starts a server on loopback and returns its port: the given one, or a free one. */
export async function listen(server, port = 0) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** A port range for this process only, so that test processes running at the same time get different ports. It lies
 * below the range from which the system assigns ports. */
const RANGE = { start: 12_000 + (process.pid % 200) * 100, size: 100 };
let portsTried = 0;

export async function freePort() {
  for (;;) {
    const port = RANGE.start + (portsTried++ % RANGE.size);
    const server = net.createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

/** Relays TCP connections to another port. Disconnected, it refuses connections, as an unreachable host does. */
export class Relay {
  static async to(targetPort) {
    const relay = new Relay();
    relay.targetPort = targetPort;
    relay.port = await freePort();
    await relay.reconnect();
    return relay;
  }

  reconnect() {
    const sockets = (this.sockets = new Set());
    this.server = net.createServer((socket) => {
      const upstream = net.connect(this.targetPort, '127.0.0.1');
      socket.pipe(upstream).pipe(socket);
      for (const side of [socket, upstream]) sockets.add(side.on('error', () => side.destroy()));
    });
    return listen(this.server, this.port);
  }

  disconnect() {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
