// The practice network's control API, as a page speaks it.

/** It can't be done now; the message says why, in the network's words. */
export class CantDo extends Error {}

async function ask(method, path, body) {
  const what = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    what.body = JSON.stringify(body);
    what.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(`/practice${path}`, what);
  const answer = await response.json();
  if (!response.ok) throw new CantDo(answer.error);
  return answer;
}

export const network = {
  glance: () => ask("GET", ""),
  events: async (since, wait) => (await ask("GET", `/events?since=${since}&wait=${wait}`)).events,
  trace: async (since) => (await ask("GET", `/trace?since=${since}`)).trace,
  claim: (phone) => ask("POST", "/phones", phone),
  act: (id, act, what = {}) => ask("POST", `/phones/${encodeURIComponent(id)}/${act}`, { wait: 3, ...what }),
  forward: (seconds) => ask("POST", "/clock", { forward: seconds }),
  forwardToNext: () => ask("POST", "/clock/next", {}),
  pace: (pace) => ask("POST", "/pace", { pace }),
};
