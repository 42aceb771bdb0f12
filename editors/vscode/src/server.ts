// The server's life: it is started when the first Go or TLA+ file is there,
// restarted when it crashes, each time later, and given up on where it keeps
// crashing.

import { commands, type Disposable, env, type ExtensionContext, window, workspace } from 'vscode';
import {
  CloseAction, type CloseHandlerResult, ErrorAction, type ErrorHandler, ExecuteCommandRequest, LanguageClient, type LanguageClientOptions, RevealOutputChannelOn, State, TransportKind,
} from 'vscode-languageclient/node';
import { findServer } from './binary';
import { experimental } from './capabilities';
import { showBeside } from './document';
import { sendKeys } from './keys';
import { serveGenerate } from './languageModel';
import { CancellableProgress } from './progress';
import { CopyRequest, StatusNotification } from './protocol';
import { confirmRepair } from './repair';
import type { StatusBar } from './status';

/** How long the server must have run for its next crash to count as the first, in milliseconds. */
const stable = 5 * 60_000;

/** The pauses before the restarts, in milliseconds. After the last the server stays down. */
const pauses = [1_000, 2_000, 4_000, 8_000, 16_000];

export class Server implements Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private readonly log = window.createOutputChannel('specls', { log: true });
  private readonly progress = new CancellableProgress();

  constructor(private readonly context: ExtensionContext, private readonly status: StatusBar) {}

  /** Starts the server, where it is not running, and returns the client. */
  async start(): Promise<LanguageClient> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  /** Starts the server and tells the person where that fails. */
  startAloud(): void {
    this.start().catch((error: unknown) => { void this.report(error); });
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.starting = undefined;
    this.clearScreen();
    await client?.dispose();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /**
   * Executes a command of the server. What goes wrong with the work itself the
   * server tells the person; it throws where the command cannot be executed.
   */
  async execute<Result>(command: string, argument: object): Promise<Result> {
    const client = await this.start();
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] }) as Result;
  }

  /** The client, where the server runs. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** Takes off the screen what only a server that runs can bear out. */
  clearScreen(): void {
    this.status.clear();
    this.progress.endAll();
  }

  showLog(): void {
    this.log.show();
  }

  /** Tells the person what went wrong, with a way to the log. */
  async report(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(message);
    const log = 'Show Log';
    const settings = 'Open Settings';
    const choices = message.includes('specls.server.path') ? [settings, log] : [log];
    const chosen = await window.showErrorMessage(message, ...choices);
    if (chosen === log) this.showLog();
    if (chosen === settings) await commands.executeCommand('workbench.action.openSettings', 'specls.server.path');
  }

  dispose(): void {
    void this.stop();
    this.log.dispose();
  }

  private async launch(): Promise<LanguageClient> {
    const command = await findServer(this.context);
    this.log.info(`Starting ${command}`);
    const client = new LanguageClient('specls', 'specls', { command, args: ['serve'], transport: TransportKind.stdio }, this.options());
    client.registerFeature(experimental);
    this.client = client;
    client.onNotification(StatusNotification, (status) => { this.status.put(status); });
    client.onRequest(CopyRequest, async ({ text }) => {
      await env.clipboard.writeText(text);
      return null;
    });
    serveGenerate(client);
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        void sendKeys(this.context, client);
        return;
      }
      this.clearScreen();
    });
    await client.start();
    return client;
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: ['file', 'untitled'].flatMap((scheme) => ['go', 'tlaplus'].map((language) => ({ scheme, language }))),
      outputChannel: this.log,
      // Requests that fail while the server is down are in the log; the person
      // is told of the crash, once.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { trusted: workspace.isTrusted },
      errorHandler: new Backoff(this),
      middleware: {
        handleWorkDoneProgress: (token, params, next) => {
          this.progress.handle(this.client, token, params);
          if (params.kind === 'end') next(token, params);
        },
        workspace: {
          configuration: async (params, token, next) => {
            const sections = await next(params, token);
            return Array.isArray(sections) ? sections.map(settingsOfServer) : sections;
          },
          handleApplyEdit: (params, next) => confirmRepair(params, next),
        },
        window: { showDocument: (params, token, next) => showBeside(params, token, next) },
      },
    };
  }
}

/** Leaves out what only this extension reads: the server tells people of settings that it does not know. */
function settingsOfServer(section: unknown): unknown {
  if (typeof section !== 'object' || section === null) return section;
  const own = ['server', 'editorModel'];
  return Object.fromEntries(Object.entries(section).filter(([name]) => !own.includes(name)));
}

/** Restarts a server that crashed, after a pause that grows; the person is told of the first crash and of the last. */
class Backoff implements ErrorHandler {
  private crashes = 0;
  private last = 0;

  constructor(private readonly server: Server) {}

  error(): { action: ErrorAction; handled: boolean } {
    return { action: ErrorAction.Continue, handled: true };
  }

  async closed(): Promise<CloseHandlerResult> {
    this.server.clearScreen();
    const now = Date.now();
    if (now - this.last > stable) this.crashes = 0;
    this.last = now;
    const pause = pauses[this.crashes++];
    if (pause === undefined) {
      void this.tell('The server of specls keeps crashing and is not started again.', 'Restart');
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    if (this.crashes === 1) void this.tell('The server of specls crashed. It is being restarted.');
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    return { action: CloseAction.Restart, handled: true };
  }

  private async tell(message: string, ...choices: string[]): Promise<void> {
    const log = 'Show Log';
    const chosen = await window.showErrorMessage(message, ...choices, log);
    if (chosen === log) this.server.showLog();
    if (chosen === 'Restart') await this.server.restart();
  }
}
