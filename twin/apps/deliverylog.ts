import { type Answer, type Call, HttpError, notFound, ok } from '../http/route.ts'
import { callingApp } from './caller.ts'
import { deliver } from './delivery.ts'
import type { App, Delivery } from './state.ts'

/** Deliveries older than this can be seen no more, nor sent again. */
const KEPT_MS = 3 * 24 * 3_600_000

/** Newest first, by cursor: the id of the last one seen. */
export function listDeliveries(call: Call): Answer {
  const size = Math.min(100, Number(call.query.get('per_page')) || 30)
  const cursor = Number(call.query.get('cursor') ?? Number.POSITIVE_INFINITY)
  if (Number.isNaN(cursor)) throw new HttpError(400, 'Invalid cursor')
  const wanted = call.query.get('status')
  const found = kept(call)
    .filter(delivery => delivery.id < cursor && (wanted === null || wanted === outcome(delivery)))
    .reverse()
  const shown = found.slice(0, size)
  const last = shown.at(-1)
  return {
    ...ok(shown.map(listJson)),
    headers: last && found.length > size ? { link: nextLink(call, last.id) } : {},
  }
}

function nextLink(call: Call, cursor: number): string {
  const query = new URLSearchParams(call.query)
  query.set('cursor', String(cursor))
  return `<${call.state.url}/api/v3${call.path}?${query}>; rel="next"`
}

export function getDelivery(call: Call): Answer {
  const app = callingApp(call)
  return ok(fullJson(app, find(call)))
}

/** Sends the same bytes under the same GUID once more; a new entry in the log. */
export function redeliver(call: Call): Answer {
  const app = callingApp(call)
  const { guid, event, action, installationId, repositoryId, requestBody } = find(call)
  const letter = { guid, event, action, installationId, repositoryId, body: requestBody, redelivery: true }
  void deliver(call.state, app, letter)
  return { status: 202, body: {} }
}

function kept(call: Call): Delivery[] {
  const app = callingApp(call)
  const oldest = call.state.clock.now() - KEPT_MS
  // Whatever is still on its way is not listed yet.
  return call.state.apps.deliveries.filter(
    one => one.appId === app.id && one.status !== 'pending' && Date.parse(one.deliveredAt) >= oldest,
  )
}

function find(call: Call): Delivery {
  const found = kept(call).find(delivery => delivery.id === Number(call.params.delivery_id))
  if (!found) throw notFound()
  return found
}

function outcome(delivery: Delivery): 'success' | 'failure' {
  return delivery.statusCode >= 200 && delivery.statusCode < 300 ? 'success' : 'failure'
}

function listJson(delivery: Delivery): Record<string, unknown> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: 0.1,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  }
}

function fullJson(app: App, delivery: Delivery): Record<string, unknown> {
  return {
    ...listJson(delivery),
    url: app.webhookUrl ?? '',
    request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.requestBody) },
    response: { headers: {}, payload: delivery.responseBody },
  }
}
