import type { Twin } from '../../../twin/twin.ts'
import type { Client } from '../client.ts'
import { openTwinGround } from '../ground.ts'
import { openSite, type Site } from '../site.ts'

/** Leads through every route of a twin once, so that every answer it can give is seen. */
export type Guide = {
  twin: Twin
  site: Site
  app: Client
  owner: Client
  jwt: Client
  close(): Promise<void>
}

export async function openGuide(): Promise<Guide> {
  const opened = await openTwinGround()
  const { twin, ground } = opened
  if (!twin) throw new Error('a tour is for a twin')
  // Routes for secrets and variables are part of it; a sandbox's app has no use for them.
  for (const installation of twin.state.apps.installations.values()) {
    Object.assign(installation.permissions, { secrets: 'write', actions_variables: 'write' })
  }
  const { site } = openSite(ground)
  const { app, owner, credentials } = site
  return { twin, site, app, owner, jwt: credentials.jwt, close: () => opened.close() }
}
