import { type Call, HttpError, notFound } from '../http/route.ts'
import { undecodable } from './jwt.ts'
import type { App, Installation, InstallationToken } from './state.ts'

/** The app whose JWT this call carries; 401 for every other kind of credential. */
export function callingApp(call: Call): App {
  const app = call.actor.is === 'app' ? call.state.apps.apps.get(call.actor.appId) : undefined
  if (!app) throw undecodable()
  return app
}

/** An installation of the calling app; others' do not exist for it. */
export function ownInstallation(call: Call): Installation {
  const app = callingApp(call)
  const installation = call.state.apps.installations.get(Number(call.params.installation_id))
  if (!installation || installation.appId !== app.id) throw notFound()
  return installation
}

/** The token a call was made with, for routes that only installation tokens may use. */
export function callingToken(call: Call): InstallationToken {
  if (call.actor.is === 'anonymous') throw new HttpError(401, 'Requires authentication')
  const secret = call.headers.authorization?.split(/\s+/)[1] ?? ''
  const token = call.state.apps.tokens.get(secret)
  if (!token)
    throw new HttpError(
      403,
      'You must authenticate with an installation access token in order to access this endpoint.',
    )
  return token
}
