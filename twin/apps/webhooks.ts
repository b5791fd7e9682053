import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../admin/faults.ts'
import { accountJson, repoJson } from '../repos/json.ts'
import { type Happening, type Listener, type TwinState, track } from '../state.ts'
import { deliver, failDelivery, type Letter } from './delivery.ts'
import type { App, Installation } from './state.ts'
import { listenersOf } from './subscription.ts'

const REORDER_MS = 400

/** Sends every happening to the apps that subscribe to it. The payload is fixed now; the post goes out soon after. */
export function webhookListener(state: TwinState, faults: Faults): Listener {
  const late = new Map<number, () => void>()
  return happening => {
    const guid = randomUUID()
    for (const { app, installation } of listenersOf(state, happening)) {
      const letter = write(state, happening, installation, guid)
      const acts = faults.webhookActs(happening.event, happening.action)
      const [patience] = acts.flatMap(act => (act.do === 'reorder' ? [act.ms ?? REORDER_MS] : []))
      if (acts.some(act => act.do === 'drop')) continue
      if (acts.some(act => act.do === 'fail')) {
        failDelivery(state, app, letter)
        continue
      }
      const delay = acts.reduce((ms, act) => ms + (act.do === 'delay' ? act.ms : 0), 0)
      const copies = acts.some(act => act.do === 'double') ? 2 : 1
      // Whom this one overtakes: those that wait now, not those that will when it has arrived.
      const overtake = late.get(app.id)
      const after = patience === undefined ? null : overtaken(late, app, patience)
      const sent = post(state, app, letter, { delay, copies, after })
      track(state, sent)
      if (after === null) void sent.then(overtake)
    }
  }
}

async function post(
  state: TwinState,
  app: App,
  letter: Letter,
  how: { delay: number; copies: number; after: Promise<void> | null },
): Promise<void> {
  if (how.after) await how.after
  if (how.delay > 0) await sleep(how.delay)
  for (let copy = 0; copy < how.copies; copy += 1) await deliver(state, app, letter)
}

function overtaken(late: Map<number, () => void>, app: App, patience: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const earlier = late.get(app.id)
  const timer = setTimeout(resolve, patience)
  const release = () => {
    clearTimeout(timer)
    if (late.get(app.id) === release) late.delete(app.id)
    earlier?.()
    resolve()
  }
  late.set(app.id, release)
  return promise
}

function write(state: TwinState, happening: Happening, installation: Installation, guid: string): Letter {
  const { repo, action, event, payload, sender } = happening
  const { owner } = repo ?? {}
  const body = {
    ...(action === null ? {} : { action }),
    ...payload,
    ...(repo ? { repository: repoJson(state, repo) } : {}),
    ...(owner?.type === 'Organization' ? { organization: accountJson(state, owner) } : {}),
    sender: accountJson(state, sender),
    installation: payload.installation ?? {
      id: installation.id,
      node_id: Buffer.from(`Installation${installation.id}`).toString('base64'),
    },
  }
  return {
    guid,
    event,
    action,
    installationId: installation.id,
    repositoryId: repo?.id ?? null,
    body: JSON.stringify(body),
    redelivery: false,
  }
}
