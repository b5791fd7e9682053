import type { Probot } from 'probot'
import { forget, type House, wakeByWebhook } from './house.ts'
import type { Sweep } from './sweep.ts'
import { readWake, WAKES, type WakeEvent } from './wakes.ts'

/**
 * Subscribes to webhooks. Each handler only notes which repository to look at and answers at once: GitHub waits ten
 * seconds at most, and everything that matters is read from GitHub afterwards.
 */
export function openDoors(house: House, app: Probot, sweep: Sweep): void {
  for (const event of Object.keys(WAKES) as WakeEvent[]) {
    app.on(event, ({ name, payload }) => {
      const wake = readWake(name, payload, house.appId)
      if (wake !== null) wakeByWebhook(house, wake)
    })
  }
  app.on(
    ['installation.created', 'installation.unsuspend', 'installation.new_permissions_accepted'],
    ({ payload }) => {
      sweep.installation(payload.installation.id)
    },
  )
  app.on(['installation_repositories.added'], ({ payload }) => sweep.installation(payload.installation.id))
  app.on(['installation.deleted', 'installation.suspend'], ({ payload }) => {
    const gone = house.repositories.all().filter(one => one.target.installation === payload.installation.id)
    for (const { target } of gone) forget(house, target.id)
  })
  app.on('installation_repositories.removed', ({ payload }) => {
    for (const { id } of payload.repositories_removed) forget(house, id)
  })
}
