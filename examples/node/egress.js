/**
 * What the component may use: HTTP to a list of origins, clocks, random numbers, and a process with nothing in it.
 *
 * What `preview2-shim` gets wrong is put right here, see the README.
 */

import { http } from "@bytecodealliance/preview2-shim";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

/** Interfaces that are granted; a component that asks for more (files, sockets) is refused before it is instantiated. */
const GRANTED = ["wasi:cli/", "wasi:clocks/", "wasi:http/outgoing-handler", "wasi:http/types", "wasi:io/", "wasi:random/"];

const PROTOCOLS = new Map([["HTTP", "http:"], ["HTTPS", "https:"]]);

/** The origins that an instance may call. Empty at first: nothing gets out. */
export class Egress {
  /** @type {{ protocol: string, host: string, suffix: boolean }[]} */
  #allowed = [];

  /** @param {Iterable<string>} origins `https://host[:port]`, or `https://*.host` for every name below it */
  allow(origins) {
    this.#allowed = Array.from(origins, (origin) => {
      const suffix = origin.includes("://*.");
      const { protocol, host } = new URL(origin.replace("://*.", "://"));
      return { protocol, host, suffix };
    });
  }

  /** @param {string | undefined} protocol @param {string | undefined} authority */
  allows(protocol, authority) {
    if (!URL.canParse(`${protocol}//${authority}`)) return false;
    // The URL's own notion of a host: lower case, and without the port that goes without saying.
    const { host } = new URL(`${protocol}//${authority}`);
    return this.#allowed.some((one) =>
      one.protocol === protocol && (one.suffix ? host.endsWith(`.${one.host}`) : host === one.host));
  }

  /** The import object of an instance. */
  imports() {
    const shim = new WASIShim({
      http: {
        ...http,
        types: { ...http.types, httpErrorCode },
        outgoingHandler: { handle: (/** @type {any} */ request, /** @type {any} */ options) => this.#handle(request, options) },
      },
      sandbox: { args: [], env: {}, preopens: {}, enableNetwork: true },
    });
    const all = Object.entries(shim.getImportObject());
    return Object.fromEntries(all.filter(([name]) => GRANTED.some((granted) => name.startsWith(granted))));
  }

  /**
   * Called by the component for every request; what it throws is a `wasi:http` error code.
   *
   * @param {any} request
   * @param {any} options
   */
  #handle(request, options) {
    const protocol = PROTOCOLS.get(request.scheme()?.tag ?? "HTTPS");
    if (!this.allows(protocol, request.authority())) throw { tag: "HTTP-request-denied" };
    return honest(http.outgoingHandler.handle(request, options && patient(options)));
  }
}

/** The shim takes the time to connect for the time to the first byte of an answer, and passes over the latter. */
function patient(/** @type {any} */ options) {
  const connect = options.connectTimeout();
  const firstByte = options.firstByteTimeout();
  const longer = connect === undefined || firstByte === undefined || connect > firstByte ? connect : firstByte;
  return {
    connectTimeout: () => longer,
    firstByteTimeout: () => firstByte,
    betweenBytesTimeout: () => options.betweenBytesTimeout(),
  };
}

/**
 * The shim calls every missing answer a connection that was not made. To the connector that means "nothing was sent, send it
 * again": an isolation whose answer is slow would be sent twice. It may have been carried out, and that is what is said here.
 */
function honest(/** @type {any} */ future) {
  const get = future.get.bind(future);
  future.get = () => {
    const answer = get();
    const code = answer?.val?.tag === "err" ? answer.val.val : undefined;
    if (code?.tag === "connection-timeout") answer.val.val = { tag: "connection-read-timeout" };
    return answer;
  };
  return future;
}

/** Of a body that breaks off the shim has no code but Node's own error, which jco cannot lower: the component would trap. */
function httpErrorCode(/** @type {any} */ error) {
  const code = http.types.httpErrorCode(error);
  return code?.tag ? code : { tag: "HTTP-response-incomplete" };
}
