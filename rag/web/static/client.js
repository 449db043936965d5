// Talks to the server: plain requests, and questions through Gradio's queue.
import { boot, t } from "./dom.js";

/** An error whose message can be shown as it is. `code` tells what happened. */
export class Failure extends Error {
  constructor(message, code = "") {
    super(message);
    this.code = code;
  }
}

const STATUS_TEXTS = { 401: "error_login", 413: "error_too_large", 404: "error_gone" };

async function failureOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // The body says nothing; the status does.
  }
  if (response.status === 401) location.assign("login");
  if (response.status === 503) return new Failure(t("busy"), "busy");
  const own = body.message?.[boot.language] ?? body.message?.en;
  return new Failure(own ?? t(STATUS_TEXTS[response.status] ?? "error_server"), body.code);
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(t("error_unreachable"), "unreachable");
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** Fetch JSON. `query` becomes the query string. */
export async function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return (await send(search ? `${path}?${search}` : path, {})).json();
}

/** Post JSON and return the JSON answer. */
export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return (await send(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** Post a file as it is; the answer is JSON. */
export async function upload(path, query, file) {
  const search = new URLSearchParams(query).toString();
  const headers = { "content-type": "application/octet-stream" };
  return (await send(`${path}?${search}`, { method: "POST", headers, body: file })).json();
}

export function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function* serverEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split("\n\n");
    rest = pieces.pop();
    for (const piece of pieces) {
      if (piece.startsWith("data: ")) yield JSON.parse(piece.slice(6));
    }
  }
}

/**
 * Ask a question; yields the events of the server as they come, `{kind: "waiting", before}`
 * while others are served first. Throws a Failure; `signal` stops the work on both sides.
 */
export async function* ask(request, signal) {
  const session = randomName();
  const join = {
    method: "POST",
    headers: { "content-type": "application/json" },
    signal,
    body: JSON.stringify({
      data: [
        request.question,
        request.history,
        request.collection,
        request.documents,
        request.options,
      ],
      fn_index: boot.ask,
      session_hash: session,
      simple_format: true,
    }),
  };
  const event = (await (await send("gradio_api/queue/join", join)).json()).event_id;
  const stop = () => {
    const body = JSON.stringify({ session_hash: session, fn_index: boot.ask, event_id: event });
    const headers = { "content-type": "application/json" };
    fetch("gradio_api/cancel", { method: "POST", headers, body, keepalive: true }).catch(() => {});
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const response = await send(`gradio_api/queue/data?session_hash=${session}`, { signal });
    for await (const message of serverEvents(response)) {
      if (message.msg === "estimation") yield { kind: "waiting", before: message.rank };
      else if (message.msg === "process_starts") yield { kind: "started" };
      else if (message.msg === "process_generating" && message.success)
        yield message.output.data[0];
      else if (message.msg === "process_completed") {
        if (!message.success) throw new Failure(t("error_server"));
        return;
      } else if (message.msg === "unexpected_error") throw new Failure(t("error_unreachable"));
    }
    throw new Failure(t("error_unreachable"), "unreachable");
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
