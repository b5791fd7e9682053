/** A registered GitHub App, with its webhook and its installations. */
export type App = {
  id: number
  slug: string
  name: string
  clientId: string
  clientSecret: string
  privateKey: string
  publicKey: string
  webhookSecret: string
  webhookUrl: string | null
  permissions: Record<string, 'read' | 'write'>
  events: string[]
  ownerLogin: string
}

export type Installation = {
  id: number
  appId: number
  accountLogin: string
  permissions: Record<string, 'read' | 'write'>
  events: string[]
  /** null: all repositories of the account. */
  repositoryIds: number[] | null
  suspendedAt: string | null
}

export type InstallationToken = {
  token: string
  installationId: number
  permissions: Record<string, 'read' | 'write'>
  repositoryIds: number[] | null
  expiresAt: number
  job?: { repoId: number; runId: number; jobId: number }
}

export type Delivery = {
  id: number
  guid: string
  appId: number
  installationId: number | null
  event: string
  action: string | null
  deliveredAt: string
  redelivery: boolean
  status: string
  statusCode: number
  repositoryId: number | null
  requestHeaders: Record<string, string>
  requestBody: string
  responseBody: string
}

export type AppsState = {
  apps: Map<number, App>
  installations: Map<number, Installation>
  tokens: Map<string, InstallationToken>
  deliveries: Delivery[]
  /** Codes of the manifest flow, good for one exchange. */
  manifestCodes: Map<string, { manifest: Record<string, unknown>; owner: string; expiresAt: number }>
}
