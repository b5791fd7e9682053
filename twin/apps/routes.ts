import type { Route } from '../http/route.ts'
import { createAccessToken, revokeToken } from './accesstoken.ts'
import { getDelivery, listDeliveries, redeliver } from './deliverylog.ts'
import { changeHook, getHook } from './hook.ts'
import {
  deleteInstallation,
  getInstallation,
  installationOfAccount,
  installationOfRepo,
  listInstallations,
  listRepositories,
  suspend,
  unsuspend,
} from './installations.ts'
import { convertManifest } from './manifest.ts'
import { getApp, getAppBySlug, getById, getMe, getMeta, getOrg, getRoot, getUser } from './site.ts'

const ONE = '/app/installations/{installation_id}'
const HOOK = '/app/hook'

export const appRoutes: Route[] = [
  { method: 'GET', path: '/', handle: getRoot },
  { method: 'GET', path: '/meta', handle: getMeta },
  { method: 'GET', path: '/user', handle: getMe },
  { method: 'GET', path: '/user/{account_id}', handle: getById },
  { method: 'GET', path: '/users/{username}', handle: getUser },
  { method: 'GET', path: '/orgs/{org}', handle: getOrg },
  { method: 'GET', path: '/app', handle: getApp },
  { method: 'GET', path: '/apps/{app_slug}', handle: getAppBySlug },
  { method: 'GET', path: '/app/installations', handle: listInstallations },
  { method: 'GET', path: ONE, handle: getInstallation },
  { method: 'DELETE', path: ONE, handle: deleteInstallation },
  { method: 'PUT', path: `${ONE}/suspended`, handle: suspend },
  { method: 'DELETE', path: `${ONE}/suspended`, handle: unsuspend },
  { method: 'POST', path: `${ONE}/access_tokens`, handle: createAccessToken },
  { method: 'GET', path: '/repos/{owner}/{repo}/installation', handle: installationOfRepo },
  { method: 'GET', path: '/users/{username}/installation', handle: installationOfAccount },
  { method: 'GET', path: '/orgs/{org}/installation', handle: installationOfAccount },
  { method: 'GET', path: '/installation/repositories', handle: listRepositories },
  { method: 'DELETE', path: '/installation/token', handle: revokeToken },
  { method: 'GET', path: `${HOOK}/config`, handle: getHook },
  { method: 'PATCH', path: `${HOOK}/config`, handle: changeHook },
  { method: 'GET', path: `${HOOK}/deliveries`, handle: listDeliveries },
  { method: 'GET', path: `${HOOK}/deliveries/{delivery_id}`, handle: getDelivery },
  { method: 'POST', path: `${HOOK}/deliveries/{delivery_id}/attempts`, handle: redeliver },
  { method: 'POST', path: '/app-manifests/{code}/conversions', handle: convertManifest },
]
