import { readFile } from 'node:fs/promises';
import { type ClusterAccess, KubeconfigError, type TextSource } from './access.js';
import { type ExecCredential, runExecPlugin } from './exec-credential.js';

/** Credentials as they go over the wire at this moment. A new object means that something may have changed. */
export interface Material {
  /** The whole Authorization header. */
  authorization?: string;
  certificate?: string;
  key?: string;
  certificateAuthority?: string;
}

/** A file is looked at again after this time (client-go: one minute, service-account tokens are renewed long before they end). */
const FILE_AGE_MS = 60_000;
/** A plugin's credential is renewed this long before it ends. */
const EXPIRY_MARGIN_MS = 10_000;
/** A plugin that failed is not run again before this time, however many calls ask. */
const FAILURE_MS = 1_000;
/** After a file could not be read again, the old content is used and the file tried again after this time. */
const RETRY_MS = 5_000;

/** Keeps the credentials of one cluster current: files re-read, plugins run again when theirs expire. One run at a time. */
export class Credentials {
  #material: Material | undefined;
  #validUntil = 0;
  #loading: Promise<Material> | undefined;
  #plugin: ExecCredential | undefined;
  #failure: { error: unknown; until: number } | undefined;

  constructor(
    private readonly access: ClusterAccess,
    private readonly now: () => number = Date.now,
    /** Of credential plugins. */
    private readonly environment: Record<string, string> = {},
  ) {}

  /**
   * The current credentials; a value, not a promise, while nothing is due.
   * @throws KubeconfigError where a file or a plugin gives none
   */
  current(): Material | Promise<Material> {
    if (this.#material !== undefined && this.now() < this.#validUntil) return this.#material;
    if (this.#failure !== undefined && this.now() < this.#failure.until) return Promise.reject(this.#failure.error);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** The API server did not accept `rejected` (401). True where fresh ones may differ, so that a second try makes sense. */
  renew(rejected: Material): boolean {
    if (!this.#changes()) return false;
    if (this.#material === rejected) {
      this.#validUntil = 0;
      this.#plugin = undefined;
    }
    return true;
  }

  #changes(): boolean {
    const { authorization, clientCertificate } = this.access;
    if (authorization?.kind === 'exec') return true;
    if (authorization?.kind === 'bearer' && 'file' in authorization.token) return true;
    return clientCertificate !== undefined && 'file' in clientCertificate.certificate;
  }

  async #load(): Promise<Material> {
    const started = this.now();
    this.#failure = undefined;
    try {
      const material = await this.#read();
      this.#material = same(this.#material, material) ? this.#material : material;
      this.#validUntil = this.#usesFiles() ? started + FILE_AGE_MS : Number.POSITIVE_INFINITY;
      if (this.#plugin?.expiresAt !== undefined) this.#validUntil = Math.min(this.#validUntil, this.#plugin.expiresAt - EXPIRY_MARGIN_MS);
    } catch (error) {
      if (this.access.authorization?.kind === 'exec') this.#failure = { error, until: this.now() + FAILURE_MS };
      if (this.#material === undefined || this.access.authorization?.kind === 'exec') throw error;
      // A token file is replaced by renaming: for a moment, or for good, the old one is better than none; 401 says the rest.
      this.#validUntil = started + RETRY_MS;
    }
    return this.#material as Material;
  }

  async #read(): Promise<Material> {
    const { access } = this;
    const material: Material = {};
    if (access.certificateAuthority !== undefined) {
      material.certificateAuthority = await read(access.certificateAuthority, 'certificate-authority');
    }
    if (access.clientCertificate !== undefined) {
      material.certificate = await read(access.clientCertificate.certificate, 'client-certificate');
      material.key = await read(access.clientCertificate.key, 'client-key');
    }
    const authorization = access.authorization;
    if (authorization?.kind === 'bearer') material.authorization = `Bearer ${(await read(authorization.token, 'token')).trim()}`;
    if (authorization?.kind === 'basic') {
      material.authorization = `Basic ${Buffer.from(`${authorization.username}:${authorization.password}`).toString('base64')}`;
    }
    if (authorization?.kind === 'exec') {
      const expiresAt = this.#plugin?.expiresAt ?? Number.POSITIVE_INFINITY;
      if (this.#plugin === undefined || expiresAt - EXPIRY_MARGIN_MS <= this.now()) {
        const cluster = { ...access, certificateAuthority: material.certificateAuthority };
        this.#plugin = await runExecPlugin(authorization.plugin, cluster, this.environment);
      }
      if (this.#plugin.token !== undefined) material.authorization = `Bearer ${this.#plugin.token}`;
      if (this.#plugin.certificate !== undefined) material.certificate = this.#plugin.certificate;
      if (this.#plugin.key !== undefined) material.key = this.#plugin.key;
    }
    return material;
  }

  #usesFiles(): boolean {
    const { certificateAuthority, clientCertificate, authorization } = this.access;
    const sources = [certificateAuthority, clientCertificate?.certificate, clientCertificate?.key];
    if (authorization?.kind === 'bearer') sources.push(authorization.token);
    return sources.some((source) => source !== undefined && 'file' in source);
  }
}

/** Whether two credentials need the same TLS connections. */
export function sameTls(a: Material, b: Material): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.certificateAuthority === b.certificateAuthority;
}

function same(a: Material | undefined, b: Material): boolean {
  return a !== undefined && a.authorization === b.authorization && sameTls(a, b);
}

async function read(source: TextSource, field: string): Promise<string> {
  if ('data' in source) return source.data;
  try {
    return await readFile(source.file, 'utf8');
  } catch (error) {
    throw new KubeconfigError(`${field} file ${source.file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
