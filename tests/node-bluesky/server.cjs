// A did:plc directory in memory and a personal data server, in one process, on 127.0.0.1 only.
// PLC_PORT, PDS_PORT and PDS_DIR say where; "READY" on standard output says when.
const fs = require('node:fs')
const net = require('node:net')
const { randomBytes } = require('node:crypto')
const { PlcServer, Database } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')

// Both servers listen on every address unless told otherwise, and offer no setting for it.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'number' && typeof given[1] !== 'string') given.splice(1, 0, '127.0.0.1')
  return listen.apply(this, given)
}

const secret = () => randomBytes(32).toString('hex')

async function main() {
  const plcPort = Number(process.env.PLC_PORT)
  const folder = process.env.PDS_DIR
  fs.mkdirSync(folder, { recursive: true })
  const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
  await plc.start()
  const env = {
    ...readEnv(),
    devMode: true,
    port: Number(process.env.PDS_PORT),
    hostname: 'localhost',
    dataDirectory: folder,
    blobstoreDiskLocation: `${folder}/blobs`,
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    disableSsrfProtection: true,
    rateLimitsEnabled: false,
    jwtSecret: secret(),
    dpopSecret: secret(),
    adminPassword: secret(),
    plcRotationKeyK256PrivateKeyHex: secret(),
  }
  const pds = await PDS.create(envToCfg(env), envToSecrets(env))
  await pds.start()
  process.on('SIGTERM', async () => {
    await pds.destroy()
    await plc.destroy()
    process.exit(0)
  })
  console.log('READY')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
