import { createHmac } from 'node:crypto'
import { timestamp } from '../clock.ts'
import { type TwinState, takeId, track } from '../state.ts'
import type { App, Delivery } from './state.ts'

const TIMEOUT_MS = 10_000
/** A log for three days; and not more than fits in memory. */
const KEPT_MS = 3 * 24 * 3_600_000
const MOST = 3000

export type Letter = {
  guid: string
  event: string
  action: string | null
  installationId: number | null
  repositoryId: number | null
  /** The JSON text as signed. */
  body: string
  redelivery: boolean
}

/** Posts one signed delivery and notes how it went. Never throws, never tries twice: GitHub does neither. */
export function deliver(state: TwinState, app: App, letter: Letter): Promise<Delivery> {
  return track(state, attempt(state, app, letter))
}

async function attempt(state: TwinState, app: App, letter: Letter): Promise<Delivery> {
  const headers = headersOf(app, letter)
  const delivery = note(state, app, letter, { headers, status: 'pending', statusCode: 0 })
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await fetch(app.webhookUrl ?? '', { method: 'POST', headers, body: letter.body, signal })
    delivery.responseBody = (await answer.text()).slice(0, 10_000)
    delivery.statusCode = answer.status
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    delivery.statusCode = late ? 504 : 502
    delivery.status = late ? 'timed out' : 'failed to connect to host'
  }
  return delivery
}

/** Lists a delivery as failed that was never sent. */
export function failDelivery(state: TwinState, app: App, letter: Letter): void {
  note(state, app, letter, {
    headers: headersOf(app, letter),
    status: 'failed to connect to host',
    statusCode: 502,
  })
}

function note(
  state: TwinState,
  app: App,
  letter: Letter,
  sent: { headers: Record<string, string>; status: string; statusCode: number },
): Delivery {
  const delivery: Delivery = {
    id: takeId(state),
    guid: letter.guid,
    appId: app.id,
    installationId: letter.installationId,
    event: letter.event,
    action: letter.action,
    deliveredAt: timestamp(state.clock.now()),
    redelivery: letter.redelivery,
    status: sent.status,
    statusCode: sent.statusCode,
    repositoryId: letter.repositoryId,
    requestHeaders: sent.headers,
    requestBody: letter.body,
    responseBody: '',
  }
  const { deliveries } = state.apps
  deliveries.push(delivery)
  const oldest = state.clock.now() - KEPT_MS
  while (
    deliveries.length > MOST ||
    Date.parse(deliveries[0]?.deliveredAt ?? delivery.deliveredAt) < oldest
  ) {
    deliveries.shift()
  }
  return delivery
}

function headersOf(app: App, letter: Letter): Record<string, string> {
  const hmac = createHmac('sha256', app.webhookSecret).update(letter.body).digest('hex')
  const sha1 = createHmac('sha1', app.webhookSecret).update(letter.body).digest('hex')
  return {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/twin',
    'x-github-delivery': letter.guid,
    'x-github-event': letter.event,
    'x-github-hook-id': String(app.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${sha1}`,
    'x-hub-signature-256': `sha256=${hmac}`,
  }
}
