import type { Site } from './site.ts'

export type Delivered = {
  id: number
  guid: string
  event: string
  action: string | null
  delivered_at: string
  redelivery: boolean
}
type Full = Delivered & { request: { payload: Record<string, unknown> } }

/** Newest first; what the app was sent, as GitHub keeps it. Works wherever the deliveries go. */
export function listDeliveries(site: Site): Promise<Delivered[]> {
  return site.credentials.jwt.get<Delivered[]>('/app/hook/deliveries?per_page=100')
}

/** The deliveries of an event (`issues.labeled`) whose payload passes, oldest first. */
export async function findDeliveries(
  site: Site,
  event: string,
  matches: (payload: Record<string, unknown>) => boolean,
): Promise<Full[]> {
  const [name, action] = event.split('.')
  const found: Full[] = []
  for (const one of await listDeliveries(site)) {
    if (one.event !== name || (action !== undefined && one.action !== action)) continue
    const full = await site.credentials.jwt.get<Full>(`/app/hook/deliveries/${one.id}`)
    if (matches(full.request.payload)) found.push(full)
  }
  return found.reverse()
}

/** Waits until as many deliveries as wanted are in the log. */
export async function awaitDeliveries(
  site: Site,
  wish: { event: string; count?: number; matches: (payload: Record<string, unknown>) => boolean },
): Promise<Full[]> {
  await mustListen(site, wish.event.split('.')[0] ?? '')
  return site.until(`${wish.count ?? 1} deliveries of ${wish.event}`, async () => {
    const found = await findDeliveries(site, wish.event, wish.matches)
    return found.length >= (wish.count ?? 1) && found
  })
}

async function mustListen(site: Site, event: string): Promise<void> {
  const app = await site.credentials.jwt.get<{ events: string[] }>('/app')
  if (!app.events.includes(event)) site.skip(`the app does not subscribe to ${event}`)
  const hook = await site.credentials.jwt.ask<{ url?: string }>('GET', '/app/hook/config')
  if (hook.status !== 200 || !hook.body.url) site.skip('the app has no webhook')
}

/** One key's `number`, for payloads about issues and pull requests. */
export function numberIn(payload: Record<string, unknown>, key: string): number | undefined {
  return (payload[key] as { number?: number } | undefined)?.number
}
