// One typed call over the OpenAPI document; `schema.d.ts` is generated from the program (`make faces-check`).
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Redirect = Schemas["Redirect"];

type Verb = "get" | "post" | "delete";
type Operation<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B : never;
type Success<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? (R[S] extends { content: { "application/json": infer T } } ? T : never) : never }[keyof R]
  : never;

/** A refusal of the server, or no answer at all (`status` 0). It may still carry the redirect. */
export class Refused extends Error {
  constructor(readonly status: number, readonly problem: Partial<Schemas["Problem"]> & { redirect?: Redirect | null }) {
    super(problem.title ?? "no answer");
  }
}

export interface Options<B> {
  /** Values of the path's `{…}`. */
  at?: Record<string, string>;
  query?: Record<string, string>;
  body?: B;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls `server` + `path`; the answer's JSON, or nothing for a 204. Throws `Refused`, and nothing else but an abort. */
export async function call<P extends keyof paths, V extends Verb>(server: string, verb: V, path: P, options: Options<Body<Operation<P, V>>> = {}): Promise<Success<Operation<P, V>>> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(options.at?.[name] ?? ""));
  const request: RequestInit = { method: verb.toUpperCase(), headers: { ...(options.body ? { "content-type": "application/json" } : {}), ...options.headers } };
  if (options.body) request.body = JSON.stringify(options.body);
  if (options.signal) request.signal = options.signal;
  let answer: Response;
  try {
    answer = await fetch(server + filled + (options.query ? "?" + new URLSearchParams(options.query) : ""), request);
  } catch (e) {
    if (options.signal?.aborted) throw e;
    throw new Refused(0, {});
  }
  const data = answer.status === 204 ? undefined : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, data ?? {});
  return data as Success<Operation<P, V>>;
}
