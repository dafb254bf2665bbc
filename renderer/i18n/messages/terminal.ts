import type { Messages } from '#renderer/i18n/messages.ts';

export const terminalMessages = {
  'terminal.sessions': { en: 'Terminals', es: 'Terminales' },
  'terminal.main': { en: 'Main process', es: 'Proceso principal' },
  'terminal.label': { en: 'Terminal: {name}', es: 'Terminal: {name}' },
  'terminal.inputOf': { en: 'Terminal input: {name}', es: 'Entrada del terminal: {name}' },
  'terminal.new': { en: 'New terminal', es: 'Terminal nuevo' },
  'terminal.newMenu': { en: 'Choose what to open', es: 'Elegir qué abrir' },
  'terminal.newWith': { en: 'Another command…', es: 'Otro comando…' },
  'terminal.reopen': { en: 'Reopen {name}', es: 'Reabrir {name}' },
  'terminal.close': { en: 'Close this tab', es: 'Cerrar esta pestaña' },
  'terminal.closed': { en: 'Tab closed', es: 'Pestaña cerrada' },
  'terminal.closedText': {
    en: 'What runs in it goes on. The menu beside the plus brings it back.',
    es: 'Lo que se ejecuta en él sigue. El menú junto al signo más lo recupera.',
  },
  'terminal.startFailed': { en: 'The terminal could not be opened', es: 'No se pudo abrir el terminal' },
  'terminal.noShell': {
    en: 'No shell was found in this image. Choose another command from the menu.',
    es: 'No se encontró ningún shell en esta imagen. Elige otro comando en el menú.',
  },

  'terminal.connecting': { en: 'Connecting…', es: 'Conectando…' },
  'terminal.live': { en: 'Live', es: 'En vivo' },
  'terminal.ended': { en: 'Ended', es: 'Terminado' },
  'terminal.failed': { en: 'Not connected', es: 'Sin conexión' },
  'terminal.away': { en: 'Engine away', es: 'Motor ausente' },
  'terminal.awayText': {
    en: 'The engine is away. What runs here goes on, and this terminal comes back with it.',
    es: 'El motor no está. Lo que se ejecuta aquí sigue, y este terminal volverá con él.',
  },
  'terminal.notRunning': { en: 'The container is not running', es: 'El contenedor no está en marcha' },
  'terminal.neverStarted': {
    en: 'It was created and never started.',
    es: 'Se creó y nunca se inició.',
  },
  'terminal.lastOutput': { en: 'Below is the last of what it printed.', es: 'Abajo está lo último que imprimió.' },
  'terminal.processEnded': { en: 'The program has ended', es: 'El programa ha terminado' },
  'terminal.start': { en: 'Start', es: 'Iniciar' },
  'terminal.startAgain': { en: 'Start again', es: 'Iniciar otra vez' },
  'terminal.openAgain': { en: 'Open again', es: 'Abrir otra vez' },
  'terminal.attachAgain': { en: 'Try again', es: 'Reintentar' },

  'terminal.exit.success': { en: 'Exit code 0: it finished.', es: 'Código de salida 0: acabó bien.' },
  'terminal.exit.failure': {
    en: 'Exit code {code}: the program reported a failure.',
    es: 'Código de salida {code}: el programa informó de un fallo.',
  },
  'terminal.exit.not-started': {
    en: 'Exit code 125: the container could not be started.',
    es: 'Código de salida 125: el contenedor no se pudo iniciar.',
  },
  'terminal.exit.not-executable': {
    en: 'Exit code 126: the command can’t be executed.',
    es: 'Código de salida 126: el comando no se puede ejecutar.',
  },
  'terminal.exit.not-found': {
    en: 'Exit code 127: the command was not found.',
    es: 'Código de salida 127: no se encontró el comando.',
  },
  'terminal.exit.out-of-memory': {
    en: 'It used more memory than it was given, and the kernel ended it.',
    es: 'Usó más memoria de la que tenía y el núcleo lo terminó.',
  },
  'terminal.exit.killed': {
    en: 'Exit code {code}: it was killed ({signal}).',
    es: 'Código de salida {code}: lo mataron ({signal}).',
  },
  'terminal.exit.terminated': {
    en: 'Exit code {code}: it was asked to stop ({signal}).',
    es: 'Código de salida {code}: se le pidió parar ({signal}).',
  },
  'terminal.exit.interrupted': {
    en: 'Exit code {code}: it was interrupted ({signal}).',
    es: 'Código de salida {code}: lo interrumpieron ({signal}).',
  },
  'terminal.exit.crashed': {
    en: 'Exit code {code}: it crashed ({signal}).',
    es: 'Código de salida {code}: falló en seco ({signal}).',
  },
  'terminal.exit.aborted': {
    en: 'Exit code {code}: it gave up by itself ({signal}).',
    es: 'Código de salida {code}: se abortó a sí mismo ({signal}).',
  },
  'terminal.exit.other': {
    en: 'Exit code {code}: a signal ended it ({signal}).',
    es: 'Código de salida {code}: lo terminó una señal ({signal}).',
  },

  'terminal.leave': { en: 'leaves the terminal', es: 'sale del terminal' },
  'terminal.leaveHint': {
    en: 'Control, Shift and Arrow Up together leave the terminal.',
    es: 'Control, Mayúsculas y Flecha arriba juntas salen del terminal.',
  },
  'terminal.leaveHintMac': {
    en: 'Command and Arrow Up together leave the terminal.',
    es: 'Comando y Flecha arriba juntas salen del terminal.',
  },
  'terminal.size': { en: '{columns} × {rows}', es: '{columns} × {rows}' },
  'terminal.copied': { en: 'Copied', es: 'Copiado' },
  'terminal.copyFailed': { en: 'Could not copy', es: 'No se pudo copiar' },

  'terminal.menu': { en: 'Terminal actions', es: 'Acciones del terminal' },
  'terminal.copy': { en: 'Copy selection', es: 'Copiar la selección' },
  'terminal.paste': { en: 'Paste', es: 'Pegar' },
  'terminal.selectAll': { en: 'Select all', es: 'Seleccionar todo' },
  'terminal.find': { en: 'Search…', es: 'Buscar…' },
  'terminal.larger': { en: 'Larger text', es: 'Texto más grande' },
  'terminal.smaller': { en: 'Smaller text', es: 'Texto más pequeño' },
  'terminal.pasteRefused': { en: 'The clipboard could not be read', es: 'No se pudo leer el portapapeles' },
  'terminal.pasteRefusedText': {
    en: 'Paste with the keyboard instead: {keys}.',
    es: 'Pega con el teclado: {keys}.',
  },

  'terminal.search': { en: 'Search the terminal', es: 'Buscar en el terminal' },
  'terminal.searchNext': { en: 'Next match', es: 'Coincidencia siguiente' },
  'terminal.searchPrevious': { en: 'Previous match', es: 'Coincidencia anterior' },
  'terminal.searchClose': { en: 'Close search', es: 'Cerrar la búsqueda' },
  'terminal.searchNone': { en: 'No matches', es: 'Sin coincidencias' },
  'terminal.searchAt': { en: '{index} of {count}', es: '{index} de {count}' },
  'terminal.searchMany': { en: '{count} matches', es: '{count} coincidencias' },

  'terminal.pasteTitle': {
    en: 'Paste {count, plural, one {# line} other {# lines}}?',
    es: '¿Pegar {count, plural, one {# línea} other {# líneas}}?',
  },
  'terminal.pasteText': {
    en: 'The program can’t tell a paste from typing: a shell runs each line at once.',
    es: 'El programa no distingue pegar de escribir: un shell ejecuta cada línea al instante.',
  },
  'terminal.pasteContent': { en: 'What would be pasted', es: 'Lo que se pegaría' },
  'terminal.pasteConfirm': { en: 'Paste', es: 'Pegar' },

  'terminal.stdin': { en: 'Standard input', es: 'Entrada estándar' },
  'terminal.stdinPlaceholder': {
    en: 'A line for the program, if it was created with its input open',
    es: 'Una línea para el programa, si se creó con la entrada abierta',
  },
  'terminal.stdinSend': { en: 'Send', es: 'Enviar' },
  'terminal.stdinEnd': { en: 'End of input', es: 'Fin de la entrada' },

  'terminal.openTitle': { en: 'Open a terminal', es: 'Abrir un terminal' },
  'terminal.openAction': { en: 'Open', es: 'Abrir' },
  'terminal.command': { en: 'Command', es: 'Comando' },
  'terminal.commandProblem': { en: 'A quote is not closed', es: 'Hay una comilla sin cerrar' },
  'terminal.commandMissing': { en: 'Say what to run', es: 'Indica qué ejecutar' },
  'terminal.user': { en: 'User', es: 'Usuario' },
  'terminal.userHelp': {
    en: 'Name or number; the container’s own if empty',
    es: 'Nombre o número; vacío, el del contenedor',
  },
  'terminal.workingDir': { en: 'Working directory', es: 'Directorio de trabajo' },
  'terminal.workingDirHelp': { en: 'The container’s own if empty', es: 'Vacío, el del contenedor' },
} as const satisfies Messages;
